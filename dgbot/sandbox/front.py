"""The front door of a demo: one server on one port, which can go away and come back while the workspace stays."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from dgbot.serving import serving


class Front:
    """Serves *app* on *port* (0: any free one, and the same one again); *origin* is its address.

    Entering the block raises OSError when the port is taken.
    """

    def __init__(self, app: Any, port: int = 0) -> None:
        self.origin = ""
        self._app, self._port = app, port
        self._served = AsyncExitStack()
        self._moving = asyncio.Lock()

    async def __aenter__(self) -> Front:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._moving:
            await self._served.aclose()

    async def restart(self, *, away: float = 0.0) -> None:
        """Close every connection, refuse new ones for *away* seconds, then serve again."""
        async with self._moving:
            await self._served.aclose()
            with _reserved(self._port):
                await asyncio.sleep(away)
            await self._open()

    async def _open(self) -> None:
        self.origin = await self._served.enter_async_context(serving(self._app, port=self._port))
        self._port = int(self.origin.rpartition(":")[2])


@contextmanager
def _reserved(port: int) -> Iterator[None]:
    """Keep *port* from being given to somebody else; whoever connects is refused."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        yield
