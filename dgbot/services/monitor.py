"""From the clock's tick to what is said: due rules -> readings -> step -> speech -> one transaction an instance."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.outcomes import Empty, Fail, Gone, Outcome, Value
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.ports import Clock, Store
from dgbot.services.alert_notices import alert_notices, incident_events
from dgbot.services.hushes import Hushes, severity_of
from dgbot.services.measuring import Measuring, Readings, Watched
from dgbot.services.schedules import next_due
from dgbot.services.troubles import Troubles

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Checks that run side by side."""

BATCH = 100
"""Instances that are saved in one transaction; between two of them everything else gets its turn."""

ABSENT_FOR = 2
"""Evaluations in which a thing is missing while others are there, after which it is no more."""


class Monitor:
    """Evaluates rules when they are due, and leaves what there is to say in the outbox."""

    def __init__(
        self,
        store: Store,
        measuring: Measuring,
        hushes: Hushes,
        troubles: Troubles,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._measuring = measuring
        self._hushes = hushes
        self._troubles = troubles
        self._clock = clock
        self._wake_outbox = wake_outbox
        self.last_good_at: datetime | None = None
        self._unseen: set[Watched] = set()

    def sees(self) -> bool:
        """Whether every check could measure when it was last asked."""
        return not self._unseen

    async def run_due(self) -> None:
        """Evaluate every rule that is due, measuring once for rules that watch the same."""
        now = self._clock.now()
        due = await self._store.due_rules(now)
        if not due:
            return
        watchers: dict[Watched, list[DueRule]] = {}
        for one in due:
            for watched in self._watched(one.rule):
                watchers.setdefault(watched, []).append(one)
        await self._hushes.look(now)
        free, unsaved = asyncio.Semaphore(AT_ONCE), set[str]()
        async with asyncio.TaskGroup() as group:
            for watched, rules in watchers.items():
                group.create_task(self._round(watched, rules, now, free, unsaved))
        for one in due:
            if one.rule.id in unsaved:
                continue  # it is still due, and what was saved of it is not evaluated again
            await self._store.postpone_rule(one.rule.id, next_due(one.rule.schedule, now))
        await self._troubles.settle(now)
        self._wake_outbox()

    def _watched(self, rule: AlertRule) -> Iterable[Watched]:
        yield Watched(rule.project_id, rule.check, tuple(sorted(rule.params.items())))

    async def _round(
        self,
        watched: Watched,
        rules: Sequence[DueRule],
        now: datetime,
        free: asyncio.Semaphore,
        unsaved: set[str],
    ) -> None:
        """Measure once, and evaluate each of *rules*; those that could not be saved are added to *unsaved*."""
        async with free:
            readings = await self._measuring.read(watched, now)
        if readings.failed is None:
            self.last_good_at = now
            self._unseen.discard(watched)
        else:
            self._unseen.add(watched)
            log.warning("check could not measure", check=watched.check, reason=readings.failed.reason)
        for due in rules:
            try:
                await self._evaluate(due, readings, now)
            except Exception:  # the store may work again in a moment; no rule may keep the others from being evaluated
                log.exception("rule not saved", rule=due.rule.id)
                unsaved.add(due.rule.id)

    async def _evaluate(self, due: DueRule, readings: Readings, now: datetime) -> None:
        known = {
            one.fingerprint: one
            for one in await self._store.instances(due.rule.id)
            if one.labels.get("project_id") == readings.project.id
        }
        evaluated = list[Evaluated]()
        for instance, outcome in _found(due.rule.id, known, readings):
            if instance.state is not None and instance.state.evaluated_at >= due.since:
                continue
            try:
                evaluated.append(self._step(due.rule, instance, outcome, readings, now))
            except Exception:  # a rule that breaks is evaluated again when it is due, not at every tick
                log.exception("rule failed", rule=due.rule.id, fingerprint=instance.fingerprint)
        for start in range(0, len(evaluated), BATCH):
            await self._store.save_round(due, evaluated[start : start + BATCH])
            await asyncio.sleep(0)

    def _step(
        self, rule: AlertRule, before: Instance, outcome: Outcome, readings: Readings, now: datetime
    ) -> Evaluated:
        named = incident_id(rule.id, before.fingerprint, now)
        taken = step(before.state, outcome, now, rule.criteria, incident_id=named)
        hush = self._hushes.of(rule, before, taken.state, project=readings.project.name)
        speech = speak(before.told, taken, hush=hush, now=now, ladder=rule.ladder, manner=rule.manner)
        severity = severity_of(rule, taken.state)
        after = replace(before, state=taken.state, told=speech.told, severity=severity, revision=before.revision + 1)
        self._troubles.note(rule, after, project=readings.project.name, reason=_reason(outcome))
        check = self._measuring.checks.get(rule.check)
        return Evaluated(
            before,
            after,
            entries=tuple(entries(taken, speech, now)),
            notices=tuple(
                alert_notices(
                    rule,
                    after,
                    speech.posts,
                    project=readings.project.name,
                    at=now,
                    check=check,
                    quiet=self._hushes.explained(speech.told.hushed),
                )
            ),
            audit=tuple(incident_events(taken, now)),
            forget=isinstance(outcome, Gone) and not taken.state.fires and not speech.posts,
        )


def _found(rule_id: str, known: dict[str, Instance], readings: Readings) -> Iterator[tuple[Instance, Outcome]]:
    """Yield every instance with what was found about it: old ones that are missing, too, and new ones."""
    if readings.failed is not None:
        alone = {"project_id": readings.project.id}
        for instance in known.values() or [Instance(rule_id, fingerprint(alone), alone)]:
            yield instance, _blind(instance, readings.failed)
        return
    for mark, reading in readings.by_fingerprint.items():
        yield known.get(mark) or Instance(rule_id, mark, reading.labels), reading.outcome
    for mark, instance in known.items():
        if mark not in readings.by_fingerprint:
            yield instance, _absent(instance, among_others=bool(readings.by_fingerprint))


def _blind(instance: Instance, failed: Fail | Empty | Gone) -> Outcome:
    """Return what a check that found nothing at all means: what is gone is so only after it was missed for long."""
    if not isinstance(failed, Gone) or (instance.state is not None and instance.state.blind):
        return failed
    return Empty(failed.reason)


def _absent(instance: Instance, *, among_others: bool) -> Outcome:
    missed = instance.state.misses + 1 if instance.state else 1
    return Gone("it is not listed any more") if among_others and missed >= ABSENT_FOR else Empty()


def incident_id(rule_id: str, fingerprint: str, now: datetime) -> str:
    """Name the incident that may open now, in ten letters that people can type."""
    return hashlib.sha256(f"{rule_id}:{fingerprint}:{now.isoformat()}".encode()).hexdigest()[:10]


def _reason(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Value) else outcome.reason
