"""How a bot lives: it takes up what was left, listens, follows the clock, and on the way out finishes its work."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog

from dgbot.adapters import telemetry
from dgbot.adapters.clock import SandboxClock
from dgbot.adapters.scheduler import ticking
from dgbot.adapters.slack.session import own_session
from dgbot.adapters.slack.transport import HttpDoor, SocketDoor
from dgbot.adapters.storage.opening import open_store, password_in
from dgbot.adapters.web import web_app
from dgbot.app.ground import Ground
from dgbot.app.outside import clock_of, connect, database_url, deepgram_of, identify
from dgbot.app.parts import DRAIN_SECONDS, Parts
from dgbot.app.permissions import check_permissions
from dgbot.domain.ports import Notifier
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.serving import serving
from dgbot.settings import Settings

log = structlog.get_logger(__name__)

CONNECTIONS = 2048
"""Open at once, before further ones are turned away: each may hold a descriptor and a half-sent request."""


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
    check_permissions(settings, plugins)
    for ignored in plugins.ignored:
        log.warning("plugin ignored", reason=ignored)
    for doubt in settings.doubts:
        log.warning("settings in doubt", reason=doubt)
    async with AsyncExitStack() as stack:
        clock = await clock_of(settings)
        store = await stack.enter_async_context(open_store(database_url(settings.database), as_bot=True))
        client = await stack.enter_async_context(own_session(settings.slack.base_url, settings.slack.bot_token))
        identity = await identify(client)
        deepgram = await stack.enter_async_context(deepgram_of(settings))
        parts = Parts(Ground(settings, plugins, store, clock, client, identity, deepgram, notifier))
        yield await stack.enter_async_context(_Life(parts).serving())


class _Life:
    """One bot from the first delivery to the last."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.ground.settings
        self._socket: SocketDoor | None = None
        self._ready = False

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Take up what was left, listen, tick; on the way out stop listening first and drain."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._parts.working())
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
        await self._parts.inbox.drain(DRAIN_SECONDS)
        await self._parts.outbox.send_due()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[str]:
        slack, web = self._settings.slack, self._settings.web
        events = None
        if slack.app_token is None:
            given = (slack.signing_secret, slack.previous_signing_secret)
            events = HttpDoor(self._parts.bolt, [secret.get_secret_value().encode() for secret in given if secret])
        app = web_app(health=self._health, ready=self._is_ready, events=events)
        try:
            if slack.app_token is not None:
                client = self._parts.ground.client
                self._socket = SocketDoor(self._parts.bolt, slack.app_token.get_secret_value(), client)
                await connect(self._socket)
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
        tick, clock = self._parts.tick, self._parts.ground.clock
        scheduler = ticking(tick)
        scheduler.start()
        follower = None
        if isinstance(clock, SandboxClock):
            follower = asyncio.create_task(clock.follow(tick))
        first = asyncio.create_task(tick())
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            for task in (first, follower):
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    async def _health(self) -> Mapping[str, Any]:
        ground = self._parts.ground
        backlog = await ground.store.backlog(ground.clock.now())
        good, ticked = self._parts.monitor.last_good_at, self._parts.rounds.last_at
        return {
            "status": "ok",
            "inbox": backlog.inbox,
            "outbox": backlog.outbox,
            "given_up": backlog.given_up,
            "last_tick": ticked.isoformat() if ticked else None,
            "last_good_check": good.isoformat() if good else None,
            "last_good_check_age_seconds": round((ground.clock.now() - good).total_seconds()) if good else None,
        }

    async def _is_ready(self) -> bool:
        return self._ready and (self._socket is None or await self._socket.is_open())


def _settle_memory() -> None:
    """Keep the collector from walking what lives as long as the process: an eighth of the CPU of a command."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


def _secrets(settings: Settings) -> list[str]:
    slack = settings.slack
    of_slack = (slack.bot_token, slack.app_token, slack.signing_secret, slack.previous_signing_secret)
    held = (*of_slack, settings.deepgram.api_key, settings.alerts.heartbeat_url)
    return [secret.get_secret_value() for secret in held if secret is not None] + password_in(settings.database.url)
