"""The page put together: its files, its own API under ``/page``, and the local Slack behind the same origin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.page.acts import AnyAct, carry_out
from dgbot.sandbox.page.company import company
from dgbot.sandbox.page.files import Files
from dgbot.sandbox.page.guard import Guard
from dgbot.sandbox.page.screen import snapshot
from dgbot.sandbox.page.vitals import Vitals
from dgbot.sandbox.page.world import Jump, Left, Levers, Trouble
from dgbot.sandbox.slack import LocalSlack, NoSuchThing

LARGEST_BODY = 64 * 1024
TOGETHER = 0.03
"""Seconds in which several changes become one snapshot."""
GLANCE = 1.0
"""Seconds between two looks at what changes unannounced: the balance, and whether the bot is up."""

T = TypeVar("T")


class Page:
    """Everything that a browser is served; *app* takes the place of the local Slack's application.

    *watch* is told how to wait for the end of the bot; before that, the page says that it is down.
    """

    def __init__(self, slack: LocalSlack, deepgram: LocalDeepgram, clock: SandboxClock) -> None:
        self._slack, self._deepgram, self._clock = slack, deepgram, clock
        self._levers = Levers(deepgram, clock)
        self._vitals = Vitals()
        files = Files()
        routes = [
            Route("/", files.index),
            Route("/static/{name}", files.named),
            Route("/page/company", self._company),
            Route("/page/acts", self._acts, methods=["POST"]),
            Route("/page/clock", self._jumps, methods=["POST"]),
            Route("/page/balance", self._leaves, methods=["POST"]),
            Route("/page/faults", self._troubles, methods=["POST"]),
            WebSocketRoute("/page/screen", self._screen),
            Mount("", slack.app),
        ]
        self.app = Guard(Starlette(routes=routes))

    def watch(self, ended: Callable[[], Awaitable[None]]) -> None:
        """*ended* returns when the bot ends, at once if it is not running."""
        self._vitals = Vitals(ended)

    async def _company(self, _: Request) -> Response:
        return JSONResponse(company(self._slack.workspace))

    async def _acts(self, request: Request) -> Response:
        async def done(act: AnyAct) -> str | None:
            return await carry_out(act, self._slack.people)

        return await _answered(request, AnyAct, done)

    async def _jumps(self, request: Request) -> Response:
        return await self._pulled(request, Jump, self._levers.jump)

    async def _leaves(self, request: Request) -> Response:
        return await self._pulled(request, Left, self._levers.leave)

    async def _troubles(self, request: Request) -> Response:
        return await self._pulled(request, Trouble, self._levers.trouble)

    async def _pulled(self, request: Request, kind: Any, lever: Callable[[Any], str | None]) -> Response:
        async def done(asked: Any) -> str | None:
            refusal = lever(asked)
            self._vitals.stir()
            return refusal

        return await _answered(request, kind, done)

    async def _screen(self, websocket: WebSocket) -> None:
        person = self._slack.people.get(websocket.query_params.get("who", ""))
        if person is None:
            await websocket.close(1008, "There is nobody of that name here.")
            return
        await websocket.accept()
        self._slack.workspace.direct_channel(person.user_id)
        showing = asyncio.create_task(self._show(websocket, person.name))
        leaving = asyncio.create_task(_left(websocket))
        try:
            await asyncio.wait({showing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            showing.cancel()
            leaving.cancel()
            ends = await asyncio.gather(showing, leaving, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect):
                raise end

    async def _show(self, websocket: WebSocket, who: str) -> None:
        last: dict[str, Any] = {}
        while True:
            mark, turn = self._slack.mark(), self._vitals.turn
            shown = snapshot(self._slack.workspace, who) | {
                "balance": f"{self._deepgram.balance:.2f}",
                "bot": await self._vitals.up(),
                "turn": turn,
            }
            if shown != last:
                await websocket.send_json(shown | {"now": self._clock.now().timestamp()})
                last = shown
            await self._news(mark, turn)

    async def _news(self, mark: int, turn: int) -> None:
        """Return soon after something changed that the screen may show."""
        waiting = {
            asyncio.ensure_future(self._slack.next_change(mark)),
            asyncio.ensure_future(self._vitals.turned(turn)),
        }
        try:
            await asyncio.wait(waiting, timeout=GLANCE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(TOGETHER)


async def _answered(request: Request, kind: Any, do: Callable[[Any], Awaitable[str | None]]) -> Response:
    """Read the body as *kind*, do it, and say how it went; what can't be read is 400, what is too large 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return _refused(f"A body may have {LARGEST_BODY} bytes at most.", 413)
    try:
        refusal = await do(msgspec.json.decode(body, type=kind))
    except msgspec.DecodeError as error:
        return _refused(f"This can't be read: {error}.", 400)
    except NoSuchThing as error:
        refusal = str(error)
    return JSONResponse({"ok": True}) if refusal is None else _refused(refusal, 200)


def _refused(sentence: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, status)


async def _left(websocket: WebSocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.receive_text()
