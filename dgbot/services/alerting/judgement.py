"""What readings make of the instances of a rule: the next state of each, what is said of it, and what saves both."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.outcomes import FUTURE, Cause, Fail, Gone, Outcome, Value
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.turning_back import TOO_FAR, told_by
from dgbot.plugin.check import Check
from dgbot.services.alerting.findings import findings
from dgbot.services.alerting.hushes import Hushes, severity_of
from dgbot.services.alerting.measuring import Reading, Readings
from dgbot.services.alerting.notices import announced, incident_events
from dgbot.services.alerting.troubles import Troubles

log = structlog.get_logger(__name__)

A_FEW = 50
"""Evaluations after which everything else gets its turn."""


LISTED_FOR = timedelta(days=7)
"""For so long a project that can't be found is remembered by rules that watch several."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Evaluates what was measured *now*; what fails is noted among the *troubles*, once for all that fail alike.

    It counts as evaluated *at* the time of its slot, which is never later. *broken* takes the ids of rules that could
    not be judged.
    """

    checks: Mapping[str, Check]
    hushes: Hushes
    troubles: Troubles
    now: datetime
    at: datetime
    broken: set[str]

    async def evaluated(self, due: DueRule, known: Sequence[Instance], readings: Readings) -> list[Evaluated]:
        """Return what *readings* make of the instances that are *known*, and of new ones."""
        check = self.checks.get(due.rule.check)
        gone = check.gone if check else ""
        evaluated = list[Evaluated]()
        for instance, reading in findings(due.rule.id, {one.fingerprint: one for one in known}, readings, gone=gone):
            if due.has_had(instance.state, self.now):
                # whoever evaluated it may have died before the operators were told
                self.troubles.note(due.rule, instance, project=readings.project.name, reason=_reason(reading.outcome))
                continue
            try:
                told = await reading.explained() if _matters(due.rule, instance, reading.outcome) else reading
                evaluated.append(self._step(due.rule, instance, told, readings))
            except Exception:  # a rule that breaks is evaluated again when it is due, not at every tick
                log.exception("rule failed", rule=due.rule.id, fingerprint=instance.fingerprint)
                evaluated += self._broken(due.rule, instance, readings)
            if len(evaluated) % A_FEW == 0:
                await asyncio.sleep(0)
        return evaluated

    def _broken(self, rule: AlertRule, instance: Instance, readings: Readings) -> list[Evaluated]:
        """Return what says that nobody knows how *instance* stands, so that the operators hear of it."""
        self.broken.add(rule.id)
        try:
            failed = Reading(instance.labels, Fail(Cause.BUG, f"{rule.name} could not be judged; the log says why."))
            return [self._step(rule, instance, failed, readings)]
        except Exception:
            log.exception("rule failed twice", rule=rule.id, fingerprint=instance.fingerprint)
            return []

    def _step(self, rule: AlertRule, before: Instance, reading: Reading, readings: Readings) -> Evaluated:
        outcome, at = self._in_slot(reading.outcome), self.at
        named = incident_id(rule.id, before.fingerprint, at)
        taken = step(before.state, outcome, at, rule.criteria, incident_id=named)
        hush = self.hushes.of(rule, before, taken.state, project=readings.project.name)
        ahead = before.state is not None and before.state.evaluated_at - at > TOO_FAR
        told = told_by(before.told, at) if ahead else before.told
        speech = speak(told, taken, hush=hush, now=at, ladder=rule.ladder, manner=rule.manner)
        after = replace(
            before,
            state=taken.state,
            told=speech.told,
            severity=severity_of(rule, taken.state),
            revision=before.revision + 1,
            detail=reading.detail,
        )
        self.troubles.note(rule, after, project=readings.project.name, reason=_reason(outcome))
        check = self.checks.get(rule.check)
        said = announced(
            rule,
            after,
            speech.posts,
            project=readings.project.name,
            at=self.now,
            check=check,
            quiet=self.hushes.explained(speech.told.hushed),
        )
        return Evaluated(
            before,
            said.after,
            entries=tuple(entries(taken, speech, self.now)),
            notices=said.notices,
            spoken=said.spoken,
            audit=tuple(incident_events(taken, at)),
            forget=isinstance(outcome, Gone)
            and not taken.state.fires
            and not speech.posts
            and not (readings.failed is not None and _would_return(rule, after, self.now)),
        )

    def _in_slot(self, outcome: Outcome) -> Outcome:
        """Return *outcome* as it was in the slot, if it was measured between that and now, and not in the future."""
        if isinstance(outcome, Value) and self.at < outcome.sampled_at <= self.now + FUTURE:
            return replace(outcome, sampled_at=self.at)
        return outcome


def _matters(rule: AlertRule, instance: Instance, outcome: Outcome) -> bool:
    """Whether there may be something to say about *outcome*."""
    if not isinstance(outcome, Value) or not outcome.amount.is_finite():
        return False
    return bool(rule.ladder.breached(outcome.amount)) or (instance.state is not None and instance.state.fires)


def _would_return(rule: AlertRule, one: Instance, now: datetime) -> bool:
    """Whether a project that is no more would be looked for, missed and told of anew if it were forgotten now.

    A rule that names it goes on to do so; the list of projects may have it for a while longer.
    """
    return not rule.of_many or (one.state is not None and now - one.state.good_at < LISTED_FOR)


def incident_id(rule_id: str, fingerprint: str, now: datetime) -> str:
    """Name the incident that may open now, in ten letters that people can type."""
    return hashlib.sha256(f"{rule_id}:{fingerprint}:{now.isoformat()}".encode()).hexdigest()[:10]


def _reason(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Value) else outcome.reason
