"""Time that can be moved: the sandbox's clock, and the endpoint through which the bot follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dgbot.sandbox.guard import Guard

HOLD = 25.0
"""Seconds that a question about the next jump is kept open."""


LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond this, what is counted in days takes long, and dates that are added to soon have no year left."""


class TooLate(ValueError):
    """The clock does not go that far."""


class SandboxClock:
    """Real time plus an offset that only grows.

    The bot asks ``GET /clock?seen=n`` and is answered as soon as jump n+1 happens. It asks with n only once it has
    applied jump n and finished a whole tick, so the question confirms the jump. *turn* counts jumps and confirmations.
    One event loop, no locks.
    """

    def __init__(self, real: Callable[[], datetime], *, hold: float = HOLD) -> None:
        self._real = real
        self._hold = hold
        self._offset = timedelta()
        self.turn = 0
        self._jump = 0
        self._confirmed = 0
        self._stirred = asyncio.Event()
        self.app = Guard(Starlette(routes=[Route("/clock", self._answer)]))

    def now(self) -> datetime:
        """Return the sandbox's time of day, aware of its zone."""
        return self._real() + self._offset

    def advance(self, by: timedelta) -> int:
        """Move on by *by*, which may not be negative, and return the number of this jump. Raises TooLate."""
        if by < timedelta():
            raise ValueError(f"The clock can't go back by {-by}; name a time to move on by.")
        if by > LATEST - self.now():
            raise TooLate(f"The clock goes no further than the year {LATEST.year}.")
        self._offset += by
        self._jump += 1
        self._stir()
        return self._jump

    @property
    def followed(self) -> bool:
        """Whether the bot has confirmed every jump so far."""
        return self._confirmed >= self._jump

    async def confirmed(self, jump: int, *, within: float) -> bool:
        """Whether the bot confirms *jump* within that many real seconds."""
        return await self._until(lambda: self._confirmed >= jump, within)

    async def turned(self, after: int) -> None:
        """Wait until there was a jump or a confirmation after turn *after*."""
        while self.turn <= after:
            await self._stirred.wait()

    async def _answer(self, request: Request) -> Response:
        asked = request.query_params.get("seen", "-1")
        try:
            seen = int(asked)
        except ValueError:
            return PlainTextResponse(f"seen: {asked!r} is not the number of a jump, such as -1 or 3.", 400)
        self._confirmed = max(self._confirmed, min(seen, self._jump))
        self._stir()
        moved = asyncio.create_task(self._until(lambda: self._jump > seen, self._hold))
        gone = asyncio.create_task(_disconnected(request))
        try:
            await asyncio.wait({moved, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            moved.cancel()
            gone.cancel()
        return JSONResponse({"jump": self._jump, "now": self.now().isoformat(timespec="microseconds")})

    async def _until(self, met: Callable[[], bool], within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while not met():
                    await self._stirred.wait()
        except TimeoutError:
            return False
        return True

    def _stir(self) -> None:
        self.turn += 1
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
