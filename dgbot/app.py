"""The one place where concrete classes meet."""

from __future__ import annotations

import asyncio
import difflib
import gc
import secrets
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters import telemetry
from dgbot.adapters.clock import SandboxClock, SystemClock
from dgbot.adapters.scheduler import ticking
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.failures import UNREACHABLE, code
from dgbot.adapters.slack.listeners import bolt_app
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.adapters.slack.panes import SlackPanes
from dgbot.adapters.slack.session import own_session
from dgbot.adapters.slack.transport import HttpDoor, SocketDoor
from dgbot.adapters.storage.opening import open_store
from dgbot.adapters.web import web_app
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, Notifier, Store
from dgbot.plugin.check import SampleContext
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.context import Context
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.services.approvals import ApprovalPolicy, Approvals
from dgbot.services.dispatcher import Dispatcher
from dgbot.services.inbox import Inbox
from dgbot.services.key_issuer import KeyIssuer
from dgbot.services.monitor import Monitor
from dgbot.services.outbox import Outbox
from dgbot.services.projects import Projects
from dgbot.services.reception import Reception
from dgbot.services.rounds import Rounds
from dgbot.services.rules import ProjectRules, rule_id
from dgbot.serving import serving
from dgbot.settings import Settings, SettingsError, is_loopback

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10.0
CONNECTIONS = 2048
"""Open at once, before further ones are turned away: each may hold a descriptor and a half-sent request."""


class CannotStart(Exception):
    """Something outside refuses the bot; the message is a sentence that says what to do."""


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, then finish the work in hand."""
    telemetry.configure(level=settings.log.level, style=settings.log.format, secrets=_secrets(settings))
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with bot(settings):
        await stopped.wait()


@asynccontextmanager
async def bot(settings: Settings, *, notifier: Notifier | None = None) -> AsyncIterator[str]:
    """Start the bot, yield the origin that it listens on, and stop it in an orderly way.

    *notifier* takes the place of Slack's, for measurements.
    """
    plugins = load_plugins(PluginConfig(settings.plugins), directory=settings.plugin_directory)
    _check_permissions(settings, plugins)
    for ignored in plugins.ignored:
        log.warning("plugin ignored", reason=ignored)
    async with AsyncExitStack() as stack:
        clock = await _clock(settings)
        store = await stack.enter_async_context(open_store(_database_url(settings), exclusive=True))
        client = await stack.enter_async_context(own_session(settings.slack.base_url, settings.slack.bot_token))
        identity = await _identify(client)
        deepgram = await stack.enter_async_context(_deepgram(settings))
        parts = _Parts(settings, plugins, store, clock, client, identity, deepgram, notifier)
        yield await stack.enter_async_context(parts.serving())


class _Parts:
    """Everything that one running bot consists of."""

    def __init__(
        self,
        settings: Settings,
        plugins: Plugins,
        store: Store,
        clock: Clock,
        client: AsyncWebClient,
        identity: AuthorizeResult,
        deepgram: AsyncManageClient,
        notifier: Notifier | None,
    ) -> None:
        self._settings = settings
        self._plugins = plugins
        self._store = store
        self._clock = clock
        self._client = client
        self._deepgram = deepgram
        self._projects = Projects(deepgram, settings.deepgram.project)
        directory = SlackDirectory(client, identity.team_id or "")
        panes = SlackPanes(client, directory)
        slack = SlackNotifier(client, directory, answer_origin=_answer_origin(settings.slack.base_url))
        self._outbox = Outbox(store, notifier or slack, clock)
        approval = settings.approvals
        policy = ApprovalPolicy(approval.channel, approval.approvers, approval.request_lasts, approval.approval_lasts)
        approvals = Approvals(
            store, policy, clock, new_nonce=lambda: secrets.token_hex(16), wake_outbox=self._outbox.wake
        )
        self._outbox.given_up = approvals.not_announced
        issuer = KeyIssuer(
            store, deepgram, panes, clock, channel_id=approval.channel, wake_outbox=self._outbox.wake
        )  # fmt: skip
        dispatcher = Dispatcher(plugins.commands, settings.policy, approvals, clock, context=self._context)
        reception = Reception(store, dispatcher, approvals, issuer, panes, directory, settings.policy, clock)
        self._inbox = Inbox(store, reception.work, clock, send_now=self._outbox.send_now, wake_outbox=self._outbox.wake)
        self._monitor = Monitor(
            store,
            plugins.checks,
            clock,
            context=self._sample_context,
            wake_outbox=self._outbox.wake,
            ops_channel_id=settings.alerts.channel,
        )
        self._rounds = Rounds(
            clock,
            {
                "expire": approvals.expire_overdue,
                "recover": issuer.recover,
                "sweep": issuer.sweep,
                "monitor": self._monitor.run_due,
                "prune": lambda: store.prune(clock.now()),
            },
        )
        self._app = bolt_app(client, identity=identity, receive=self._inbox.receive, clock=clock)
        self._socket: SocketDoor | None = None
        self._ready = False

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Take up what was left, listen, tick; on the way out stop listening first and drain."""
        project_id = self._settings.deepgram.project
        every = self._settings.alerts.every
        declared = [
            spec.rule(id=rule_id(project_id, spec.name), project_id=project_id, every=every)
            for spec in self._plugins.rules
        ]
        await self._monitor.adopt(project_id, declared)
        async with AsyncExitStack() as stack:
            self._outbox.start()
            stack.push_async_callback(self._outbox.stop)
            stack.push_async_callback(self._inbox.drain, DRAIN_SECONDS)
            await self._inbox.resume()
            origin = await stack.enter_async_context(self._listening())
            await stack.enter_async_context(self._ticking())
            stack.push_async_callback(self._finish)
            self._ready = True
            _settle_memory()
            log.info("ready", origin=origin, mode="socket" if self._settings.socket_mode else "http")
            yield origin

    async def _finish(self) -> None:
        """Stop listening, then end what is in hand; over HTTP what still comes is kept for the next process."""
        self._ready = False
        await self._hang_up()
        await self._inbox.drain(DRAIN_SECONDS)
        await self._outbox.send_due()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[str]:
        slack, web = self._settings.slack, self._settings.web
        events = None
        if slack.app_token is None:
            given = (slack.signing_secret, slack.previous_signing_secret)
            events = HttpDoor(self._app, [secret.get_secret_value().encode() for secret in given if secret])
        app = web_app(health=self._health, ready=self._is_ready, events=events)
        try:
            if slack.app_token is not None:
                self._socket = SocketDoor(self._app, slack.app_token.get_secret_value(), self._client)
                await _connect(self._socket)
            async with serving(app, host=web.host, port=web.port, connections=CONNECTIONS) as origin:
                yield origin
        finally:
            await self._hang_up()

    async def _hang_up(self) -> None:
        door, self._socket = self._socket, None
        if door is not None:
            await door.close()

    @asynccontextmanager
    async def _ticking(self) -> AsyncIterator[None]:
        scheduler = ticking(self._tick)
        scheduler.start()
        follower = None
        if isinstance(self._clock, SandboxClock):
            follower = asyncio.create_task(self._clock.follow(self._tick))
        first = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            for task in (first, follower):
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    async def _tick(self) -> None:
        await self._rounds.make()
        self._outbox.wake()

    async def _context(self, principal: Principal, channel_id: str) -> Context:
        project = await self._projects.project()
        rules = ProjectRules(
            self._store,
            self._clock,
            project_id=project.id,
            principal=principal,
            every=self._settings.alerts.every,
        )
        return Context(principal, channel_id, project, self._deepgram, rules, self._clock)

    async def _sample_context(self) -> SampleContext:
        return SampleContext(await self._projects.project(), self._deepgram, self._clock)

    async def _health(self) -> Mapping[str, Any]:
        backlog = await self._store.backlog(self._clock.now())
        good, ticked = self._monitor.last_good_at, self._rounds.last_at
        return {
            "status": "ok",
            "inbox": backlog.inbox,
            "outbox": backlog.outbox,
            "given_up": backlog.given_up,
            "last_tick": ticked.isoformat() if ticked else None,
            "last_good_check": good.isoformat() if good else None,
        }

    async def _is_ready(self) -> bool:
        return self._ready and (self._socket is None or await self._socket.is_open())


