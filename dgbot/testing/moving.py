"""Time that a test moves on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

SUNDAY = datetime(2026, 11, 22, 14, tzinfo=UTC)


class MovableClock:
    """Business time that stands still until it is moved on; a bot that lives by it does what is due then."""

    def __init__(self, now: datetime = SUNDAY) -> None:
        self._now = now
        self.moved: Callable[[timedelta], Awaitable[None]] | None = None
        """What is awaited after each move."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return self._now

    async def advance(
        self, by: timedelta = timedelta(), *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move on in one leap, and return when the bot has done what is due and Slack shows it.

        What would have been due several times on the way is done once, as after a night without the bot.
        """
        leap = by + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if leap < timedelta():
            raise ValueError(f"The clock can't go back by {-leap}; name a time to move on by.")
        self._now += leap
        if self.moved is not None:
            await self.moved(leap)
