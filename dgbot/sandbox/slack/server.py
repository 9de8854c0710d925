"""The local Slack put together: one workspace, its people, and the three doors a bot knows."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from dgbot.sandbox.slack.delivery import Delivery
from dgbot.sandbox.slack.interactions import Interactions
from dgbot.sandbox.slack.people import Person
from dgbot.sandbox.slack.rendering import message_text
from dgbot.sandbox.slack.tickets import ResponseUrls, Triggers
from dgbot.sandbox.slack.web_api import Call, WebApi
from dgbot.sandbox.slack.workspace import BOT, SLACKBOT, TEAM, Channel, Group, User, Workspace

ALICE, BOB, CAROL, GINA = "UALICE001", "UBOB00001", "UCAROL001", "UGINA0001"


class LocalSlack:
    """A Slack workspace in memory.

    *app* is served by whoever holds it, who then sets *origin*. *now* is the sandbox's clock (message times, response
    URLs); trigger ids and signatures live by the wall clock. The same *seed* gives the same ids and tokens.
    """

    def __init__(self, now: Callable[[], datetime], *, seed: int = 0) -> None:
        rng = random.Random(seed)  # noqa: S311 (ids of a sandbox; the same seed tells the same story)
        self.origin = ""
        self.team_id = TEAM
        self.changed = asyncio.Event()
        self.workspace = Workspace(now, rng=rng, on_change=self._pulse)
        new_id = self.workspace.new_id
        self.bot_token = f"xoxb-{new_id('', 12)}-{new_id('', 24)}"
        self.app_token = f"xapp-1-{new_id('A', 10)}-{new_id('', 32).lower()}"
        self.signing_secret = new_id("", 32).lower()
        self.delivery = Delivery(self.signing_secret, new_id=new_id)
        self.response_urls = ResponseUrls(self.workspace, now)
        triggers = Triggers(self.workspace, monotonic=time.monotonic)
        self.web_api = WebApi(
            self.workspace,
            triggers,
            bot_token=self.bot_token,
            app_token=self.app_token,
            new_socket=self._new_socket,
        )
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self.web_api.answer, methods=["GET", "POST"]),
                Route("/response/{token}", self.response_urls.answer, methods=["POST"]),
                WebSocketRoute("/socket", self.delivery.converse),
            ]
        )
        _furnish(self.workspace)
        interactions = Interactions(self.workspace, self.delivery, triggers, self.response_urls, lambda: self.origin)
        self.people = {
            user.name: Person(user, self.workspace, interactions)
            for user in self.workspace.users.values()
            if not user.is_bot
        }

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far, oldest first."""
        return self.web_api.calls

    def deliver_to(self, url: str | None) -> None:
        """POST to *url* from now on; None delivers over Socket Mode."""
        self.delivery.url = url

    def mark(self) -> int:
        """Return the number of visible changes so far, for ``sees`` and ``channel_texts``."""
        return self.workspace.sequence

    def channel_texts(self, name: str, since: int = 0) -> list[str]:
        """Return what #name shows everybody, as read, oldest first; KeyError if there is no such channel."""
        channel = self.workspace.channel_named(name)
        if channel is None:
            raise KeyError(f"There is no channel #{name.removeprefix('#')}.")
        names = self.workspace.names()
        shown = sorted(self.workspace.messages.values(), key=lambda message: message.ts)
        return [
            message_text(message, names)
            for message in shown
            if message.channel_id == channel.channel_id and message.only_for is None and message.changed > since
        ]

    async def next_change(self, after: int) -> int:
        """Wait until something visible changed after the mark *after*; return the new mark."""
        while self.workspace.sequence <= after:
            await self.changed.wait()
        return self.workspace.sequence

    def _pulse(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def _new_socket(self) -> str:
        origin = self.origin.replace("http", "ws", 1)
        return f"{origin}/socket?ticket={self.delivery.new_ticket()}"


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
