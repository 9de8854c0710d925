"""The bot's parts put together in this process, between a local Slack and a local Deepgram: time moves when told."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp, Receive, Scope, Send

from dgbot import Command, PluginConfig
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.listeners import bolt_app
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.adapters.slack.panes import SlackPanes
from dgbot.adapters.slack.transport import HttpDoor
from dgbot.adapters.storage import SqlStore
from dgbot.adapters.web import web_app
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Policy, Principal, Role
from dgbot.plugin.check import SampleContext
from dgbot.plugin.context import Context
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.plugin.registry import Commands
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack import Delivered, LocalSlack
from dgbot.services.approvals import ApprovalPolicy, Approvals
from dgbot.services.dispatcher import Dispatcher
from dgbot.services.inbox import Inbox
from dgbot.services.key_issuer import KeyIssuer
from dgbot.services.monitor import Monitor
from dgbot.services.outbox import Outbox
from dgbot.services.projects import Projects
from dgbot.services.reception import Reception
from dgbot.services.rounds import Rounds
from dgbot.services.rules import ProjectRules

SUNDAY = datetime(2026, 11, 22, 14, tzinfo=UTC)
ALICE, BOB, CAROL, GINA = "UALICE001", "UBOB00001", "UCAROL001", "UGINA0001"
GENERAL, ALERTS, APPROVALS, OPS = "CGENERAL1", "CALERTS01", "CKEYAPPR1", "COPS00001"
POLICY = Policy(
    {
        "developers": Role(users=frozenset({ALICE}), may=frozenset({"usage.read", "keys.request"})),
        "admins": Role(
            users=frozenset({CAROL}),
            may=frozenset({"members.write", "keys.request", "keys.revoke", "usage.read", "alerts.write"}),
        ),
        "key-approvers": Role(groups=frozenset({"SKEYAPPR1"}), may=frozenset({"usage.read"})),
    }
)
SETTLE_SECONDS = 10.0


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
    directory: SlackDirectory
    approvals: Approvals
    issuer: KeyIssuer
    dispatcher: Dispatcher
    reception: Reception
    inbox: Inbox
    outbox: Outbox
    monitor: Monitor
    rounds: Rounds

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
                    await self.outbox.send_due()
                await asyncio.sleep(0.001)

    async def tick(self, *after: timedelta) -> None:
        """Make a round *after* each of these times, or now, and let its news reach Slack."""
        for pause in after or (timedelta(),):
            self.clock.advance(pause)
            await self.rounds.make()
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
    policy: Policy = POLICY,
    more: Sequence[Command] = (),
    ops_channel_id: str | None = None,
) -> AsyncIterator[Office]:
    """Yield the parts as `dgbot.app` puts them together, with *more* commands beside the built-in ones."""
    plugins = _builtin()
    nonces = itertools.count(1)
    projects = Projects(manage, deepgram.project_id)
    directory = SlackDirectory(client, slack.team_id)
    panes = SlackPanes(client, directory)
    outbox = Outbox(store, SlackNotifier(client, directory, answer_origin=slack.origin), clock)
    decided = ApprovalPolicy(APPROVALS, "key-approvers")
    approvals = Approvals(store, decided, clock, new_nonce=lambda: f"nonce-{next(nonces)}", wake_outbox=outbox.wake)
    outbox.given_up = approvals.not_announced
    issuer = KeyIssuer(store, manage, panes, clock, channel_id=APPROVALS, wake_outbox=outbox.wake)

    async def context(principal: Principal, channel_id: str) -> Context:
        project = await projects.project()
        rules = ProjectRules(store, clock, project_id=project.id, principal=principal, every=timedelta(minutes=15))
        return Context(principal, channel_id, project, manage, rules, clock)

    async def sample_context() -> SampleContext:
        return SampleContext(await projects.project(), manage, clock)

    dispatcher = Dispatcher(Commands([*plugins.commands, *more]), policy, approvals, clock, context=context)
    reception = Reception(store, dispatcher, approvals, issuer, panes, directory, policy, clock)
    inbox = Inbox(store, reception.work, clock, send_now=outbox.send_now, wake_outbox=outbox.wake)
    monitor = Monitor(
        store,
        plugins.checks,
        clock,
        context=sample_context,
        wake_outbox=outbox.wake,
        ops_channel_id=ops_channel_id,
    )
    rounds = Rounds(
        clock,
        {
            "expire": approvals.expire_overdue,
            "recover": issuer.recover,
            "sweep": issuer.sweep,
            "monitor": monitor.run_due,
        },
    )
    identity = AuthorizeResult.from_auth_test_response(
        bot_token=client.token, auth_test_response=await client.auth_test()
    )
    app = bolt_app(client, identity=identity, receive=inbox.receive, clock=clock)

    async def healthy() -> Mapping[str, Any]:
        return {}

    async def ready() -> bool:
        return True

    door.app = web_app(health=healthy, ready=ready, events=HttpDoor(app, [slack.signing_secret.encode()]))
    slack.deliver_to(f"{door.origin}/slack/events")
    try:
        yield Office(
            slack, deepgram, clock, store, client, manage, directory, approvals, issuer, dispatcher, reception, inbox,
            outbox, monitor, rounds,
        )  # fmt: skip
    finally:
        await inbox.drain(0)
        await outbox.stop()
