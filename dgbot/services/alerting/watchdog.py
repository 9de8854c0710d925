"""Somebody outside notices when the bot falls silent: it gives a sign after each complete good round."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)


class Watchdog:
    """Gives a sign after a round in which every duty was done and every check could see, at most one in *every*.

    *monotonic* is the clock, in seconds: one that can be set back would keep it silent. What was not taken is tried
    again after the next round.
    """

    def __init__(
        self,
        ping: Callable[[], Awaitable[None]],
        *,
        every: timedelta,
        sees: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ping = ping
        self._every = every.total_seconds()
        self._sees = sees
        self._monotonic = monotonic
        self._last_at: float | None = None

    async def after(self, complete: bool) -> None:
        """Hear that a round was made, *complete* or not."""
        now = self._monotonic()
        if not complete or not self._sees() or (self._last_at is not None and now - self._last_at < self._every):
            return
        try:
            await self._ping()
            self._last_at = now
        except Exception as error:  # whoever watches will notice; the address is a secret, and errors name it
            log.warning("heartbeat not sent", error=type(error).__name__)
