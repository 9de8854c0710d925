"""Somebody outside notices when the bot falls silent: it gives a sign after each complete good round."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from dgbot.domain.ports import Clock

log = structlog.get_logger(__name__)


class Watchdog:
    """Gives a sign after a round in which every duty was done and every check could see, at most one in *every*."""

    def __init__(
        self, ping: Callable[[], Awaitable[None]], clock: Clock, *, every: timedelta, sees: Callable[[], bool]
    ) -> None:
        self._ping = ping
        self._clock = clock
        self._every = every
        self._sees = sees
        self._last_at: datetime | None = None

    async def after(self, complete: bool) -> None:
        """Hear that a round was made, *complete* or not."""
        now = self._clock.now()
        if not complete or not self._sees() or (self._last_at is not None and now - self._last_at < self._every):
            return
        self._last_at = now
        try:
            await self._ping()
        except Exception as error:  # whoever watches will notice; the address is a secret, and errors name it
            log.warning("heartbeat not sent", error=type(error).__name__)
