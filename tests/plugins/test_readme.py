"""The first example of plugins/README.md is a plugin that works; the other is tried in tests/unit/testing."""

import re
from pathlib import Path

import pytest

import dgbot
from dgbot import PluginConfig, Reply, Table
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.hookspecs import RETURNS
from dgbot.plugin.words import split_words

README = Path(__file__).parents[2] / "plugins" / "README.md"
PLUGIN, BUTTONS, *_ = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


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


def test_the_buttons_of_the_page_type_what_it_says():
    names = {"key_id": "0b6a3c1e", **{name: getattr(dgbot, name) for name in ("Buttons", "Confirm", "run_button")}}
    exec(BUTTONS, names)  # noqa: S102  # our own page
    [button] = names["buttons"].buttons
    assert button.value == "revoke-key 0b6a3c1e --now"


def test_the_hook_table_is_complete():
    assert set(re.findall(r"^\| `(\w+)\(config\)`", README.read_text(), re.MULTILINE)) == set(RETURNS)
