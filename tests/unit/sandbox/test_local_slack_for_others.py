"""``dgbot sandbox slack``: a Slack for whoever builds another bot, as docs/local-slack.md tells."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
import httpx
import pytest
from click.testing import CliRunner

from dgbot.cli.sandbox import sandbox
from dgbot.sandbox.slack import LocalSlack, Person
from dgbot.sandbox.slack.api.manifest import ManifestError, read_manifest
from dgbot.serving import serving
from tests.unit.sandbox.pages import Tab

PAGE = (Path(__file__).parents[3] / "docs" / "local-slack.md").read_text()
BOT, *_ = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
MANIFEST, *_ = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
COMMAND = (sys.executable, "-m", "dgbot", "sandbox", "slack")
ENVIRONMENT = {**os.environ, "SLACK_BOT_TOKEN": "xoxb-a-real-token", "SLACK_APP_TOKEN": "xapp-a-real-token"}


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The server as a process, and what its line sets."""
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 30)[0], "nothing was printed"
        export, *settings = shlex.split(process.stdout.readline())
        assert export == "export"
        yield process, dict(setting.split("=", 1) for setting in settings)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.json"
    file.write_text(MANIFEST)
    return file


@pytest.fixture
async def slack(manifest):
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    local.install(read_manifest(manifest))
    async with serving(local.app) as local.origin:
        yield local


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_serves_and_stops_in_good_order(manifest, number):
    with running("--manifest", str(manifest)) as (process, told):
        assert list(told) == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]
        bot = {"Authorization": f"Bearer {told['SLACK_BOT_TOKEN']}"}
        answer = httpx.post(f"{told['SLACK_API_URL']}auth.test", headers=bot, trust_env=False).json()
        assert (answer["ok"], answer["user"]) == (True, "orders")
        assert "a-real-token" not in told.values()
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0


@pytest.mark.slow
async def test_its_page_knows_the_bot_of_the_manifest_and_no_deepgram(manifest):
    with running("--manifest", str(manifest)) as (_, told):
        page = Tab(aiohttp.ClientSession(told["SLACK_API_URL"].removesuffix("api/")))
        async with page.session as session, session.get("/page/company") as answer:
            company = await answer.json()
            assert company["alone"]
            assert company["home_tab"]
            assert [one["name"] for one in company["people"] if one["bot"]] == ["orders", "slackbot"]
            [command] = company["commands"]
            assert (command["command"], command["usage"], command["summary"]) == ("/order", " [dish]", "Order lunch")
            assert await page.post("/page/acts", act="says", who="alice", channel="orders", text="hello") == {
                "ok": True
            }
            await page.until("/page/screen?who=alice", lambda told: "hello" in json.dumps(told["channels"]))


def _reads(person: Person, text: str) -> bool:
    return any(text in shown for shown in person.sees())


async def _until(slack: LocalSlack, met: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not met():
            await slack.next_change(slack.mark())


@pytest.mark.slow
async def test_the_bot_of_the_page_answers_as_the_page_says(slack, tmp_path):
    (tmp_path / "bot.py").write_text(BOT)
    told = {
        "SLACK_API_URL": f"{slack.origin}/api/",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }
    bot = await asyncio.create_subprocess_exec(sys.executable, "bot.py", cwd=tmp_path, env=os.environ | told)
    try:
        async with asyncio.timeout(30):
            while not slack.delivery.connections:
                await asyncio.sleep(0.02)
        alice = slack.people["alice"]
        for line, channel, reply in (
            ("/order fish & @bob", "general", "One fish & @bob, coming up."),
            ("hello @orders", "general", "Hello @alice, type /order."),
            ("soup?", "orders", "I can't make anything of soup?."),
        ):
            assert (await alice.says(line, channel)).acked
            await _until(slack, partial(_reads, alice, reply))
        await alice.opens_home()
        await _until(slack, partial(_reads, alice, "No orders today"))
    finally:
        bot.terminate()
        await bot.wait()


async def test_only_the_commands_and_events_of_the_manifest_are_delivered(slack):
    alice = slack.people["alice"]
    assert (await alice.says("/deepgram help")).status == "unsent"
    assert alice.sees() == ["/deepgram is not a valid command."]
    assert (await alice.says("hello", "general")).status == "unsent", "the manifest asks for message.im alone"
    assert (await alice.says("hello", "orders")).status == "nobody"


@pytest.mark.parametrize(("should_escape", "text"), [(True, "for <@UBOB00001|bob> &amp; me"), (False, "for @bob & me")])
async def test_people_come_as_ids_if_the_manifest_says_so(manifest, slack, should_escape, text):
    manifest.write_text(MANIFEST.replace('"should_escape": false', f'"should_escape": {str(should_escape).lower()}'))
    slack.install(read_manifest(manifest))
    await slack.people["alice"].says("/order for @bob & me")
    assert slack.ledger.exchanges()[-1].payload["text"] == text


def test_the_page_lists_the_methods_that_there_are():
    told = set(re.findall(r"^\| `(\w+(?:\.\w+)+)` \|", PAGE, re.MULTILINE))
    slack = LocalSlack(lambda: datetime(2026, 11, 22, tzinfo=UTC))
    assert told == set(slack.web_api.methods)


def test_the_page_tells_who_is_there():
    slack = LocalSlack(lambda: datetime(2026, 11, 22, tzinfo=UTC))
    workspace = slack.workspace
    for one in (*workspace.channels, *workspace.groups, *(user for user in workspace.users if user != "USLACKBOT")):
        assert f"`{one}`" in PAGE


def test_the_page_tells_every_option():
    shown = CliRunner().invoke(sandbox, ["slack", "--help"]).output
    assert set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE)) | {"--help"} == set(re.findall(r"--[a-z-]+", shown))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--manifest", "missing.yaml"], "missing.yaml can't be read: No such file or directory."),
        (
            ["--deliver-to", "https://hooks.example.com/x"],
            "'https://hooks.example.com/x' is no address of this machine",
        ),
        (["--deliver-to", "nonsense"], "'nonsense' is no address of this machine"),
    ],
)
def test_what_cant_be_served_is_one_sentence(options, sentence):
    outcome = CliRunner().invoke(sandbox, ["slack", *options])
    assert outcome.exit_code == 2
    assert outcome.output.startswith(f"Error: {sentence}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is no JSON: Expecting property name"),
        ("[]", "is no app manifest: Expected `object`"),
        ('{"features": {"slash_commands": [{"command": "order"}]}}', "'order' is no slash command such as /order."),
        ('{"features": {"slash_commands": "/order"}}', "at `$.features.slash_commands`"),
        ("features: {bot_user: 1}", "Line 1 has '{bot_user: 1}', which is more YAML than is read here. Give the"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_with_its_file(tmp_path, text, sentence):
    file = tmp_path / "m.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError) as refusal:
        read_manifest(file)
    assert str(file) in str(refusal.value)
    assert sentence in str(refusal.value)
