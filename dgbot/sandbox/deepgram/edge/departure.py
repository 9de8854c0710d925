"""How an answer leaves: whole, cut short, or not at all."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Receive, Send

from dgbot.sandbox.deepgram.edge.answers import Answer

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the peer is told with RST


async def send_whole(answer: Answer, send: Send) -> None:
    """Send *answer*; nobody need be there."""
    await _start(answer, send)
    await send({"type": "http.response.body", "body": answer.body})


async def send_half(answer: Answer, receive: Receive, send: Send) -> None:
    """Announce all of *answer*, send half of it, close the connection."""
    await _start(answer, send)
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
    _transport(receive).close()  # what was written before still leaves
    await _gone(receive)


async def cut(receive: Receive, *, reset: bool) -> None:
    """End the connection without an answer, by a reset or as if the server had died."""
    transport = _transport(receive)
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    await _gone(receive)


def can_cut(receive: Receive) -> bool:
    """Whether the connection is known; uvicorn's is."""
    return _known(receive) is not None


async def refuse_socket(receive: Receive, send: Send) -> None:
    """Refuse a WebSocket (403) before it is one."""
    if (await receive())["type"] == "websocket.connect":
        await send({"type": "websocket.close"})


async def _start(answer: Answer, send: Send) -> None:
    headers = {"content-type": answer.media_type, "content-length": str(len(answer.body)), **answer.headers}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})


def _transport(receive: Receive) -> asyncio.Transport:
    transport = _known(receive)
    if transport is None:
        raise TypeError("A connection can be cut only when uvicorn serves the local Deepgram.")
    return transport


def _known(receive: Receive) -> asyncio.Transport | None:
    """The connection: ASGI has no word for it, but uvicorn's *receive* knows it."""
    return cast(asyncio.Transport | None, getattr(getattr(receive, "__self__", None), "transport", None))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
