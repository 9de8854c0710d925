"""The bot for a plugin's own tests: a pytest plugin, there for whoever has installed dgbot, pytest and pytest-asyncio.

It gives the fixtures ``alice``, ``bob``, ``carol``, ``gina``, ``clock``, ``slack``, ``deepgram`` and ``bot``; override
``dgbot_plugins`` and ``dgbot_settings``. Nothing of the bot is imported before a test asks for one of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from dgbot.sandbox.slack import LocalSlack
    from dgbot.testing.inside import Bot
    from dgbot.testing.moving import MovableClock
    from dgbot.testing.people import Colleague, Seen
    from dgbot.testing.served import ServedDeepgram

__all__ = ["Bot", "Colleague", "MovableClock", "Seen"]

_ROOM_OF = {"Bot": "inside", "Colleague": "people", "MovableClock": "moving", "Seen": "people"}


def _async_fixture(function: Callable[..., Any]) -> Any:
    """Make a fixture of pytest-asyncio's; without it, one that tells whoever asks for it what is missing."""
    try:
        import pytest_asyncio
    except ImportError:
        return pytest.fixture(name=function.__name__)(_refuse)
    return pytest_asyncio.fixture(function)


def _refuse(request: pytest.FixtureRequest) -> None:
    pytest.fail(
        f"The fixture {request.fixturename} of dgbot.testing needs pytest-asyncio, which is not there; install it.",
        pytrace=False,
    )


@pytest.fixture
def dgbot_plugins() -> Sequence[ModuleType | Path]:
    """The plugins under test, beside the installed ones: modules, or paths of files or directories. Override it."""
    return ()


@pytest.fixture
def dgbot_settings() -> Mapping[str, Any]:
    """What differs from the settings of the tests, in the tables of dgbot.toml. Override it."""
    return {}


@pytest.fixture
def clock() -> MovableClock:
    """Business time, which stands still until a test moves it on: ``await clock.advance(hours=9)``."""
    from dgbot.testing.moving import MovableClock

    return MovableClock()


@_async_fixture
async def slack(clock: MovableClock) -> AsyncIterator[LocalSlack]:
    """A local Slack, served on loopback."""
    from dgbot.sandbox.slack import LocalSlack
    from dgbot.serving import serving_briefly

    workspace = LocalSlack(clock.now)
    async with serving_briefly(workspace.app) as workspace.origin:
        yield workspace


@_async_fixture
async def deepgram(clock: MovableClock) -> AsyncIterator[ServedDeepgram]:
    """A local Deepgram, served on loopback at its ``origin``; the bot's key is its ``api_key``."""
    from dgbot.serving import serving_briefly
    from dgbot.testing.served import ServedDeepgram

    world = ServedDeepgram(clock.now)
    async with serving_briefly(world.app) as world.origin:
        yield world


@_async_fixture
async def bot(
    request: pytest.FixtureRequest,
    slack: LocalSlack,
    deepgram: ServedDeepgram,
    clock: MovableClock,
    dgbot_plugins: Sequence[ModuleType | Path],
    dgbot_settings: Mapping[str, Any],
) -> AsyncIterator[Bot]:
    """The real bot in this process, between the local Slack and the local Deepgram, with its database in memory."""
    from dgbot.testing.inside import NotFit, running
    from dgbot.testing.journal import Journal

    journal = request.node.stash[_JOURNAL] = Journal()
    opened: AbstractAsyncContextManager[Bot] = running(
        slack, deepgram, clock, journal, plugins=dgbot_plugins, settings=dgbot_settings
    )
    try:
        one = await opened.__aenter__()
    except NotFit as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    try:
        yield one
    finally:
        await opened.__aexit__(None, None, None)


@pytest.fixture
def alice(bot: Bot) -> Colleague:
    """A developer: she may ask for keys and read the usage."""
    return bot.people["alice"]


@pytest.fixture
def bob(bot: Bot) -> Colleague:
    """One of those who decide on keys."""
    return bot.people["bob"]


@pytest.fixture
def carol(bot: Bot) -> Colleague:
    """One of those who decide on keys, and an admin: she may do whatever a command asks for."""
    return bot.people["carol"]


@pytest.fixture
def gina(bot: Bot) -> Colleague:
    """A guest, who may do nothing."""
    return bot.people["gina"]


_JOURNAL = pytest.StashKey[Any]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Leave a failing test with what was said and logged, as a section of its report."""
    try:
        return (yield)
    finally:
        if journal := item.stash.get(_JOURNAL, None):
            item.add_report_section("call", "dgbot", str(journal))


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
