"""That somebody pulled a lever: what the local Slack does not announce, and every page that is open should show."""

from __future__ import annotations

import asyncio


class Turns:
    """*turn* counts what was done beside the conversation. One event loop, no locks."""

    def __init__(self) -> None:
        self.turn = 0
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Count one more."""
        self.turn += 1
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()

    async def turned(self, after: int) -> None:
        """Wait until there is a turn after *after*."""
        while self.turn <= after:
            await self._stirred.wait()
