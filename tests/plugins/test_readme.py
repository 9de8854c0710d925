"""The first example of plugins/README.md is a plugin that works; the other is tried in tests/unit/testing."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest

import dgbot
from dgbot import ANYONE, PluginConfig, Reply, Table, command
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.form import offered, preset
from dgbot.plugin.hookspecs import RETURNS
from dgbot.plugin.words import split_words

README = Path(__file__).parents[2] / "plugins" / "README.md"
PLUGIN, FORM, BUTTONS, *_ = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


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


def test_the_form_of_the_page_offers_what_it_says():
    names = {name: getattr(dgbot, name) for name in dgbot.__all__}
    namespace: dict[str, Any] = {**names, "Annotated": Annotated, "timedelta": timedelta, "read_name": str}
    exec(FORM, namespace)  # noqa: S102  # our own page
    namespace["snooze"].__doc__ = "Be quiet."
    alert, span, why = command("snooze", permission=ANYONE)(namespace["snooze"]).params
    assert (span.called, offered(span), preset(span)) == ("Quiet for", ("15m", "1h", "1d"), "1h")
    assert (alert.kind.example, why.kind.entry) == ("low-balance", "lines")
    assert span.read("45m") == timedelta(minutes=45)


def test_the_buttons_of_the_page_type_what_it_says():
    names = {"key_id": "0b6a3c1e", **{name: getattr(dgbot, name) for name in ("Buttons", "Confirm", "run_button")}}
    exec(BUTTONS, names)  # noqa: S102  # our own page
    [button] = names["buttons"].buttons
    assert button.value == "revoke-key 0b6a3c1e --now"


def test_the_hook_table_is_complete():
    assert set(re.findall(r"^\| `(\w+)\(config\)`", README.read_text(), re.MULTILINE)) == set(RETURNS)
