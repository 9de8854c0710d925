"""From the clock's tick to what is said: due rules -> readings -> step -> speech -> transactions of a hundred."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.alerting.rules import AlertRule, DueRule
from dgbot.domain.ports import AlertStore, Clock
from dgbot.plugin.context import Project
from dgbot.services.alerting.clock_watch import ClockWatch
from dgbot.services.alerting.course import Course
from dgbot.services.alerting.findings import Known, by_project
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.judgement import Judgement
from dgbot.services.alerting.keeping import HourlyReadings
from dgbot.services.alerting.measuring import Measures, Readings, Watched
from dgbot.services.alerting.schedules import turn_of
from dgbot.services.alerting.troubles import Troubles

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Checks that run side by side."""

ROUND_SECONDS = 180.0
"""After so long nothing more is begun; the rules that are not done yet go on at the next tick."""

GROUP_SECONDS = 30.0
"""What is to be heard waits so long for the like of it, or until everything is evaluated."""

LONGEST_PAUSE = timedelta(days=366)
"""A check that is asked less often counts as one that nobody asks any more."""

MANY = 500
"""Simple steps after which everything else gets its turn."""


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
        self._readings = HourlyReadings(store)
        self.last_good_at: datetime | None = None
        self._unseen: dict[Watched, datetime] = {}
        self._broken = set[str]()
        self._incomplete = self._unsettled = self._good = False
        self._watch = ClockWatch(store, troubles, clock.now())

    def sees(self) -> bool:
        """Whether every check could measure when last asked, all of it was saved, and the clock goes on.

        A check that nobody asks any more counts for a while.
        """
        now = self._clock.now()
        blind = any(now < until for until in self._unseen.values())
        return not (self._watch.behind or self._incomplete or self._unsettled or self._broken or blind)

    async def run_due(self) -> None:
        """Evaluate every rule that is due, measuring once for rules that watch the same."""
        now = self._clock.now()
        tells = await self._watch.look(now)
        if self._broken:  # one that was removed is never due again, and breaks nothing
            self._broken &= {rule.id for rule in await self._store.rules()}
        due = await self._store.due_rules(now)
        if not due:
            if tells or self._unsettled:
                await self._settle(now)
                self._wake_outbox()
            return
        self._good = False
        courses = [await self._course(one, now) for one in due]
        watchers = await self._watchers(courses)
        await self._hushes.look(now)
        waiting, kept = deque(watchers.items()), list[KeptReading]()
        until = asyncio.get_running_loop().time() + ROUND_SECONDS
        async with asyncio.TaskGroup() as group:
            workers = range(min(AT_ONCE, len(waiting)))
            going = {group.create_task(self._work_off(waiting, now, kept, until)) for _ in workers}
            while going:
                _, going = await asyncio.wait(going, timeout=GROUP_SECONDS)
                for course in courses:
                    await course.tell()
        for course in courses:
            await course.end()
        await self._settle(now)  # before anything is postponed: after a death in between, the next round tells it
        for course in courses:
            await course.postpone()
        await self._readings.keep(kept)
        self._incomplete = any(course.failed for course in courses)
        if self._good and not self._incomplete:
            self.last_good_at = now
        self._wake_outbox()

    async def _settle(self, now: datetime) -> None:
        """Tell the operators what can't be seen; what fails comes again at the next tick, and holds up no rule."""
        try:
            await self._troubles.settle(now)
        except Exception:
            log.exception("troubles not told")
            self._unsettled = True
        else:
            self._unsettled = False

    async def _course(self, due: DueRule, now: datetime) -> Course:
        turn = turn_of(due, now)
        self._broken.discard(due.rule.id)
        if turn.astray and not due.rule.paused_by:
            self._broken.add(due.rule.id)
        known = by_project(await self._store.instances(due.rule.id))
        judgement = Judgement(self._measuring.checks, self._hushes, self._troubles, now, turn.at, self._broken)
        return Course(self._store, turn, known, judgement.evaluated, now)

    async def _watchers(self, courses: Sequence[Course]) -> dict[Watched, list[Course]]:
        """Return what is to be measured, each with the rules that want to know; last what a round before us measured.

        The latter is measured again for the operators alone, who may not have been told that it failed. The rules take
        turns, so that one whose many projects hang holds up nobody else's.
        """
        first, again = dict[Watched, list[Course]](), dict[Watched, list[Course]]()
        turns = deque([(course, iter(await self._watched(course.due.rule, course.known))) for course in courses])
        number = 0
        while turns:
            course, projects = turns.popleft()
            if (project_id := next(projects, None)) is None:
                continue
            rule = course.due.rule
            watched = Watched(project_id, rule.check, tuple(sorted(rule.params.items())))
            (first if course.expects(project_id) else again).setdefault(watched, []).append(course)
            turns.append((course, projects))
            number += 1
            if number % MANY == 0:
                await asyncio.sleep(0)
        for watched, theirs in again.items():
            first.setdefault(watched, []).extend(theirs)
        return first

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

    async def _work_off(
        self, waiting: deque[tuple[Watched, list[Course]]], now: datetime, kept: list[KeptReading], until: float
    ) -> None:
        """Measure one thing after the other, as several of us do, and let each rule take what was found."""
        while waiting and asyncio.get_running_loop().time() < until:
            watched, courses = waiting.popleft()
            for course in courses:
                course.begun(watched.project_id)
            readings = await self._measuring.read(watched, now)
            kept += readings.kept
            self._note(watched, courses, readings, now)
            await asyncio.sleep(0)  # the answers of all of us may come at once, and others want their turn before
            for course in courses:
                await course.take(readings)

    def _note(self, watched: Watched, courses: Sequence[Course], readings: Readings, now: datetime) -> None:
        """Remember whether *watched* could be measured."""
        if readings.failed is None:
            self._good = True
        if readings.mistakes:
            pause = max(one.due.rule.schedule.every for one in courses)
            self._unseen[watched] = now + 2 * min(pause, LONGEST_PAUSE)
        elif readings.failed is None:
            self._unseen.pop(watched, None)
        if reason := readings.failed or next(iter(readings.mistakes), None):
            log.warning("check could not measure", check=watched.check, reason=reason.reason)
