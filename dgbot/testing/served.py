"""An ASGI application on a port that is opened and closed within a millisecond; uvicorn's own end takes 200."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from dgbot.sandbox.deepgram import LocalDeepgram


class ServedDeepgram(LocalDeepgram):
    """A local Deepgram that is served, and knows where."""

    origin = ""


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve the ASGI *app* on loopback and yield its origin; calls still open at the end are cancelled."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio leaves it off: 40 ms an answer
    config = uvicorn.Config(
        app,
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        date_header=False,
        server_header=False,
        lifespan="off",
        ws="websockets-sansio",
    )
    config.load()
    state = ServerState()
    protocol: Any = config.http_protocol_class
    connected = partial(protocol, config=config, server_state=state, app_state={})
    server = await asyncio.get_running_loop().create_server(connected, sock=listener)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.close()
        for task in (open_calls := list(state.tasks)):
            task.cancel()
        await asyncio.gather(*open_calls, return_exceptions=True)
        for connection in list(state.connections):
            connection.transport.abort()
        while state.connections:  # noqa: ASYNC110  # what was aborted hears of it in the loop's next turn
            await asyncio.sleep(0)
