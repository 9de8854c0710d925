"""What one round finds out about one rule, saved many instances at a time: a transaction each would cost too much."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.rules import DueRule, Instance
from dgbot.domain.ports import Store
from dgbot.services.alerting.findings import Known, by_project
from dgbot.services.alerting.measuring import Readings

log = structlog.get_logger(__name__)

BATCH = 100
"""Instances that are saved in one transaction; between two of them everything else gets its turn."""

ATTEMPTS = 3
"""How often instances that somebody saved meanwhile are evaluated anew."""

Evaluate = Callable[[DueRule, Sequence[Instance], Readings], Awaitable[Sequence[Evaluated]]]
"""Returns what is to be saved of these instances of the rule, and of new ones."""


class Course:
    """The evaluation of a rule in one round; *failed* says that it has to be evaluated again at the next tick.

    *known* are its instances as they were read, until their project is measured; *to_begin* counts the projects that
    are still to be measured for it.
    """

    def __init__(self, store: Store, due: DueRule, known: Known, evaluate: Evaluate) -> None:
        self.due = due
        self.failed = False
        self.to_begin = 0
        self._store = store
        self.known = dict(known)
        self._evaluate = evaluate
        self._waiting: list[tuple[Readings, Evaluated]] = []

    def knows(self, project_id: str) -> bool:
        """Whether a project was evaluated since the rule is due, in a round that did not come to its end."""
        known = self.known.get(project_id, ())
        return bool(known) and all(one.state is not None and one.state.evaluated_at >= self.due.since for one in known)

    async def take(self, readings: Readings) -> None:
        """Evaluate what was read of a project, and save when a batch is there, or when nothing more is to be begun."""
        try:
            evaluated = await self._evaluate(self.due, self.known.pop(readings.project.id, ()), readings)
            self._waiting += ((readings, one) for one in evaluated)
            await self._save_waiting(rest=not self.to_begin)
        except Exception:  # the store may work again in a moment; no rule may keep the others from being evaluated
            log.exception("rule not saved", rule=self.due.rule.id)
            self.failed = True

    async def end(self) -> None:
        """Save what is left, if time was up before everything was begun."""
        self.failed = self.failed or self.to_begin > 0
        try:
            await self._save_waiting(rest=True)
        except Exception:
            log.exception("rule not saved", rule=self.due.rule.id)
            self.failed = True

    async def _save_waiting(self, *, rest: bool) -> None:
        while len(self._waiting) >= BATCH or (rest and self._waiting):
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            await self._save(batch)
            await asyncio.sleep(0)

    async def _save(self, batch: Sequence[tuple[Readings, Evaluated]]) -> None:
        """Save *batch*; if somebody saved one of it meanwhile, evaluate the same readings once more as it is now."""
        evaluated, read = [one for _, one in batch], {one.project.id: one for one, _ in batch}
        for _ in range(ATTEMPTS):
            if await self._store.save_round(self.due, evaluated) == len(evaluated):
                return
            now = by_project(await self._store.instances(self.due.rule.id))
            evaluated = [one for id, r in read.items() for one in await self._evaluate(self.due, now.get(id, ()), r)]
        if evaluated:  # the rule was changed or removed, or everything changes all the time
            log.info("rule changed while it was evaluated", rule=self.due.rule.id)
            self.failed = True
