"""Notices that the clock is behind what was evaluated already, in this process or by one before it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from dgbot.domain.alerting.rules import DueRule
from dgbot.domain.alerting.turning_back import SKEW, TOO_FAR
from dgbot.services.alerting.schedules import NeverDue, next_due
from dgbot.services.alerting.troubles import Troubles

EVER = datetime.max.replace(tzinfo=UTC)

A_FEW = 50
"""Rules after which everything else gets its turn."""


class DueStore(Protocol):
    """Knows when each rule is due."""

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now."""

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next."""


class ClockWatch:
    """A clock that was set back by a little holds evaluations up until it is where it was.

    One that was set back by hours was wrong before. Nobody waits for that moment to come: whatever is due then is due
    now. The operators hear of both. A rule that is due later than it can be was postponed by a clock that was ahead.
    """

    def __init__(self, store: DueStore, troubles: Troubles, now: datetime) -> None:
        self._store = store
        self._troubles = troubles
        self._latest = now
        self._looked = self._told = False
        self.behind = False

    async def look(self, now: datetime) -> bool:
        """Compare *now* with what was, before anything is evaluated; return whether there is something to tell.

        There is once more when it is over.
        """
        told, self._told = self._told, await self._is_behind(now)
        return told or self._told

    async def _is_behind(self, now: datetime) -> bool:
        self.behind = False
        if self._looked and self._latest - now <= SKEW:
            self._latest = max(self._latest, now)
            return False
        ahead = await self._ahead(now)
        latest = max([self._latest, *(now + by for _, by in ahead)])
        self._looked = True
        if latest - now <= SKEW:
            self._latest = max(latest, now)
            return False
        if latest - now <= TOO_FAR:
            self._latest, self.behind = latest, True
            self._troubles.note_clock(now, f"Nothing is evaluated before {_at(latest)}.")
        else:
            for one, _ in ahead:
                await self._store.postpone_rule(one, now)
            self._latest = now
            reason = f"It was at {_at(latest)}, or later; everything is evaluated anew from now."
            self._troubles.note_clock(now, reason, was_ahead=True)
        return True

    async def _ahead(self, now: datetime) -> list[tuple[DueRule, timedelta]]:
        """Return the rules that are due later than they can be, and by how much."""
        found = list[tuple[DueRule, timedelta]]()
        for number, one in enumerate(await self._store.due_rules(EVER), start=1):
            with suppress(NeverDue):  # whoever evaluates it stumbles over that
                if (by := one.since - next_due(one.rule.schedule, now)) > SKEW:
                    found.append((one, by))
            if number % A_FEW == 0:
                await asyncio.sleep(0)
        return found


def _at(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"
