"""What the page is told over WebSockets: the whole of something again, whenever it has changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

TOGETHER = 0.03
"""Seconds in which several changes become one message."""


@dataclass(frozen=True)
class Source:
    """Something that changes: *mark* counts the changes, *changed* waits for one after a mark."""

    mark: Callable[[], int]
    changed: Callable[[int], Awaitable[object]]


async def converse(websocket: WebSocket, telling: Coroutine[Any, Any, None]) -> None:
    """Accept the connection and go on *telling* until the page leaves."""
    await websocket.accept()
    both = {asyncio.create_task(telling), asyncio.create_task(_left(websocket))}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in both:
            one.cancel()
        ends = await asyncio.gather(*both, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect):
            raise end


async def tell_wholes(
    websocket: WebSocket,
    shown: Callable[[], dict[str, Any]],
    sources: Sequence[Source],
    *,
    glance: float | None = None,
    stamp: Callable[[], dict[str, Any]] = dict,
) -> None:
    """Send what is *shown* whenever it is another than before; it is looked at after a change, and every *glance*.

    *stamp* goes with each message and is no reason to send one.
    """
    last: dict[str, Any] | None = None
    while True:
        marks = [one.mark() for one in sources]
        whole = shown()
        if whole != last:
            await websocket.send_text(json.dumps(whole | stamp(), allow_nan=False))  # ASCII: no text breaks the line
            last = whole
        await news(sources, marks, glance)


async def news(sources: Sequence[Source], marks: Sequence[int], glance: float | None = None) -> None:
    """Return soon after one of *sources* changed since its mark, or after *glance* seconds."""
    waiting = {asyncio.ensure_future(one.changed(mark)) for one, mark in zip(sources, marks, strict=True)}
    try:
        await asyncio.wait(waiting, timeout=glance, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(TOGETHER)


async def _left(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