def _settle_memory() -> None:
    """Keep the collector from walking what lives as long as the process: an eighth of the CPU of a command."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


def _check_permissions(settings: Settings, plugins: Plugins) -> None:
    """Refuse a role that may do what no command asks for: it is a slip of the pen, and its people would be refused."""
    known = sorted({command.permission for command in plugins.commands})
    problems = []
    for name, role in settings.roles.items():
        for stray in sorted(role.may - set(known)):
            near = difflib.get_close_matches(stray, known, n=1)
            fits = f"did you mean {near[0]}?" if near else f"commands ask for {', '.join(known)}."
            problems.append(f"roles.{name}.may: no command asks for {stray!r}; {fits}")
    if problems:
        raise SettingsError(problems)


async def _clock(settings: Settings) -> Clock:
    if settings.clock_url is None:
        return SystemClock()
    clock = SandboxClock(settings.clock_url)
    await clock.join()
    return clock


async def _identify(client: AsyncWebClient) -> AuthorizeResult:
    """Ask Slack once who the bot is; what Bolt would ask during the first person's three seconds."""
    try:
        told = await client.auth_test()
    except SlackApiError as error:
        advice = "install the app and copy its bot token"
        raise CannotStart(f"Slack refuses SLACK_BOT_TOKEN ({code(error)}); {advice}.") from None
    except UNREACHABLE as error:
        raise CannotStart(f"Slack can't be reached at {client.base_url} ({type(error).__name__}).") from None
    return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=told)


async def _connect(door: SocketDoor) -> None:
    try:
        await door.open()
    except SlackApiError as error:
        advice = "create an app-level token with connections:write and copy it"
        raise CannotStart(f"Slack refuses SLACK_APP_TOKEN ({code(error)}); {advice}.") from None


@asynccontextmanager
async def _deepgram(settings: Settings) -> AsyncIterator[AsyncManageClient]:
    section = settings.deepgram
    client = AsyncManageClient(
        section.api_key.get_secret_value(), base_url=section.base_url, timeout=section.timeout.total_seconds()
    )
    try:
        yield client
    finally:
        await client.aclose()


def _database_url(settings: Settings) -> str:
    if settings.database.url:
        return settings.database.url
    directory = Path(platformdirs.user_state_dir("dgbot"))
    return f"sqlite:///{directory / 'dgbot.db'}"


def _answer_origin(base_url: str) -> str:
    """Return where response_urls must point: Slack's own host, or this machine's sandbox."""
    if not is_loopback(base_url):
        return "https://hooks.slack.com"
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _secrets(settings: Settings) -> list[str]:
    slack = settings.slack
    of_slack = (slack.bot_token, slack.app_token, slack.signing_secret, slack.previous_signing_secret)
    held = (*of_slack, settings.deepgram.api_key)
    return [secret.get_secret_value() for secret in held if secret is not None]
