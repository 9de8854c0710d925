"""Two bots on one PostgreSQL database, connected to one Slack: everything is done, and nothing twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from dgbot.app import bot
from dgbot.sandbox.botsettings import environment, settings_text
from dgbot.sandbox.clock import SandboxClock
from dgbot.settings import Settings, load

pytestmark = pytest.mark.slow

KEYS = 20


@pytest.fixture
def clock(loopback):
    clock = SandboxClock(lambda: datetime.now(UTC), hold=0.2)
    loopback.clock.app = clock.app
    return clock


@pytest.fixture
def settings(loopback, slack, deepgram, clock, tmp_path, monkeypatch, postgres_url) -> Settings:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dgbot.toml").write_text(settings_text(deepgram.project_id))
    told = environment(
        mode="socket", folder=tmp_path, slack_origin=slack.origin, bot_token=slack.bot_token,
        app_token=slack.app_token, signing_secret=slack.signing_secret,
        deepgram_origin=loopback.deepgram.origin, deepgram_key=deepgram.api_key,
        clock_url=f"{loopback.clock.origin}/clock", port=0,
    )  # fmt: skip
    return load(environment=told | {"DGBOT_DATABASE__URL": postgres_url})


async def until(met, *, within=20.0):
    async with asyncio.timeout(within):
        while not (found := met()):
            await asyncio.sleep(0.01)
    return found


def cards(slack):
    return [one for one in slack.workspace.messages.values() if one.channel_id == "CKEYAPPR1"]


def approve_button(card):
    [(block, element)] = [
        (block, element)
        for block in card.blocks
        for element in block.get("elements", ())
        if isinstance(text := element.get("text"), dict) and text["text"] == "Approve"
    ]
    return block["block_id"], element["action_id"]


async def test_of_two_bots_one_does_each_thing_and_people_hear_of_it_once(settings, slack, deepgram, logged):
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(bot(settings))
        await asyncio.gather(
            *[slack.people["alice"].says(f"/deepgram create-key key-{n} --scopes usage:read") for n in range(KEYS)]
        )
        await until(lambda: len(cards(slack)) == KEYS)
        votes = [
            slack.people[who].presses_in_message("CKEYAPPR1", card.ts, *approve_button(card))
            for card in cards(slack)
            for who in ("bob", "carol")
        ]
        await asyncio.gather(*votes)
        await until(lambda: sum("Reveal key" in text for text in slack.people["alice"].sees()) == KEYS)
        await until(lambda: all("🟢" in text for text in slack.channel_texts("key-approvals")))
    said = [call for call in slack.calls if call.ok and call.arguments.get("channel") == "CKEYAPPR1"]
    calls = Counter((call.method, "thread_ts" in call.arguments) for call in said)
    assert calls == {("chat.postMessage", False): KEYS, ("chat.update", False): KEYS, ("chat.postMessage", True): KEYS}
    assert sum("Reveal key" in text for text in slack.people["alice"].sees()) == KEYS
    whispers = [text for who in ("bob", "carol") for text in slack.people[who].sees()]
    assert sum("Decided already" in text for text in whispers) == KEYS
    assert [event for event in logged if event["log_level"] in {"error", "critical"}] == []


async def test_what_a_bot_leaves_behind_the_other_one_finishes(settings, slack, deepgram, clock):
    async with bot(settings):
        async with bot(settings):
            deepgram.delay(0.2)
            await asyncio.gather(*[slack.people["alice"].says("/deepgram usage") for _ in range(10)])
        deepgram.heal()
        await until(lambda: sum("acme-prod" in text for text in slack.people["alice"].sees()) == 10)
