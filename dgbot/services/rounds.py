"""What is due at every tick of the clock: checks, expiries, keys in doubt, notices, and throwing old things away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from dgbot.domain.ports import Clock

log = structlog.get_logger(__name__)

DUTY_SECONDS = 300
"""A duty that hangs is stopped, so that the others go on; each can be cut off anywhere."""

Duty = Callable[[], Awaitable[object]]


class Rounds:
    """Runs each duty in turn, one round at a time; one that fails is logged and keeps no other from running."""

    def __init__(
        self, clock: Clock, duties: dict[str, Duty], *, after: Callable[[bool], Awaitable[None]] | None = None
    ) -> None:
        self._clock = clock
        self._duties = duties
        self._after = after
        self._turn = asyncio.Lock()
        self.last_at: datetime | None = None

    async def make(self) -> None:
        """Do every duty once, after a round that is under way; then say whether all of them were done."""
        async with self._turn:
            complete = True
            for name, duty in self._duties.items():
                try:
                    async with asyncio.timeout(DUTY_SECONDS):
                        await duty()
                except Exception:  # a duty that breaks comes again at the next tick
                    log.exception("duty failed", duty=name)
                    complete = False
            self.last_at = self._clock.now()
            if self._after is not None:
                await self._after(complete)
