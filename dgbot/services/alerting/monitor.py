"""From the clock's tick to what is said: due rules -> readings -> step -> speech -> one transaction an instance."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.outcomes import Fail, Gone, Outcome, Value
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.ports import AlertStore, Clock
from dgbot.plugin.context import Project
from dgbot.services.alerting.findings import Known, by_project, findings
from dgbot.services.alerting.gathering import gathered, is_loud
from dgbot.services.alerting.hushes import Hushes, severity_of
from dgbot.services.alerting.measuring import Measures, Reading, Readings, Watched
from dgbot.services.alerting.notices import announced, incident_events
from dgbot.services.alerting.schedules import next_due
from dgbot.services.alerting.troubles import Troubles

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Checks that run side by side."""

BATCH = 100
"""Instances that are saved in one transaction; between two of them everything else gets its turn."""

GROUP_SECONDS = 30.0
"""What is to be heard waits so long for the like of it, or until everything is evaluated."""

Held = dict[str, tuple[DueRule, dict[str, Evaluated]]]
"""What will be heard and is not saved yet: by rule, and by the fingerprint of its instances."""


class Monitor:
    """Evaluates rules when they are due, and leaves what there is to say in the outbox.

    *projects* lists those that a rule for several ones may watch; without it there are none.
    """

    def __init__(
        self,
        store: AlertStore,
        measuring: Measures,
        hushes: Hushes,
        troubles: Troubles,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
        projects: Callable[[], Awaitable[Sequence[Project]]] | None = None,
    ) -> None:
        self._store = store
        self._measuring = measuring
        self._hushes = hushes
        self._troubles = troubles
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._projects = projects
        self._kept_in: dict[tuple[str, str, str], datetime] = {}
        self.last_good_at: datetime | None = None
        self._unseen: dict[Watched, datetime] = {}

    def sees(self) -> bool:
        """Whether every check could measure when last asked; one that nobody asks any more counts for a while."""
        now = self._clock.now()
        return not any(now < until for until in self._unseen.values())

    async def run_due(self) -> None:
        """Evaluate every rule that is due, measuring once for rules that watch the same."""
        now = self._clock.now()
        due = await self._store.due_rules(now)
        if not due:
            return
        watchers: dict[Watched, list[tuple[DueRule, Known]]] = {}
        for one in due:
            known = by_project(await self._store.instances(one.rule.id))
            for project_id in await self._watched(one.rule, known):
                watched = Watched(project_id, one.rule.check, tuple(sorted(one.rule.params.items())))
                watchers.setdefault(watched, []).append((one, known))
        await self._hushes.look(now)
        free, kept, unsaved, loud = asyncio.Semaphore(AT_ONCE), list[KeptReading](), set[str](), Held()
        async with asyncio.TaskGroup() as group:
            going = {
                group.create_task(self._round(watched, rules, now, free, kept, unsaved, loud))
                for watched, rules in watchers.items()
            }
            while going:
                _, going = await asyncio.wait(going, timeout=GROUP_SECONDS)
                await self._tell(loud, now, unsaved)
        await self._keep(kept)
        for one in due:
            if one.rule.id in unsaved:
                continue  # it is still due, and what was saved of it is not evaluated again
            await self._store.postpone_rule(one.rule.id, next_due(one.rule.schedule, now))
        await self._troubles.settle(now)
        self._wake_outbox()

    async def _watched(self, rule: AlertRule, known: Known) -> Iterable[str]:
        """Return the ids of the projects that *rule* watches: those that it knows and nobody lists any more, too."""
        if rule.paused_by:
            return ()
        if not rule.of_many:
            return (rule.project_id,)
        listed = await self._projects() if self._projects is not None else ()
        names = {one.id: one.name for one in listed}
        fits = {one.id: None for one in listed if rule.watches(one.id, one.name)}
        return [*fits, *(one for one in known if one not in names and one not in rule.apart_from)]

    async def _round(
        self,
        watched: Watched,
        rules: Sequence[tuple[DueRule, Known]],
        now: datetime,
        free: asyncio.Semaphore,
        kept: list[KeptReading],
        unsaved: set[str],
        loud: Held,
    ) -> None:
        """Measure once, and evaluate each of *rules*; those that could not be saved are added to *unsaved*.

        What will be heard is added to *loud*, to be saved with the like of it.
        """
        async with free:
            readings = await self._measuring.read(watched, now)
        kept += readings.kept
        if readings.failed is None:
            self.last_good_at = now
            self._unseen.pop(watched, None)
        else:
            if isinstance(readings.failed, Fail):
                self._unseen[watched] = now + 2 * max(due.rule.schedule.every for due, _ in rules)
            log.warning("check could not measure", check=watched.check, reason=readings.failed.reason)
        for due, known in rules:
            try:
                await self._evaluate(due, known.get(watched.project_id, ()), readings, now, loud)
            except Exception:  # the store may work again in a moment; no rule may keep the others from being evaluated
                log.exception("rule not saved", rule=due.rule.id)
                unsaved.add(due.rule.id)

    async def _evaluate(
        self, due: DueRule, known: Sequence[Instance], readings: Readings, now: datetime, loud: Held
    ) -> None:
        """Evaluate *known* and what is new; if somebody saved one of them meanwhile, once more as it is now."""
        if await self._evaluated(due, known, readings, now, loud):
            return
        anew = by_project(await self._store.instances(due.rule.id))
        await self._evaluated(due, anew.get(readings.project.id, ()), readings, now, loud)

    async def _evaluated(
        self, due: DueRule, known: Sequence[Instance], readings: Readings, now: datetime, loud: Held
    ) -> bool:
        check = self._measuring.checks.get(due.rule.check)
        gone = check.gone if check else ""
        evaluated = list[Evaluated]()
        _, held = loud.setdefault(due.rule.id, (due, {}))
        for instance, reading in findings(due.rule.id, {one.fingerprint: one for one in known}, readings, gone=gone):
            if instance.fingerprint in held or (instance.state and instance.state.evaluated_at >= due.since):
                continue
            try:
                told = await reading.explained() if _matters(due.rule, instance, reading.outcome) else reading
                saves = self._step(due.rule, instance, told, readings, now)
                if is_loud(saves):
                    held[instance.fingerprint] = saves
                else:
                    evaluated.append(saves)
            except Exception:  # a rule that breaks is evaluated again when it is due, not at every tick
                log.exception("rule failed", rule=due.rule.id, fingerprint=instance.fingerprint)
        return await self._save(due, evaluated)

    async def _save(self, due: DueRule, evaluated: Sequence[Evaluated]) -> bool:
        """Save *evaluated* part by part; return whether all of it was."""
        saved = 0
        for start in range(0, len(evaluated), BATCH):
            saved += await self._store.save_round(due, evaluated[start : start + BATCH])
            await asyncio.sleep(0)
        return saved == len(evaluated)

    async def _tell(self, loud: Held, now: datetime, unsaved: set[str]) -> None:
        """Save what will be heard, together where one rule has much to say; a rule that can't be is *unsaved*."""
        for due, held in loud.values():
            saves = gathered([*held.values()], due.rule, occasion=due.since.isoformat(), now=now)
            held.clear()
            try:
                complete = await self._save(due, saves)
            except Exception:  # as with what is not heard: the store may work again in a moment
                log.exception("rule not saved", rule=due.rule.id)
                complete = False
            if not complete:
                unsaved.add(due.rule.id)

    async def _keep(self, kept: Sequence[KeptReading]) -> None:
        """Remember what checks want to, once an hour for each thing: more would tell no forecast anything."""
        fresh = {(one.project_id, one.series, one.fingerprint): one for one in kept}
        hour_of = {thing: one.reading.at.replace(minute=0, second=0, microsecond=0) for thing, one in fresh.items()}
        new = [one for thing, one in fresh.items() if self._kept_in.get(thing) != hour_of[thing]]
        if not new:
            return
        try:
            await self._store.keep_readings(new)
        except Exception:  # nothing of what was evaluated hangs on it
            log.exception("readings not kept", count=len(new))
        else:
            self._kept_in.update(hour_of)

    def _step(
        self, rule: AlertRule, before: Instance, reading: Reading, readings: Readings, now: datetime
    ) -> Evaluated:
        outcome = reading.outcome
        named = incident_id(rule.id, before.fingerprint, now)
        taken = step(before.state, outcome, now, rule.criteria, incident_id=named)
        hush = self._hushes.of(rule, before, taken.state, project=readings.project.name)
        speech = speak(before.told, taken, hush=hush, now=now, ladder=rule.ladder, manner=rule.manner)
        after = replace(
            before,
            state=taken.state,
            told=speech.told,
            severity=severity_of(rule, taken.state),
            revision=before.revision + 1,
            detail=reading.detail,
        )
        self._troubles.note(rule, after, project=readings.project.name, reason=_reason(outcome))
        check = self._measuring.checks.get(rule.check)
        said = announced(
            rule,
            after,
            speech.posts,
            project=readings.project.name,
            at=now,
            check=check,
            quiet=self._hushes.explained(speech.told.hushed),
        )
        return Evaluated(
            before,
            said.after,
            entries=tuple(entries(taken, speech, now)),
            notices=said.notices,
            spoken=said.spoken,
            audit=tuple(incident_events(taken, now)),
            forget=isinstance(outcome, Gone) and not taken.state.fires and not speech.posts,
        )


def _matters(rule: AlertRule, instance: Instance, outcome: Outcome) -> bool:
    """Whether there may be something to say about *outcome*."""
    if not isinstance(outcome, Value) or not outcome.amount.is_finite():
        return False
    return bool(rule.ladder.breached(outcome.amount)) or (instance.state is not None and instance.state.fires)


def incident_id(rule_id: str, fingerprint: str, now: datetime) -> str:
    """Name the incident that may open now, in ten letters that people can type."""
    return hashlib.sha256(f"{rule_id}:{fingerprint}:{now.isoformat()}".encode()).hexdigest()[:10]


def _reason(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Value) else outcome.reason
