"""The real bot in a test's own process: its parts as always, behind a door and a clock that are the test's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.types import ASGIApp

from dgbot import Context
from dgbot.adapters.slack.session import own_session
from dgbot.adapters.slack.transport import HttpDoor
from dgbot.adapters.web import EVENTS_PATH, web_app
from dgbot.app.ground import Ground
from dgbot.app.outside import identify
from dgbot.app.parts import Parts
from dgbot.app.permissions import check_permissions
from dgbot.deepgram import AsyncManageClient
from dgbot.plugin.discovery import Plugins
from dgbot.plugin.errors import PluginError
from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving_briefly
from dgbot.settings import Settings, SettingsError
from dgbot.testing import company
from dgbot.testing import plugins as loading
from dgbot.testing.journal import Journal
from dgbot.testing.memory import empty_store
from dgbot.testing.moving import MovableClock
from dgbot.testing.people import Colleague
from dgbot.testing.served import ServedDeepgram

PATIENCE = 10.0
"""Real seconds after which a bot that is still at work fails the test."""


class NotFit(Exception):
    """The plugins or the settings of a test don't fit; the message is a sentence."""


class Bot:
    """A bot that runs in this process, and the world that it runs in."""

    def __init__(
        self, parts: Parts, slack: LocalSlack, deepgram: ServedDeepgram, clock: MovableClock, journal: Journal
    ) -> None:
        self.slack, self.deepgram, self.clock, self.journal = slack, deepgram, clock, journal
        self.people = {name: Colleague(name, self) for name in slack.people}
        self._parts = parts
        self._loop = asyncio.get_running_loop()

    @property
    def log(self) -> Sequence[Mapping[str, Any]]:
        """What was logged with structlog so far, as events with fields."""
        return self.journal.events

    async def context(self, who: str = "alice", channel_id: str = "CGENERAL1") -> Context:
        """Return the context in which a command of *who* runs, to call its function with."""
        person = self.people[who]
        groups = frozenset(g.group_id for g in self.slack.workspace.groups.values() if person.user_id in g.members)
        principal = self._parts.ground.settings.policy.principal(person.user_id, groups)
        return await self._parts.context(principal, channel_id)

    def require_own_loop(self) -> None:
        """Fail in another event loop than the one in which the bot runs: nothing would ever answer."""
        if asyncio.get_running_loop() is not self._loop:
            pytest.fail(
                "This test and the fixture bot run in two event loops: set asyncio_default_fixture_loop_scope to the "
                "loop scope of the test, or take the loop_scope from its mark.",
                pytrace=False,
            )

    async def settled(self) -> None:
        """Return when every delivery is worked on and no notice is due; fail if that takes too long."""
        __tracebackhide__ = True
        self.require_own_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await self._settle()
        pytest.fail(f"The bot is still at work after {PATIENCE:g} s; its log:\n{self.journal.logged()}")

    async def _moved(self, by: timedelta) -> None:
        self.journal.begin(f"the clock moves on by {by}")
        await self.settled()
        await self._parts.tick()
        await self.settled()

    async def _settle(self) -> None:
        parts = self._parts
        while True:
            await parts.inbox.idle()
            if not await parts.ground.store.due(self.clock.now(), 1):
                return
            await parts.outbox.send_due()


@asynccontextmanager
async def running(
    slack: LocalSlack,
    deepgram: ServedDeepgram,
    clock: MovableClock,
    journal: Journal,
    *,
    plugins: Sequence[ModuleType | Path],
    settings: Mapping[str, Any],
) -> AsyncIterator[Bot]:
    """Start the bot between the two, and stop it in its orderly way; raises NotFit."""
    async with AsyncExitStack() as stack:
        stack.enter_context(journal.listening())
        journal.begin("the bot starts")
        fitting, loaded = _fitting(slack, deepgram, plugins, settings)
        store = await stack.enter_async_context(empty_store())
        client = await stack.enter_async_context(own_session(fitting.slack.base_url, fitting.slack.bot_token))
        manage = await stack.enter_async_context(
            AsyncManageClient(deepgram.api_key, base_url=deepgram.origin, sleep=_at_once)
        )
        parts = Parts(Ground(fitting, loaded, store, clock, client, await identify(client), manage))
        await stack.enter_async_context(parts.working())
        slack.deliver_to(await stack.enter_async_context(serving_briefly(web_door(parts))) + EVENTS_PATH)
        await parts.tick()
        stack.callback(deepgram.hang_up)
        bot = Bot(parts, slack, deepgram, clock, journal)
        await bot.settled()
        clock.moved = bot._moved
        yield bot


def _fitting(
    slack: LocalSlack,
    deepgram: ServedDeepgram,
    plugins: Sequence[ModuleType | Path],
    changes: Mapping[str, Any],
) -> tuple[Settings, Plugins]:
    try:
        loaded = loading.load(plugins, changes.get("plugins", {}))
        tables = company.tables(
            changes,
            may={command.permission for command in loaded.commands},
            slack={
                "bot_token": slack.bot_token,
                "signing_secret": slack.signing_secret,
                "base_url": f"{slack.origin}/api/",
            },
            deepgram={"api_key": deepgram.api_key, "project": deepgram.project_id, "base_url": deepgram.origin},
        )
        fitting = company.settings(tables)
        check_permissions(fitting, loaded)
    except SettingsError as error:
        raise NotFit(f"dgbot_settings: {error}") from None
    except PluginError as error:
        if error.__cause__ is not None:
            raise
        raise NotFit(str(error)) from None
    return fitting, loaded


async def _at_once(_: float) -> None:
    """Wait for nothing before a call is tried again."""


def web_door(parts: Parts) -> ASGIApp:
    """Return what Slack's requests are sent to."""
    secret = parts.ground.settings.slack.signing_secret
    keys = [secret.get_secret_value().encode()] if secret else []
    return web_app(health=_nothing, ready=_always, events=HttpDoor(parts.bolt, keys))


async def _nothing() -> Mapping[str, Any]:
    return {}


async def _always() -> bool:
    return True
