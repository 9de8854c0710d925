"""The page put together: its files, its own API under ``/page``, and the local Slack behind the same origin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from dgbot.plugin.command import Command
from dgbot.sandbox.botsettings import settings_text
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.guard import Guard
from dgbot.sandbox.keeper import Keeper
from dgbot.sandbox.page.acts import AnyAct, Said, carry_out
from dgbot.sandbox.page.another import another
from dgbot.sandbox.page.answers import answered, refused
from dgbot.sandbox.page.company import company, installed_commands
from dgbot.sandbox.page.console import AnyDeed, Console
from dgbot.sandbox.page.feeds import Source, converse, tell_wholes
from dgbot.sandbox.page.files import Files
from dgbot.sandbox.page.holdings import holdings
from dgbot.sandbox.page.house import House, house
from dgbot.sandbox.page.screen import snapshot
from dgbot.sandbox.page.trouble import AT_ONCE, Healed, SlackTrouble, Trouble, Troubles
from dgbot.sandbox.page.turns import Turns
from dgbot.sandbox.page.wire import Wire
from dgbot.sandbox.page.world import Jump, Left, Levers, Turned, world
from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.edge.reading import whole_number

GLANCE = 1.0
"""Seconds between two looks at what changes unannounced: the balance, and whether the bot is up."""


class Page:
    """Everything that a browser is served; *app* takes the place of the local Slack's application.

    *secrets* are those that the wire must not show. *alone*, it is the page of the local Slack and of a bot that is not
    ours. Until the page is told whom it may ``meet``, the bot is down.
    """

    def __init__(
        self,
        slack: LocalSlack,
        deepgram: LocalDeepgram,
        clock: SandboxClock,
        *,
        secrets: Callable[[], Iterable[str]] = tuple,
        alone: bool = False,
    ) -> None:
        self._slack, self._deepgram, self._clock, self._alone = slack, deepgram, clock, alone
        self._levers, self._console = Levers(deepgram, clock), Console(deepgram, clock)
        self._troubles, self._turns, self._wire = Troubles(slack, deepgram), Turns(), Wire(clock.now, secrets)
        self._keeper: Keeper | None = None
        self._commands: Callable[[], Iterable[Command]] = installed_commands
        self._settings: Callable[[], str] = lambda: settings_text(deepgram.project_id)
        slack.ledger.secrets, slack.ledger.noted = secrets, self._wire.slack_noted
        deepgram.witness = self._wire.deepgram_noted
        files = Files()
        posts: dict[str, tuple[Any, Callable[[Any], Said]]] = {
            "/page/clock": (Jump, self._levers.jump),
            "/page/balance": (Left, self._levers.leave),
            "/page/console": (AnyDeed, self._console.carry_out),
            "/page/faults": (Trouble, self._troubles.at_deepgram),
            "/page/heal": (Healed, self._troubles.heal),
        }
        routes = [
            Route("/", files.index),
            Route("/static/{name:path}", files.named),
            Route("/page/company", self._company),
            Route("/page/log", self._log),
            Route("/page/wire/{number}", self._exchange),
            Route("/page/acts", self._acts, methods=["POST"]),
            Route("/page/slack", self._slack_trouble, methods=["POST"]),
            Route("/page/bot", self._bot, methods=["POST"]),
            *(Route(path, self._pulled(*lever), methods=["POST"]) for path, lever in posts.items()),
            WebSocketRoute("/page/screen", self._screen),
            WebSocketRoute("/page/world", self._world),
            WebSocketRoute("/page/holdings", self._holdings),
            WebSocketRoute("/page/wire", self._follow_wire),
            Mount("", slack.app),
        ]
        self.app = Guard(Starlette(routes=routes))

    def meet(
        self,
        keeper: Keeper | None,
        *,
        restart: Callable[[], Awaitable[None]] | None = None,
        commands: Callable[[], Iterable[Command]] = tuple,
        settings: Callable[[], str] | None = None,
    ) -> None:
        """From now on *keeper* looks after the bot, *restart* restarts this server, and *commands* complete a line.

        Without any commands, those of the installed plugins do. *settings* returns what the bot was told; without it
        that is what every demo's bot is told.
        """
        self._keeper, self._troubles.restart = keeper, restart
        self._settings = settings or self._settings
        self._commands = lambda: tuple(commands()) or installed_commands()

    # What is told once

    async def _company(self, _: Request) -> Response:
        if self._alone:
            return JSONResponse(another(self._slack.workspace, self._slack.installed))
        return JSONResponse(company(self._slack.workspace, self._slack.installed, self._commands(), self._house()))

    async def _log(self, _: Request) -> Response:
        return JSONResponse({"lines": [] if self._keeper is None else self._keeper.tail()})

    async def _exchange(self, request: Request) -> Response:
        told = self._wire.details(whole_number(request.path_params["number"]) or 0)
        if told is None:
            return refused("This exchange is no longer kept.", 404)
        return Response(told, media_type="application/json")

    # What is done

    async def _acts(self, request: Request) -> Response:
        async def done(act: AnyAct) -> Said:
            return await carry_out(act, self._slack.people)

        return await answered(request, AnyAct, done)

    async def _slack_trouble(self, request: Request) -> Response:
        async def done(asked: SlackTrouble) -> Said:
            refusal = await self._troubles.at_slack(asked)
            if refusal is None and self._keeper is not None and (happened := AT_ONCE.get(asked.how)):
                self._keeper.note(happened)
            self._turns.stir()
            return refusal

        return await answered(request, SlackTrouble, done)

    async def _bot(self, request: Request) -> Response:
        async def done(asked: Turned) -> Said:
            if self._keeper is None:
                return "Nobody here can start a bot."
            doing = asyncio.ensure_future(self._keeper.kill() if asked.do == "kill" else self._keeper.start())
            await asyncio.sleep(0)
            self._turns.stir()  # "starting" is worth showing
            refusal = await doing
            self._turns.stir()
            return refusal

        return await answered(request, Turned, done)

    def _pulled(self, kind: Any, lever: Callable[[Any], Said]) -> Callable[[Request], Awaitable[Response]]:
        async def done(asked: Any) -> Said:
            refusal = lever(asked)
            self._turns.stir()
            return refusal

        async def answer(request: Request) -> Response:
            return await answered(request, kind, done)

        return answer

    # What is told again whenever it changes

    async def _screen(self, websocket: WebSocket) -> None:
        person = self._slack.people.get(websocket.query_params.get("who", ""))
        if person is None:
            await websocket.close(1008, "There is nobody of that name here.")
            return
        workspace, name = self._slack.workspace, person.name
        workspace.direct_channel(person.user_id)
        said = Source(self._slack.mark, self._slack.next_change)
        telling = tell_wholes(websocket, lambda: snapshot(workspace, name), [said], stamp=self._stamp)
        await converse(websocket, telling)

    async def _world(self, websocket: WebSocket) -> None:
        def shown() -> dict[str, Any]:
            told = {"turn": self._turns.turn, "every": self._house().every.total_seconds()}
            return world(self._deepgram, self._clock, self._troubles, self._keeper) | told

        sources = [self._turned(), Source(lambda: self._clock.turn, self._clock.turned)]
        await converse(websocket, tell_wholes(websocket, shown, sources, glance=GLANCE, stamp=self._stamp))

    async def _holdings(self, websocket: WebSocket) -> None:
        def shown() -> dict[str, Any]:
            return holdings(self._deepgram, self._clock.now())

        await converse(websocket, tell_wholes(websocket, shown, [self._turned()], glance=GLANCE))

    async def _follow_wire(self, websocket: WebSocket) -> None:
        after = websocket.query_params.get("after", "0")
        await converse(websocket, self._wire.tell(websocket, whole_number(after) or 0))

    def _stamp(self) -> dict[str, Any]:
        return {"now": self._clock.now().timestamp()}

    def _house(self) -> House:
        return house(self._settings(), self._slack.workspace)

    def _turned(self) -> Source:
        return Source(lambda: self._turns.turn, self._turns.turned)
