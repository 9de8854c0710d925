"""Whether the bot is up, and that somebody pulled a lever: what the local Slack does not announce."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Vitals:
    """*ended* waits for the end of the bot; *turn* counts the levers that were pulled. One event loop."""

    def __init__(self, ended: Callable[[], Awaitable[None]] | None = None) -> None:
        self.turn = 0
        self._ended = ended
        self._ending: asyncio.Future[None] | None = None
        self._stirred = asyncio.Event()

    async def up(self) -> bool:
        """Whether the bot's process is running."""
        if self._ended is None:
            return False
        if self._ending is None or self._ending.done():
            self._ending = asyncio.ensure_future(self._ended())
            await asyncio.sleep(0)  # a wait for what has already ended is over after one turn of the loop
        return not self._ending.done()

    def stir(self) -> None:
        """Count a lever."""
        self.turn += 1
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()

    async def turned(self, after: int) -> None:
        """Wait until a lever was pulled after turn *after*."""
        while self.turn <= after:
            await self._stirred.wait()
