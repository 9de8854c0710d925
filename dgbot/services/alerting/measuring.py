"""What a rule's check finds: one reading for each thing in a project, or why there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog

from dgbot.deepgram import (
    DeepgramAuthError,
    DeepgramConnectionError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramRateLimitError,
    DeepgramScopeError,
)
from dgbot.domain.alerting.labels import Labels, fingerprint
from dgbot.domain.alerting.outcomes import FUTURE, Cause, Empty, Fail, Gone, Outcome, Value
from dgbot.domain.alerting.readings import KeptReading
from dgbot.plugin.check import Check, Detail, Explain, Sample, SampleContext
from dgbot.plugin.context import Project
from dgbot.plugin.errors import CannotMeasure, TooEarly
from dgbot.services.alerting.samples import BadSample, details, kept, samples
from dgbot.services.foreign import Hung, contained

log = structlog.get_logger(__name__)

CHECK_SECONDS = 90

MakeContext = Callable[[str], Awaitable[SampleContext]]
"""Returns what measuring a project, by its id, works with."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What several rules may share: a check of a project with the same parameters."""

    project_id: str
    check: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found about the thing with these *labels*."""

    labels: Labels
    outcome: Outcome
    detail: tuple[Detail, ...] = ()
    explain: Explain | None = field(default=None, repr=False, compare=False)

    async def explained(self) -> Reading:
        """Return it with the lines that its check has for a message."""
        if self.explain is None:
            return self
        try:
            more = details(await contained(self.explain(), seconds=CHECK_SECONDS))
        except Hung as error:  # as may happen while the database is away; the alert is told without more lines
            log.warning("value not explained", reason=str(error))
            return self
        except Exception:  # a plugin's bug must not keep an alert back
            log.exception("value not explained")
            return self
        return replace(self, detail=(*self.detail, *more), explain=None)


@dataclass(frozen=True, slots=True)
class Readings:
    """All that a check found in a *project*, by fingerprint; *failed* means that it found out nothing at all.

    *kept* is what it wants to remember. With *listed* it told all that there is, which may be nothing.
    """

    project: Project
    by_fingerprint: Mapping[str, Reading]
    failed: Fail | Empty | Gone | None = None
    kept: tuple[KeptReading, ...] = ()
    listed: bool = False

    @property
    def mistakes(self) -> list[Fail]:
        """Why it, or something in it, could not be measured; missing values are no mistake."""
        found = (self.failed, *(one.outcome for one in self.by_fingerprint.values()))
        return [one for one in found if isinstance(one, Fail)]


class Measures(Protocol):
    """Measures what rules watch; whatever comes of it is a value."""

    @property
    def checks(self) -> Mapping[str, Check]:
        """What can be watched, by name."""

    async def read(self, watched: Watched, now: datetime) -> Readings:
        """Return what there is now."""


class Measuring:
    """Runs checks, which may be anybody's code: whatever they do, the answer is a value."""

    def __init__(self, checks: Mapping[str, Check], context: MakeContext) -> None:
        self.checks = checks
        self._context = context

    async def read(self, watched: Watched, now: datetime) -> Readings:
        """Return what the check finds now."""
        context = await self._context(watched.project_id)
        check = self.checks.get(watched.check)
        if check is None:
            return _failed(context, Cause.BUG, f"No plugin provides the check {watched.check} any more.")
        try:
            return await _measured(check, context, dict(watched.params), now)
        except DeepgramNotFoundError as error:
            return Readings(context.project, {}, Gone(f"Deepgram knows it no more ({error})"))
        except DeepgramError as error:
            return _failed(context, _cause(error), str(error))
        except BadSample as error:
            return _failed(context, Cause.BUG, f"The check {watched.check} is broken. {error}")
        except Hung as error:
            return _failed(context, Cause.BUG, f"The check {watched.check} was stopped. {error}")
        except Exception as error:  # a plugin's bug must not silence other plugins' checks
            log.exception("check failed", check=watched.check)
            return _failed(context, Cause.BUG, f"The check {watched.check} broke ({type(error).__name__}).")


async def _measured(check: Check, context: SampleContext, params: Mapping[str, str], now: datetime) -> Readings:
    """Return what *check* finds, or that there is nothing; raises what it raises, and BadSample."""
    try:
        found = await contained(check.sample(context, params), seconds=CHECK_SECONDS)
    except CannotMeasure as error:
        nothing = Empty(str(error), early=isinstance(error, TooEarly))
        return Readings(context.project, {}, nothing, kept(context.kept))
    several, listed = samples(found)
    readings = _readings(check, context, several, now)
    return replace(readings, listed=listed, kept=kept(context.kept))


def _readings(check: Check, context: SampleContext, samples: Sequence[Sample], now: datetime) -> Readings:
    found = dict[str, Reading]()
    for sample in samples:
        labels = {**sample.labels, "project_id": context.project.id}
        if (mark := fingerprint(labels)) in found:
            raise BadSample("Two of its samples have the same labels, which are to tell them apart.")
        mistake = _mistake(check, context, sample)
        value = Value(sample.value, sample.at or now, sample.unit)
        outcome = Fail(Cause.BUG, f"The check {check.name} measured {mistake}.") if mistake else value
        found[mark] = Reading(labels, outcome, sample.detail, sample.explain)
    return Readings(context.project, found)


def _mistake(check: Check, context: SampleContext, sample: Sample) -> str:
    """Say what is wrong with a sample that is none to compare; empty if it is one."""
    if check.unit and sample.unit != check.unit:
        return f"{sample.unit}, and it says {check.unit}"
    if not sample.value.is_finite():
        return f"{sample.value}, which is no amount"
    if sample.at is not None and sample.at > context.now + FUTURE:
        return f"what is from {sample.at:%Y-%m-%d %H:%M}, which is still to come"
    return ""


def _failed(context: SampleContext, cause: Cause, reason: str) -> Readings:
    return Readings(context.project, {}, Fail(cause, reason))


def _cause(error: DeepgramError) -> Cause:
    if isinstance(error, DeepgramAuthError | DeepgramScopeError):
        return Cause.AUTH
    if isinstance(error, DeepgramRateLimitError):
        return Cause.RATE
    return Cause.NET if isinstance(error, DeepgramConnectionError) else Cause.API
