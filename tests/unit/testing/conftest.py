"""A directory of an author's own, in which pytest runs as in their terminal."""

from __future__ import annotations

import pytest

# pytester forgets what a run has imported; this is imported once for all.
import dgbot.app
import dgbot.testing.inside  # noqa: F401

# Other people's plugins are left out, because each run would import them anew.
INI = """
[pytest]
filterwarnings = error
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
addopts = -p no:cacheprovider -p no:hypothesispytest -p no:anyio -p no:xdist
"""

PLUGIN = '''
from dgbot import ANYONE, Command, Context, Reply, command, hookimpl


@command("hello", permission=ANYONE, topic="More", repeat="safe", examples=("hello",))
async def hello(ctx: Context) -> Reply:
    """Greet."""
    return Reply("Good morning")


@command("boom", permission=ANYONE, topic="More", repeat="safe", examples=("boom",))
async def boom(ctx: Context) -> Reply:
    """Break."""
    raise RuntimeError("the fuse is blown")


@hookimpl
def dgbot_commands() -> list[Command]:
    return [hello, boom]
'''


@pytest.fixture
def author(pytester: pytest.Pytester) -> pytest.Pytester:
    """Who has written greeter.py, and a conftest.py that names it."""
    pytester.makeini(INI)
    pytester.makepyfile(greeter=PLUGIN)
    pytester.makeconftest("import greeter, pytest\n\n@pytest.fixture\ndef dgbot_plugins():\n    return [greeter]\n")
    return pytester
