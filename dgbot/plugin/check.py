"""What can be watched: how to measure it, and what a rule on it is like when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from dgbot.domain.alerting.labels import Labels, fingerprint
from dgbot.domain.alerting.levels import Hold, Severity, Side
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.charts import Chart
from dgbot.domain.forecast.readings import Reading
from dgbot.domain.ports import Clock
from dgbot.plugin.context import Project

if TYPE_CHECKING:  # httpx is imported when the first client is built
    from dgbot.deepgram import AsyncManageClient

PAST = timedelta(days=35)
"""How far back a check looks if it does not say: five of each weekday."""

Recall = Callable[[str, str, str, datetime], Awaitable[list[Reading]]]
"""Returns the readings of (project id, series, fingerprint) from a time on, oldest first."""


Detail = str | Chart
"""What a message about a value shows beside it: a line, or a chart."""

Explain = Callable[[], Awaitable[tuple[Detail, ...]]]


async def _forgets(project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
    return []


@dataclass(frozen=True, slots=True)
class SampleContext:
    """What a measurement may use; nobody asked for it, so there is no principal and no channel."""

    project: Project
    deepgram: AsyncManageClient = field(repr=False)
    clock: Clock = field(repr=False)
    recall: Recall = field(default=_forgets, repr=False)
    kept: list[KeptReading] = field(default_factory=list[KeptReading], repr=False)

    @property
    def now(self) -> datetime:
        """Business time, in UTC."""
        return self.clock.now()

    def keep(self, series: str, amount: Decimal, unit: str, labels: Labels | None = None) -> None:
        """Remember a reading of *series* as of now, for `history`; kept for 120 days, beyond restarts too."""
        mark = fingerprint(labels or {})
        self.kept.append(KeptReading(self.project.id, series, mark, Reading(self.now, amount, unit)))

    async def history(self, series: str, labels: Labels | None = None, *, past: timedelta = PAST) -> list[Reading]:
        """Return what was kept of *series* in this project, oldest first, with what this measurement keeps."""
        mark = fingerprint(labels or {})
        before = await self.recall(self.project.id, series, mark, self.now - past)
        return before + [one.reading for one in self.kept if (one.series, one.fingerprint) == (series, mark)]


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured value in *unit*, such as 42.10 ``usd``.

    *labels* tell several things of one project apart, such as a key; *at* is when it was so, now if it is left out.
    *detail* are lines and charts that a message about it shows, such as for how long it lasts; *explain* makes more of
    them, and is asked only while a rule fires, or is about to.
    """

    value: Decimal
    unit: str
    labels: Labels = field(default_factory=dict[str, str])
    at: datetime | None = None
    detail: tuple[Detail, ...] = ()
    explain: Explain | None = field(default=None, repr=False, compare=False)


Measure = Callable[[SampleContext, Mapping[str, str]], Awaitable[Sample | Sequence[Sample]]]
"""Takes the rule's params too; raises DeepgramError or CannotMeasure, on which rules keep their state."""


def anything(params: Mapping[str, str]) -> None:
    """Accept whatever parameters a rule gives."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that rules may watch; *summary* completes "watches …".

    *says* puts a value into words, such as ``{value} left``; *advice* is a sentence on what to do while a rule fires.
    *about* names the thing that is bad when it fires, where other checks have the same: a critical one speaks for the
    milder ones about the same thing. Left out, nothing but the check itself is about it.
    *unit* is what it measures in; empty means that any will do. *params* names what a rule may say, and what it means;
    *fits* raises ValueError, with a sentence, for values that don't fit. No value is above *most*, such as 100 of a
    share. Without levels of its own a rule may have lines on either side, unless it is *one_sided*.

    The rest holds for rules that don't say otherwise: on which *side* of its *levels* a value is bad, how long it has
    to be so (*hold*), by which share of a level it has to recover (*hysteresis*), how long it has to have recovered
    (*keep_firing*), how often it is measured (*every*), and whether it is told again while it goes on (*repeats*).
    *gone* says why one of several things is there no more; without *recovers* an alert ends by that alone, for no value
    gets better again.
    """

    name: str
    summary: str
    sample: Measure = field(repr=False)
    says: str = "{value}"
    advice: str = ""
    unit: str = ""
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    fits: Callable[[Mapping[str, str]], None] = field(default=anything, repr=False)
    side: Side = Side.BELOW
    levels: tuple[tuple[Severity, Decimal], ...] = ()
    hold: Hold = field(default_factory=Hold)
    hysteresis: Decimal = Decimal("0.10")
    keep_firing: timedelta = timedelta()
    every: timedelta | None = None
    gone: str = "it is not listed any more"
    repeats: bool = True
    recovers: bool = True
    most: Decimal | None = None
    one_sided: bool = False
    about: str = ""

    @property
    def subject(self) -> str:
        """What it is about: its own name, if it does not say."""
        return self.about or self.name
