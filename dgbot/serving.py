"""An ASGI application on a port, for as long as it is needed: the bot's own pages and the sandbox's servers alike."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

SHUTDOWN_SECONDS = 2


@asynccontextmanager
async def serving(
    app: Any, *, host: str = "127.0.0.1", port: int = 0, connections: int | None = None
) -> AsyncIterator[str]:
    """Serve the ASGI *app* and yield its origin, such as ``http://127.0.0.1:40123``.

    Port 0 takes any free one. Requests beyond so many *connections* at once are answered with 503. Open requests get
    two seconds to end when the block is left. Raises OSError when the port is taken.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
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
        limit_concurrency=connections,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _Server(config)
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


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()
