"""One loop and one set of loopback servers for every test that talks to Slack or Deepgram, and fresh worlds in them."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from typing import Any

import hypothesis
import pytest
import pytest_asyncio
import structlog
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack.session import own_session
from dgbot.adapters.storage import SqlStore, open_store
from dgbot.deepgram import AsyncManageClient
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving
from tests.office import Loopback, MovableClock, Office
from tests.office import office as opened
from tests.postgres import MISSING, PostgresServer, binaries, running_server
from tests.watch import Watch

pytest_plugins = ["pytester"]  # only a conftest at the top may ask for it

WATCHED = frozenset({"loopback", "postgres"})
"""Fixtures of tests in which there may be secrets."""

_console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _console])
# The bot's own log shows no locals of a traceback either: they hold tokens.

hypothesis.settings.register_profile(
    "dgbot", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("dgbot")
# How long an example takes says how busy the machine is, not what is wrong with the code.

in_session = functools.partial(pytest_asyncio.fixture, loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what uses the session's servers in the session's loop."""
    for item in items:
        if "loopback" in getattr(item, "fixturenames", ()) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(autouse=True)
def secrecy(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fail every test after which one of its secrets is where it should not be."""
    watch = Watch()
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    with watch.listening() if WATCHED.intersection(request.fixturenames) else nullcontext():
        yield watch
    said = [text for _, _, text in request.node._report_sections]
    assert watch.leaks(folder, said) == []


@in_session(scope="session")
async def loopback() -> AsyncIterator[Loopback]:
    doors = Loopback()
    async with AsyncExitStack() as stack:
        for door in (doors.slack, doors.deepgram, doors.clock, doors.bot):
            door.origin = await stack.enter_async_context(serving(door))
        yield doors


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@in_session()
async def deepgram(loopback: Loopback, clock: MovableClock, secrecy: Watch) -> LocalDeepgram:
    world = LocalDeepgram(clock.now)
    secrecy.looks_at_deepgram(world)
    loopback.deepgram.app = world.app
    return world


@in_session()
async def slack(loopback: Loopback, clock: MovableClock, secrecy: Watch) -> LocalSlack:
    workspace = LocalSlack(clock.now)
    secrecy.looks_at_slack(workspace)
    workspace.origin = loopback.slack.origin
    loopback.slack.app = workspace.app
    return workspace


@in_session()
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with own_session(f"{slack.origin}/api/", SecretStr(slack.bot_token)) as client:
        yield client


@in_session()
async def manage(deepgram: LocalDeepgram, loopback: Loopback) -> AsyncIterator[AsyncManageClient]:
    async def at_once(_: float) -> None:
        return

    async with AsyncManageClient(deepgram.api_key, base_url=loopback.deepgram.origin, sleep=at_once) as manage:
        yield manage


@in_session()
async def memory(secrecy: Watch) -> AsyncIterator[SqlStore]:
    async with open_store("sqlite:///:memory:") as store:
        yield store
        await secrecy.looks_at_store(store)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session's own; the tests that need one are skipped where there is none."""
    if binaries() is None:
        pytest.skip(MISSING)
    with running_server() as server:
        server.create("migrated")
        server.migrate("migrated")
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer, secrecy: Watch) -> str:
    """A database with the tables and nothing in them."""
    secrecy.knows(lambda: {"the database's password": postgres.password})
    return postgres.url(postgres.copy("migrated"))


@pytest.fixture
def logged(secrecy: Watch) -> Iterator[list[MutableMapping[str, Any]]]:
    """What the bot's own code logged, as events with fields."""
    with structlog.testing.capture_logs() as events:
        secrecy.looks("the log", lambda: repr(events).encode())
        yield events


@pytest.fixture
def new_office(
    logged: list[MutableMapping[str, Any]],
    loopback: Loopback,
    slack: LocalSlack,
    deepgram: LocalDeepgram,
    clock: MovableClock,
    memory: SqlStore,
    client: AsyncWebClient,
    manage: AsyncManageClient,
) -> Callable[..., AbstractAsyncContextManager[Office]]:
    """Open an office; a second one on the same store is the bot after a restart."""

    def open_one(**changes: Any) -> AbstractAsyncContextManager[Office]:
        parts: dict[str, Any] = {
            "slack": slack, "deepgram": deepgram, "clock": clock, "store": memory, "client": client,
            "manage": manage, "door": loopback.bot,
        }  # fmt: skip
        return opened(**(parts | changes))

    return open_one


@in_session()
async def office(new_office: Callable[..., AbstractAsyncContextManager[Office]]) -> AsyncIterator[Office]:
    async with new_office() as one:
        yield one
