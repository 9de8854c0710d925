"""The example of plugins/README.md is a plugin that works."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from dgbot import PluginConfig, Reply, Table
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.hookspecs import RETURNS
from dgbot.plugin.words import split_words

README = Path(__file__).parents[2] / "plugins" / "README.md"
PLUGIN, TESTS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.fixture
def directory(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "keys_of.py").write_text(PLUGIN)
    (tmp_path / "keys_of.py").chmod(0o600)
    return tmp_path


async def test_the_example_runs_from_a_directory(directory, ctx):
    plugins = load_plugins(PluginConfig(), directory=directory)
    command, rest = plugins.commands.find(split_words("keys-of alice@acme.test --limit 2"))
    reply = await command.run(ctx, **command.parse(rest))
    assert isinstance(reply, Reply)
    assert reply.headline == "alice@acme.test has 3 keys"
    [table] = reply.parts
    assert isinstance(table, Table)
    assert [len(table.rows), table.more] == [2, 1]


async def test_the_example_tests_pass(directory, ctx, monkeypatch):
    monkeypatch.syspath_prepend(directory)
    namespace: dict[str, Any] = {}
    exec(TESTS, namespace)  # noqa: S102 (our own README)
    namespace["test_asks_for_an_address"]()
    await namespace["test_shows_the_keys_of_one_person"](ctx)
    del sys.modules["keys_of"]


def test_the_hook_table_is_complete():
    assert set(re.findall(r"^\| `(\w+)\(config\)`", README.read_text(), re.MULTILINE)) == set(RETURNS)
