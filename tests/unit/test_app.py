"""The bot as it is put together for production, started and stopped in this process."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dgbot.app import CannotStart, bot
from dgbot.sandbox.botsettings import environment, settings_text
from dgbot.sandbox.clock import SandboxClock
from dgbot.settings import Settings, load


@pytest.fixture
def clock(loopback):
    clock = SandboxClock(lambda: datetime.now(UTC), hold=0.2)
    loopback.clock.app = clock.app
    return clock


@pytest.fixture
def settings(loopback, slack, deepgram, clock, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def settings(mode="http", **changes) -> Settings:
        (tmp_path / "dgbot.toml").write_text(settings_text(deepgram.project_id))
        told = environment(
            mode=mode, folder=tmp_path, slack_origin=slack.origin, bot_token=slack.bot_token,
            app_token=slack.app_token, signing_secret=slack.signing_secret,
            deepgram_origin=loopback.deepgram.origin, deepgram_key=deepgram.api_key,
            clock_url=f"{loopback.clock.origin}/clock", port=0,
        )  # fmt: skip
        return load(environment=told | changes)

    return settings


async def until(met, *, within=5.0):
    async with asyncio.timeout(within):
        while not (found := met()):
            await asyncio.sleep(0.005)
    return found


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_bot_that_is_ready_answers_and_follows_the_clock(settings, slack, deepgram, clock, mode, logged):
    async with bot(settings(mode)) as origin, httpx.AsyncClient(base_url=origin) as web:
        slack.deliver_to(f"{origin}/slack/events" if mode == "http" else None)
        async with asyncio.timeout(5):
            while (await web.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.005)
        assert (await slack.people["alice"].says("/deepgram create-key ci --scopes usage:read")).acked
        await until(lambda: slack.channel_texts("key-approvals"))
        jump = clock.advance(timedelta(hours=8))
        assert await clock.confirmed(jump, within=5)
        await until(lambda: any("nobody decided in time" in text for text in slack.people["alice"].sees()))
        async with asyncio.timeout(5):
            while (health := (await web.get("/healthz")).json())["outbox"]:
                await asyncio.sleep(0.005)
        assert (health["status"], health["inbox"]) == ("ok", 0)
        assert health["last_tick"] is not None
    assert [event["event"] for event in logged if event["log_level"] in {"error", "critical"}] == []


async def test_stopping_finishes_the_command_in_hand(settings, slack, deepgram):
    deepgram.delay(0.1)
    async with bot(settings()) as origin:
        slack.deliver_to(f"{origin}/slack/events")
        assert (await slack.people["alice"].says("/deepgram usage")).acked
        assert slack.people["alice"].sees() == []
    assert any("acme-prod" in text for text in slack.people["alice"].sees())


async def test_what_one_bot_left_the_next_one_takes_up(settings, slack, tmp_path):
    async with bot(settings()) as origin:
        slack.deliver_to(f"{origin}/slack/events")
        await slack.people["alice"].says("/deepgram create-key ci --scopes usage:read")
        await until(lambda: slack.channel_texts("key-approvals"))
    async with bot(settings()) as origin:
        slack.deliver_to(f"{origin}/slack/events")
        await slack.people["bob"].clicks("Approve")
        await until(lambda: any("Reveal key" in text for text in slack.people["alice"].sees()))
    assert len(slack.channel_texts("key-approvals")) == 1


async def test_settings_that_leave_some_requests_undecided_for_ever_are_told_at_start(settings, logged):
    alone = {"DGBOT_ROLES__BOSS__USERS": '["UBOSS0001"]', "DGBOT_APPROVALS__APPROVERS": "boss"}
    async with bot(settings(DGBOT_APPROVALS__POWERFUL_YES="1", **alone)):
        pass
    [doubt] = [event["reason"] for event in logged if event["event"] == "settings in doubt"]
    assert doubt.startswith("approvals.yes wants 1 yes, and [roles.boss] has 1 person")


async def test_a_token_that_slack_refuses_is_told_at_start(settings):
    with pytest.raises(CannotStart, match=r"Slack refuses SLACK_BOT_TOKEN \(invalid_auth\)"):
        async with bot(settings(SLACK_BOT_TOKEN="xoxb-of-another-workspace")):
            pass


async def test_an_app_token_that_slack_refuses_is_told_at_start(settings):
    with pytest.raises(CannotStart, match=r"Slack refuses SLACK_APP_TOKEN \(invalid_auth\)"):
        async with bot(settings("socket", SLACK_APP_TOKEN="xapp-of-another-workspace")):
            pass


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_port_that_is_taken_is_told_at_start_and_nothing_is_left_behind(settings, mode):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        async with bot(settings(mode, DGBOT_WEB__PORT=str(taken.getsockname()[1]))):
            pass
    await asyncio.sleep(0.05)
    mine = {task.get_name() for task in asyncio.all_tasks()}
    assert "outbox" not in mine
