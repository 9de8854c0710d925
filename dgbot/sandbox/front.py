"""The front door of a demo: one server on one port, which can go away and come back while the workspace stays."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from dgbot.sandbox.deepgram.edge.departure import can_cut, cut
from dgbot.serving import serving

GRACE = 1.0
"""Seconds that open calls have to end; the server itself would wait for two, and complain."""


class Front:
    """Serves *app* on *port* (0: any free one, and the same one again); *origin* is its address.

    Entering the block raises OSError when the port is taken.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self.origin = ""
        self._calls, self._port = _Calls(app), port
        self._served = AsyncExitStack()
        self._moving = asyncio.Lock()

    async def __aenter__(self) -> Front:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._moving:
            await self._close()

    async def restart(self, *, away: float = 0.0) -> None:
        """Close every connection, refuse new ones for *away* seconds, then serve again."""
        async with self._moving:
            await self._close()
            with _reserved(self._port):
                await asyncio.sleep(away)
            await self._open()

    async def _open(self) -> None:
        self.origin = await self._served.enter_async_context(serving(self._calls, port=self._port))
        self._port = int(self.origin.rpartition(":")[2])

    async def _close(self) -> None:
        ending = asyncio.get_running_loop().call_later(GRACE, self._calls.cut)
        try:
            await self._served.aclose()
        finally:
            ending.cancel()


class _Calls:
    """The calls that are open; a call that is cancelled, or whose caller left, ends without an answer or a word."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: set[asyncio.Task[object]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return
        self._open.add(task)
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:
            if not can_cut(receive):
                raise
            await cut(receive, reset=False)
        finally:
            self._open.discard(task)

    def cut(self) -> None:
        for task in tuple(self._open):
            task.cancel()


@contextmanager
def _reserved(port: int) -> Iterator[None]:
    """Keep *port* from being given to somebody else; whoever connects is refused."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        yield
