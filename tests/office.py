"""The bot's parts put together in this process, between a local Slack and a local Deepgram: time moves when told."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp, Receive, Scope, Send

from dgbot import Command, PluginConfig
from dgbot.adapters.storage import SqlStore
from dgbot.adapters.web import EVENTS_PATH
from dgbot.app.ground import Ground
from dgbot.app.outside import identify
from dgbot.app.parts import Parts
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.plugin.registry import Commands
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack import Delivered, LocalSlack
from dgbot.settings import Settings
from dgbot.testing import company
from dgbot.testing.inside import web_door
from dgbot.testing.moving import SUNDAY as SUNDAY

ALICE, BOB, CAROL, GINA = "UALICE001", "UBOB00001", "UCAROL001", "UGINA0001"
GENERAL, ALERTS, APPROVALS, OPS = "CGENERAL1", "CALERTS01", "CKEYAPPR1", "COPS00001"
MAY = {"members.write", "keys.request", "keys.read", "keys.revoke", "usage.read", "alerts.write", "approvals.read"}
COMPANY = {"roles": {"key-approvers": {"may": ["usage.read"]}}}


def _settings(changes: Mapping[str, Any], slack: Mapping[str, Any], deepgram: Mapping[str, Any]) -> Settings:
    return company.settings(company.tables({**COMPANY, **changes}, may=MAY, slack=slack, deepgram=deepgram))


POLICY = _settings({}, {"bot_token": "xoxb-1", "app_token": "xapp-1"}, {"api_key": "none", "project": "none"}).policy
SETTLE_SECONDS = 30.0


class MovableClock:
    """Business time that stands still until it is moved on."""

    def __init__(self, now: datetime = SUNDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


class Door:
    """A server's address, and behind it whichever application a test puts there."""

    def __init__(self) -> None:
        self.origin = ""
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None, "nothing stands behind this door"
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Loopback:
    """The doors of this session; opening and closing a server for every test would take longer than the tests."""

    slack: Door = field(default_factory=Door)
    deepgram: Door = field(default_factory=Door)
    clock: Door = field(default_factory=Door)
    bot: Door = field(default_factory=Door)


@dataclass
class Office:
    """A bot whose inbox works by itself, and whose outbox and rounds go when a test says so."""

    slack: LocalSlack
    deepgram: LocalDeepgram
    clock: MovableClock
    store: SqlStore
    client: AsyncWebClient
    manage: AsyncManageClient
    parts: Parts

    async def asks(self, who: str, text: str, channel: str = "general") -> str:
        """Let *who* type; return what is new on their screen when all is done."""
        return await self._answered(who, lambda: self.slack.people[who].says(text, channel))

    async def clicks(self, who: str, label: str) -> str:
        """Let *who* click; return what is new on their screen when all is done."""
        return await self._answered(who, lambda: self.slack.people[who].clicks(label))

    async def submits(self, who: str, **fields: str) -> str:
        """Let *who* submit the open modal; return what is new on their screen when all is done."""
        return await self._answered(who, lambda: self.slack.people[who].submits(fields))

    async def settle(self) -> None:
        """Return when every delivery is worked on and nothing is due in the outbox."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while (backlog := await self.store.backlog(self.clock.now())).inbox or backlog.outbox:
                if backlog.outbox:
                    await self.parts.outbox.send_due()
                await asyncio.sleep(0.001)

    async def tick(self, *after: timedelta) -> None:
        """Make a round *after* each of these times, or now, and let its news reach Slack."""
        for pause in after or (timedelta(),):
            self.clock.advance(pause)
            await self.parts.rounds.make()
            await self.settle()

    async def the_request(self) -> ApprovalRequest:
        """Return the request of the newest card."""
        for message in reversed(list(self.slack.workspace.messages.values())):
            for block in message.blocks:
                for element in block.get("elements", ()):
                    if found := await self.store.request(str(element.get("value", "")).partition(":")[0]):
                        return found
        raise AssertionError("There is no card with a button.")

    async def standing(self, request: ApprovalRequest) -> ApprovalRequest:
        """Return *request* as it stands now."""
        standing = await self.store.request(request.id)
        assert standing is not None
        return standing

    async def audit_log(self) -> list[tuple[str, str, str]]:
        """Return (actor, action, outcome) of every line of the audit log."""
        sql = "SELECT actor, action, outcome FROM audit ORDER BY number"
        return [(a, b, c) for a, b, c in await self.store._run(lambda c: c.exec_driver_sql(sql).all())]

    async def force(self, before: ApprovalRequest, after: ApprovalRequest) -> None:
        """Put a request where only a crash would have left it."""
        event = AuditEvent(self.clock.now(), "test", "test.force", before.id, after.state)
        assert await self.store.move(before, after, audit=event)

    def calls(self, method: str) -> list[Mapping[str, Any]]:
        """Return the arguments of every call of a Slack method that was carried out."""
        return [call.arguments for call in self.slack.calls if call.method == method and call.ok]

    async def _answered(self, who: str, act: Callable[[], Awaitable[Delivered]]) -> str:
        mark = self.slack.mark()
        delivered = await act()
        assert delivered.acked, delivered
        await self.settle()
        return "\n".join(self.slack.people[who].sees(mark))


@functools.cache
def _builtin() -> Plugins:
    return load_plugins(PluginConfig())


@asynccontextmanager
async def office(
    *,
    slack: LocalSlack,
    deepgram: LocalDeepgram,
    clock: MovableClock,
    store: SqlStore,
    client: AsyncWebClient,
    manage: AsyncManageClient,
    door: Door,
    settings: Mapping[str, Any] = MappingProxyType({}),
    more: Sequence[Command] = (),
) -> AsyncIterator[Office]:
    """Yield the bot's parts with *more* commands beside the built-in ones; *settings* differ from the tests' own."""
    plugins = dataclasses.replace(_builtin(), commands=Commands([*_builtin().commands, *more]))
    nonces = itertools.count(1)
    access = {"bot_token": slack.bot_token, "signing_secret": slack.signing_secret, "base_url": f"{slack.origin}/api/"}
    given = _settings(settings, access, {"api_key": deepgram.api_key, "project": deepgram.project_id})
    ground = Ground(given, plugins, store, clock, client, await identify(client), manage)
    parts = Parts(ground, new_nonce=lambda: f"nonce-{next(nonces)}")
    door.app = web_door(parts)
    slack.deliver_to(f"{door.origin}{EVENTS_PATH}")
    try:
        yield Office(slack, deepgram, clock, store, client, manage, parts)
    finally:
        await parts.inbox.drain(0)
        await parts.outbox.stop()
