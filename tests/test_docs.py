"""What the README and docs/ tell is what the code does."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

import dgbot.domain
import dgbot.domain.ports
import dgbot.plugin
from dgbot import Context, PluginConfig, Principal, Project, Reply
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.approvals import MAX_ATTEMPTS
from dgbot.domain.key_reports import BLIND_AFTER
from dgbot.domain.reconciliation import POWERFUL, SETTLES, Concern
from dgbot.domain.request_states import FINAL, IN_DOUBT, State
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.words import split_words
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.services.keys import doubt, marks
from dgbot.serving import serving
from dgbot.settings import SettingsError, load
from dgbot.settings.approvals import POWERFUL as POWERFUL_KEYS
from dgbot.settings.approvals import ApprovalSettings, RuleSettings
from dgbot.settings.sections import ReconciliationSettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
PROTOCOL = (ROOT / "docs" / "key-protocol.md").read_text()
KEYS = (ROOT / "docs" / "reconciliation.md").read_text()
APPROVALS = (ROOT / "docs" / "approvals.md").read_text()
PLUGIN, CLIENT = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)


class StillClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def deepgram():
    return LocalDeepgram(lambda: NOW)


@pytest.mark.slow
def test_the_conversation_is_what_the_demo_prints():
    script = str(ROOT / "docs" / "conversations" / "first-day.txt")
    command = [sys.executable, "-m", "dgbot", "demo", "--script", script]
    played = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    transcript = iter(played.stdout.splitlines())
    for line in re.findall(r"```text\n(.*?)```", README, re.DOTALL)[0].splitlines():
        if line.strip(" …"):
            told = re.compile(".*".join(map(re.escape, line.split("…"))))
            assert any(told.fullmatch(printed) for printed in transcript), f"not printed, or not in this order: {line}"


def test_the_table_of_commands_is_complete():
    told = re.findall(r"^\| `/deepgram ((?!help)[^`]+)` \| `([^`]+)`(, approval)? \| (.+) \|$", README, re.MULTILINE)
    commands = load_plugins(PluginConfig()).commands
    rows = [
        (c.usage.replace("|", "\\|"), c.permission, ", approval" if c.approval else "", c.summary) for c in commands
    ]
    assert told == rows


async def test_the_plugin_of_the_readme_works(tmp_path, deepgram):
    assert len(PLUGIN.splitlines()) <= 20
    tmp_path.chmod(0o700)
    (tmp_path / "members.py").write_text(PLUGIN)
    (tmp_path / "members.py").chmod(0o600)
    command, rest = load_plugins(PluginConfig(), directory=tmp_path).commands.find(split_words("members --limit 2"))
    async with serving(deepgram.app) as origin, AsyncManageClient(deepgram.api_key, base_url=origin) as client:
        alice, project = Principal("UALICE001"), Project(deepgram.project_id, "acme-prod")
        nothing = cast(Any, None)
        ctx = Context(alice, "CGENERAL1", project, client, nothing, StillClock(), *[nothing] * 5)
        reply = await command.run(ctx, **command.parse(rest))
        members = (await client.get_members(project.id)).members
    assert isinstance(reply, Reply)
    assert reply.headline == f"acme-prod has {len(members)} members"
    assert members[0].email in str(reply.parts[0])


async def test_the_client_of_the_readme_works(deepgram):
    assert len(CLIENT.strip().splitlines()) <= 6
    async with serving(deepgram.app) as origin:
        environment = {**os.environ, "DEEPGRAM_API_KEY": deepgram.api_key, "DEEPGRAM_HOST": origin}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", CLIENT, env=environment, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert re.search(r"^acme-prod [\d.]+ usd$", out.decode(), re.MULTILINE)


FITS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DEEPGRAM_API_KEY": "key"}
EXAMPLE = (ROOT / "deploy" / "dgbot.example.toml").read_text()


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        (FITS | {"SLACK_BOT_TOKEN": ""}, EXAMPLE),
        (FITS | {"SLACK_BOT_TOKEN": "xoxp-1"}, EXAMPLE),
        (FITS | {"SLACK_APP_TOKEN": "xoxb-1"}, EXAMPLE),
        (FITS | {"SLACK_APP_TOKEN": ""}, EXAMPLE),
        (FITS | {"DEEPGRAM_API_KEY": ""}, EXAMPLE),
        (FITS, '[deepgram]\nproject = "p"'),
        (FITS, EXAMPLE.replace('approvers = "key-approvers"', 'approvers = "bosses"')),
    ],
    ids=["no bot token", "user token", "tokens swapped", "no door", "no key", "no section", "no role"],
)
def test_the_readme_quotes_what_the_settings_say(tmp_path, environment, settings):
    (tmp_path / "dgbot.toml").write_text(settings)
    with pytest.raises(SettingsError) as raised:
        load(tmp_path / "dgbot.toml", environment=environment)
    for problem in raised.value.problems:
        assert f"| `{problem}` |" in README


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z-]+)\b(?!\W*=)", _code(page.read_text()))}
    assert {"demo", "test", "run"} <= named
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_words_of_the_glossary_are_names_of_classes():
    assert len(_words()) == len(set(_words())), "a word is explained twice"
    assert set(_words()) - _every_class() == set()


def test_every_class_that_a_reader_meets_is_in_the_glossary():
    left_out = set(re.findall(r"`(\w+)`", GLOSSARY.partition("## Left out")[2])) - {"Store"}
    assert left_out <= _every_class()
    assert set(_met()) - set(_words()) == left_out


def test_the_states_of_the_key_protocol_are_those_of_the_code():
    rows = re.findall(r"^\| `(\w+)` \|.*\| (open|final|in doubt) \|$", PROTOCOL, re.MULTILINE)
    assert [state for state, _ in rows] == [str(state) for state in State]
    assert {State(state) for state, then in rows if then == "final"} == FINAL
    assert {State(state) for state, then in rows if then == "in doubt"} == IN_DOUBT


def test_the_numbers_of_the_key_protocol_are_those_of_the_code():
    assert f"After {doubt.QUIET.total_seconds():.0f} seconds of quiet" in PROTOCOL
    assert f"For {doubt.SWEEP_FOR // timedelta(hours=1)} hours after a request has ended" in PROTOCOL
    assert f"looks every {doubt.SWEEP_EVERY // timedelta(minutes=1)} minutes for keys" in PROTOCOL
    assert f"{marks.EXPIRY_TOLERANCE // timedelta(minutes=1)} minutes are allowed for clocks" in PROTOCOL
    assert f"from attempt {MAX_ATTEMPTS} on a request" in PROTOCOL


def test_the_page_on_keys_has_every_concern_scope_and_number():
    rows = re.findall(r"^\| `(\w+)` \|", KEYS, re.MULTILINE)
    assert rows == [str(concern) for concern in Concern]
    told = re.findall(r"`([^`]+)`", KEYS.partition("Powerful are")[2].partition("The role")[0])
    assert set(told) == POWERFUL
    assert f"younger than {SETTLES // timedelta(minutes=1)} minutes" in KEYS
    assert f"after {BLIND_AFTER} failures in a row" in KEYS
    assert f"({ReconciliationSettings().old_after.days} days)" in KEYS


def test_the_page_on_approvals_has_every_setting_and_its_default():
    usual, rules = APPROVALS.split("\n## Rules\n")
    fields, defaults = ApprovalSettings.model_fields, ApprovalSettings(channel="C0000000000", approvers="any")
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", usual, re.MULTILINE))
    assert list(told) == list(fields)
    for name, default in told.items():
        if default.startswith("`"):
            value = tomllib.loads(f"value = {default.strip('`')}")["value"]
            given = ApprovalSettings.model_validate({"channel": "C0000000000", "approvers": "any", name: value})
            assert getattr(given, name) == getattr(defaults, name), name
    names = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.+?) \|", rules, re.MULTILINE)))
    assert sorted(names) == sorted(RuleSettings.model_fields)
    listed = rules.partition("powerful scopes (")[2].partition(")")[0]
    assert re.findall(r"`([^`]+)`", listed) == list(POWERFUL_KEYS)


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", APPROVALS, re.DOTALL))
def test_every_example_of_approvals_is_valid(example):
    given = {"channel": "C0000000000", "approvers": "any"} | tomllib.loads(example)["approvals"]
    assert ApprovalSettings.model_validate(given).policy


def _words() -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", GLOSSARY, re.MULTILINE)


def _every_class() -> set[str]:
    trees = (ast.parse(path.read_text()) for path in (ROOT / "dgbot").rglob("*.py"))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _met() -> Iterator[str]:
    """Public classes of the domain and the plugin floor; exceptions explain themselves where they are raised."""
    for package in (dgbot.domain, dgbot.domain.ports, dgbot.plugin):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                own = inspect.isclass(value) and value.__module__ == module.__name__ and not name.startswith("_")
                if own and not issubclass(value, BaseException):
                    yield name


def _code(text: str) -> str:
    return "\n".join(re.findall(r"```sh\n.*?```|`[^`\n]+`", text, re.DOTALL))
