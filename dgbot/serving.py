"""An ASGI application on a port, for as long as it is needed: the bot's own pages and the sandbox's servers alike."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import uvicorn
from uvicorn.server import ServerState

SHUTDOWN_SECONDS = 2


@asynccontextmanager
async def serving(
    app: Any, *, host: str = "127.0.0.1", port: int = 0, connections: int | None = None
) -> AsyncIterator[str]:
    """Serve the ASGI *app* and yield its origin, such as ``http://127.0.0.1:40123``.

    Port 0 takes any free one. Requests beyond so many *connections* at once are answered with 503. Open requests get
    two seconds to end when the block is left. Raises OSError when the port is taken.
    """
    listener = _listener(host, port)
    server = _Server(_config(app, limit_concurrency=connections, timeout_graceful_shutdown=SHUTDOWN_SECONDS))
    running = asyncio.create_task(server._serve([listener]))  # serve() would take over the process's signals
    try:
        await asyncio.wait({running, asyncio.create_task(server.up.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{listener.getsockname()[1]}"
    finally:
        server.up.set()
        server.should_exit = True
        await running
        listener.close()


@asynccontextmanager
async def serving_briefly(app: Any) -> AsyncIterator[str]:
    """The same on loopback for a test: it ends within a millisecond, where uvicorn's own end takes 200.

    Calls still open at the end are cancelled.
    """
    listener = _listener("127.0.0.1", 0)
    config = _config(app)
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


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio leaves it off: 40 ms an answer
    return listener


def _config(app: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        date_header=False,
        server_header=False,
        lifespan="off",
        ws="websockets-sansio",
        **more,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()
