"""What one round finds out about one rule: saved many instances at a time, and told together where it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.outcomes import Cause, Fail
from dgbot.domain.alerting.rules import DueRule, Instance
from dgbot.domain.ports import AlertStore
from dgbot.services.alerting.findings import Known, by_project
from dgbot.services.alerting.gathering import gathered, is_loud
from dgbot.services.alerting.measuring import Readings
from dgbot.services.alerting.schedules import Turn

log = structlog.get_logger(__name__)

BATCH = 100
"""Instances that are saved in one transaction; between two of them everything else gets its turn."""

ATTEMPTS = 3
"""How often instances that somebody saved meanwhile are evaluated anew."""

Evaluate = Callable[[DueRule, Sequence[Instance], Readings], Awaitable[Sequence[Evaluated]]]
"""Returns what is to be saved of these instances of the rule, and of new ones."""

_Read = tuple[Readings, Evaluated]


class Course:
    """The evaluation of a rule in one round; *failed* says that it has to be evaluated again at the next tick.

    *known* are its instances as they were read, until their project is measured. A rule of which nobody can tell when
    it is due is not judged, and the operators hear why.
    """

    def __init__(self, store: AlertStore, turn: Turn, known: Known, evaluate: Evaluate, now: datetime) -> None:
        self.due = turn.due
        self.failed = False
        self._to_begin = self._to_come = 0
        self._store = store
        self.known = dict(known)
        self._evaluate = evaluate
        self._now = now
        self._waiting: list[_Read] = []
        self._held: dict[str, _Read] = {}
        self._turn = turn

    def knows(self, project_id: str) -> bool:
        """Whether a project was evaluated since the rule is due, in a round that did not come to its end."""
        known = self.known.get(project_id, ())
        return bool(known) and all(self.due.has_had(one.state, self._now) for one in known)

    def expects(self, project_id: str) -> bool:
        """Wait for the readings of a project; False, and nobody waits for them, if it `knows` that one."""
        awaited = not self.knows(project_id)
        self._to_begin += awaited
        self._to_come += awaited
        return awaited

    def begun(self, project_id: str) -> None:
        """Note that the readings of a project are on their way."""
        self._to_begin -= not self.knows(project_id)

    async def take(self, readings: Readings) -> None:
        """Evaluate what was read of a project, and save when a batch is there, or when nothing more is to be begun.

        What will be heard is held back, so that `tell` can save it with the like of it, when everything was measured.
        """
        self._to_come -= not self.knows(readings.project.id)
        if self._turn.astray:
            readings = replace(readings, by_fingerprint={}, failed=Fail(Cause.BUG, self._turn.astray))
        try:
            for one in await self._evaluate(self.due, self.known.pop(readings.project.id, ()), readings):
                if is_loud(one):
                    self._held.setdefault(one.after.fingerprint, (readings, one))
                else:
                    self._waiting.append((readings, one))
            await self._save_waiting(rest=not self._to_begin)
            if not self._to_come:
                await self.tell()
        except Exception:  # the store may work again in a moment; no rule may keep the others from being evaluated
            log.exception("rule not saved", rule=self.due.rule.id)
            self.failed = True

    async def tell(self) -> None:
        """Save what will be heard, as far as it is known: together where the rule has much to say to a channel."""
        if not self._held:
            return
        occasion = f"{self.due.since.isoformat()}:{min(self._held)}"  # what is held later is another one
        read, self._held = [*self._held.values()], {}
        saves = gathered([one for _, one in read], self.due.rule, occasion=occasion, now=self._now)
        try:
            for start in range(0, len(saves), BATCH):
                readings = [one for one, _ in read[start : start + BATCH]]
                await self._save([*zip(readings, saves[start : start + BATCH], strict=True)])
                await asyncio.sleep(0)
        except Exception:  # as with what nobody hears
            log.exception("rule not saved", rule=self.due.rule.id)
            self.failed = True

    async def end(self) -> None:
        """Save and tell what is left, if time was up before everything was begun."""
        self.failed = self.failed or self._to_begin > 0
        try:
            await self._save_waiting(rest=True)
        except Exception:
            log.exception("rule not saved", rule=self.due.rule.id)
            self.failed = True
        await self.tell()

    async def postpone(self) -> None:
        """Let the rule be due at its next time, if nothing failed; what was saved of it is not evaluated twice."""
        if self.failed:
            return
        try:
            await self._store.postpone_rule(self.due, self._turn.following)
        except Exception:  # it comes again at the next tick, and the others meanwhile
            log.exception("rule not postponed", rule=self.due.rule.id)
            self.failed = True

    async def _save_waiting(self, *, rest: bool) -> None:
        while len(self._waiting) >= BATCH or (rest and self._waiting):
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            await self._save(batch)
            await asyncio.sleep(0)

    async def _save(self, batch: Sequence[_Read]) -> None:
        """Save *batch*; if somebody saved one of it meanwhile, evaluate the same readings once more as it is now."""
        evaluated, read = [one for _, one in batch], {one.project.id: one for one, _ in batch}
        for _ in range(ATTEMPTS):
            if await self._store.save_round(self.due, evaluated) == len(evaluated):
                return
            now = by_project(await self._store.instances(self.due.rule.id))
            anew = [one for id, r in read.items() for one in await self._evaluate(self.due, now.get(id, ()), r)]
            evaluated = [one for one in anew if one.after.fingerprint not in self._held]
        if evaluated:  # the rule was changed or removed, or everything changes all the time
            log.info("rule changed while it was evaluated", rule=self.due.rule.id)
            self.failed = True
