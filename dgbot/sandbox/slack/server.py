"""The local Slack put together: one workspace, its people, and the three doors a bot knows."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from dgbot.sandbox.slack.api.chat import ChatMethods
from dgbot.sandbox.slack.api.directory import DirectoryMethods
from dgbot.sandbox.slack.api.files import LARGEST_FILE, File, FileMethods
from dgbot.sandbox.slack.api.manifest import Manifest
from dgbot.sandbox.slack.api.scopes import App, installed_app
from dgbot.sandbox.slack.api.views import ViewMethods
from dgbot.sandbox.slack.api.web_api import Call, WebApi
from dgbot.sandbox.slack.edge.delivery import Delivery
from dgbot.sandbox.slack.edge.doors import Answering, Receiving, door
from dgbot.sandbox.slack.edge.faults import Faults
from dgbot.sandbox.slack.edge.ledger import Ledger
from dgbot.sandbox.slack.edge.rates import Rates
from dgbot.sandbox.slack.edge.reading import LARGEST
from dgbot.sandbox.slack.edge.tickets import ResponseUrls, Triggers
from dgbot.sandbox.slack.people.interactions import Interactions
from dgbot.sandbox.slack.people.person import Person
from dgbot.sandbox.slack.screen.rendering import message_text
from dgbot.sandbox.slack.world.workspace import BOT, SLACKBOT, TEAM, Channel, Group, User, Workspace

ALICE, BOB, CAROL, GINA = "UALICE001", "UBOB00001", "UCAROL001", "UGINA0001"


class LocalSlack:
    """A Slack workspace in memory.

    *app* is served by whoever holds it, who then sets *origin*. *now* is the sandbox's clock (message times, response
    URLs); trigger ids and signatures live by the wall clock: *monotonic* measures its seconds, *pause* waits for them.
    The same *seed* gives the same ids; nobody can guess the tokens.

    Levers: ``faults`` makes calls go wrong (429, server errors, refusals, delays, dropped connections, a revoked
    token); ``rates.enforced`` switches Slack's rate limits on; ``web_api.scopes`` is what the app may do, ``installed``
    what it hears of and whether it has a Home tab, both as the manifest says until somebody changes them;
    ``delivery.retries`` is when events are tried again (never); ``delivery.sockets.disconnect`` makes Socket Mode
    connections go. ``ledger`` has what went over the wire, masked.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 (ids of a sandbox; the same seed tells the same story)
        self.origin = ""
        self.team_id = TEAM
        self.changed = asyncio.Event()
        self.installed = installed_app()
        self.workspace = Workspace(now, rng=rng, on_change=self._pulse)
        new_id = self.workspace.new_id
        self.bot_token = f"xoxb-{secrets.token_hex(6)}-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{new_id('A', 10)}-{secrets.token_hex(16)}"
        self.signing_secret = secrets.token_hex(16)
        self.faults, self.rates, self.ledger = Faults(pause), Rates(monotonic), Ledger(now)
        self.delivery = Delivery(self.signing_secret, new_id=new_id, ledger=self.ledger, pause=pause)
        self.response_urls = ResponseUrls(self.workspace, now)
        triggers = Triggers(self.workspace, monotonic=monotonic)
        self._files = FileMethods(self.workspace, lambda: self.origin)
        self.web_api = WebApi(
            bot_token=self.bot_token,
            app_token=self.app_token,
            new_socket=self._new_socket,
            faults=self.faults,
            rates=self.rates,
            ledger=self.ledger,
        )
        for methods in (
            ChatMethods(self.workspace, self._scopes),
            ViewMethods(self.workspace, triggers, self.installed),
            DirectoryMethods(self.workspace, self._scopes),
            self._files,
        ):
            self.web_api.take_up(methods.all())
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self.web_api.answer, methods=["GET", "POST"]),
                Route("/response/{token}", self._door("response_url", self.response_urls.answer), methods=["POST"]),
                Route("/upload/{token}", self._door("upload", self._files.receive, LARGEST_FILE), methods=["POST"]),
                WebSocketRoute("/socket", self.delivery.sockets.converse),
            ],
            exception_handlers={ClientDisconnect: _nobody_there},
        )
        _furnish(self.workspace)
        interactions = Interactions(
            self.workspace, self.delivery, triggers, self.response_urls, lambda: self.origin, self.installed
        )
        self.people = {
            user.name: Person(user, self.workspace, interactions)
            for user in self.workspace.users.values()
            if not user.is_bot
        }

    @property
    def calls(self) -> deque[Call]:
        """The latest ten thousand Web API calls, oldest first, as they were made: secrets included."""
        return self.web_api.calls

    @property
    def files(self) -> dict[str, File]:
        """Every file that was announced, by its id."""
        return self._files.files

    def deliver_to(self, url: str | None) -> None:
        """POST to *url* from now on; None delivers over Socket Mode."""
        self.delivery.url = url

    def install(self, manifest: Manifest) -> None:
        """Put the app of *manifest* in the place of ours; its bot keeps the id and the tokens."""
        app = App.of(manifest)
        self.installed.events, self.installed.commands = app.events, app.commands
        self.installed.home_tab, self.installed.messages_read_only = app.home_tab, app.messages_read_only
        self.web_api.scopes, self.web_api.bot_name = manifest.scopes, manifest.name
        self.workspace.users[BOT] = replace(self.workspace.users[BOT], name=manifest.name)

    def mark(self) -> int:
        """Return the number of visible changes so far, for ``sees`` and ``channel_texts``."""
        return self.workspace.sequence

    def channel_texts(self, name: str, since: int = 0) -> list[str]:
        """Return what #name shows everybody, as read, oldest first; KeyError if there is no such channel.

        A reply in a thread is not shown in the channel, unless it was sent there, too.
        """
        channel = self.workspace.channel_named(name)
        if channel is None:
            raise KeyError(f"There is no channel #{name.removeprefix('#')}.")
        names = self.workspace.names()
        shown = sorted(self.workspace.messages.values(), key=lambda message: message.ts)
        return [
            message_text(message, names)
            for message in shown
            if message.channel_id == channel.channel_id and message.only_for is None and message.changed > since
            if message.thread_ts in {None, message.ts} or message.broadcast
        ]

    def thread_texts(self, name: str) -> list[str]:
        """Return what is said in the threads of #name, oldest first."""
        channel, names = self.workspace.channel_named(name), self.workspace.names()
        return [
            message_text(message, names)
            for message in sorted(self.workspace.messages.values(), key=lambda message: message.ts)
            if channel is not None and message.channel_id == channel.channel_id and message.thread_ts is not None
        ]

    async def next_change(self, after: int) -> int:
        """Wait until something visible changed after the mark *after*; return the new mark."""
        while self.workspace.sequence <= after:
            await self.changed.wait()
        return self.workspace.sequence

    def _door(self, kind: str, answer: Receiving, most: int = LARGEST) -> Answering:
        return door(kind, answer, faults=self.faults, ledger=self.ledger, most=most)

    def _scopes(self) -> frozenset[str]:
        return self.web_api.scopes

    def _pulse(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def _new_socket(self) -> str:
        origin = self.origin.replace("http", "ws", 1)
        return f"{origin}/socket?ticket={self.delivery.sockets.new_ticket()}"


async def _nobody_there(_: Request, __: Exception) -> Response:
    return Response(status_code=408)  # sent to nobody: a bot that was killed does not wait for answers


def _furnish(workspace: Workspace) -> None:
    everybody = (ALICE, BOB, CAROL)
    for user in (
        User(ALICE, "alice", "alice@acme.test"),
        User(BOB, "bob", "bob@acme.test"),
        User(CAROL, "carol", "carol@acme.test"),
        User(GINA, "gina", "gina@acme.test", is_restricted=True),
        User(BOT, "dgbot", "", is_bot=True),
        User(SLACKBOT, "slackbot", "", is_bot=True),
    ):
        workspace.users[user.user_id] = user
    for channel in (
        Channel("CGENERAL1", "general", (*everybody, GINA, BOT)),
        Channel("CALERTS01", "alerts", (*everybody, BOT)),
        Channel("CKEYAPPR1", "key-approvals", (*everybody, BOT), is_private=True),
        Channel("COPS00001", "ops", (*everybody, BOT)),
    ):
        workspace.channels[channel.channel_id] = channel
    workspace.groups["SKEYAPPR1"] = Group("SKEYAPPR1", "key-approvers", (BOB, CAROL))
