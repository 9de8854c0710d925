"""Two clocks: the world's, and the sandbox's, which can jump."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog

log = structlog.get_logger(__name__)


class SystemClock:
    """Tells the real time, in UTC."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


class SandboxClock:
    """Follows the clock of a sandbox on this machine; asking again is how it confirms that a jump was worked on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta()
        self._seen = -1

    def now(self) -> datetime:
        """Return the sandbox's present moment."""
        return datetime.now(UTC) + self._offset

    async def join(self) -> None:
        """Take over the sandbox's time once, before anything is due."""
        async with aiohttp.ClientSession() as session:
            await self._ask(session)

    async def follow(self, jumped: Callable[[], Awaitable[None]]) -> None:
        """Follow until cancelled; await *jumped* after each jump."""
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    if await self._ask(session):
                        await jumped()
                except (aiohttp.ClientError, TimeoutError) as error:
                    log.warning("sandbox clock not reached", reason=type(error).__name__)
                    await asyncio.sleep(0.5)

    async def _ask(self, session: aiohttp.ClientSession) -> bool:
        async with session.get(self._url, params={"seen": self._seen}, timeout=aiohttp.ClientTimeout(60)) as answer:
            told = await answer.json()
        self._offset = datetime.fromisoformat(told["now"]) - datetime.now(UTC)
        news = bool(told["jump"] > self._seen)
        self._seen = told["jump"]
        return news
