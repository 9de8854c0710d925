"""A test message of a rule reaches its channel, says that it is one, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from dgbot.adapters.storage import open_store
from dgbot.app.fire_test import CannotFire, fire, named
from dgbot.cli import main
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.levels import Ladder, Level, Severity, Side
from dgbot.domain.alerting.routes import OPERATORS, Route
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.audit import AuditEvent
from dgbot.testing import company
from tests.office import ALERTS, OPS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def rule():
    levels = (
        Level(Severity.WARNING, Decimal(50), Decimal(55)),
        Level(Severity.CRITICAL, Decimal(10), Decimal(11)),
    )
    every = Schedule(timedelta(minutes=15))
    return AlertRule(
        "r1", "low-balance", "balance", "*", ALERTS, Ladder(Side.BELOW, levels), every, "slack", "UALICE001"
    )


@pytest.fixture
def routed(rule):
    critical = Route((matcher("severity=critical"),), OPS, goes_on=True)
    return replace(rule, channel_id="", routes=(critical, Route((), OPERATORS)))


@pytest.fixture
def settings(slack, deepgram, loopback):
    reached = {"bot_token": slack.bot_token, "app_token": slack.app_token, "base_url": f"{slack.origin}/api/"}
    account = {
        "api_key": deepgram.api_key,
        "project": deepgram.project_id,
        "base_url": loopback.deepgram.origin,
    }
    return company.settings(company.tables({}, may=[], slack=reached, deepgram=account))


async def test_it_reads_as_the_alert_would_and_says_that_it_is_a_test(rule, settings, slack):
    await fire(rule, settings)
    [post] = [call for call in slack.calls if call.method == "chat.postMessage"]
    assert post.arguments["channel"] == ALERTS
    assert post.arguments["text"] == "TEST · 🔴 acme-prod: $9 left, below $10"
    assert "This is a test from the terminal" in str(post.arguments["blocks"])
    assert "button" not in str(post.arguments["blocks"])


async def test_its_routes_are_taken_by_the_name_of_the_project_too(rule, settings, slack):
    routes = (Route((matcher("project=acme-prod"),), OPS), Route((), ALERTS))
    for project in (settings.deepgram.project, "acme-*"):
        assert await fire(replace(rule, channel_id="", routes=routes, project_id=project), settings) == [OPS]
    posts = [call.arguments["text"] for call in slack.calls if call.method == "chat.postMessage"]
    assert posts == ["TEST · 🔴 acme-prod: $9 left, below $10"] * 2


async def test_while_deepgram_does_not_tell_the_name_the_id_stands_there(rule, settings, slack, deepgram):
    deepgram.fail("GET", "*", 403)
    await fire(rule, settings)
    [post] = [call for call in slack.calls if call.method == "chat.postMessage"]
    assert post.arguments["text"] == f"TEST · 🔴 {deepgram.project_id}: $9 left, below $10"


async def test_a_channel_that_does_not_take_it_is_told(rule, settings):
    with pytest.raises(CannotFire, match=r"Slack does not take it for C0NOWHERE: .*channel_not_found"):
        await fire(replace(rule, channel_id="C0NOWHERE"), settings)


async def test_a_token_that_slack_refuses_is_told(rule, settings, slack):
    refused = settings.slack.model_copy(update={"bot_token": type(settings.slack.bot_token)("xoxb-no")})
    with pytest.raises(CannotFire, match="Slack refuses SLACK_BOT_TOKEN"):
        await fire(rule, settings.model_copy(update={"slack": refused}))
    assert "chat.postMessage" not in {call.method for call in slack.calls}


async def test_a_rule_is_found_in_the_database_by_name_or_by_id(rule, tmp_path):
    url = f"sqlite:///{tmp_path / 'dgbot.db'}"
    async with open_store(url) as store:
        for one in (rule, replace(rule, id="r2", project_id="p2"), replace(rule, id="r3", name="other")):
            await store.put_rule(one, due_at=NOON, audit=AuditEvent(NOON, "U1", "rule.put", one.id, "done"))
        assert named("other", None, url).id == "r3"
        assert named("r2", None, url).project_id == "p2"
        with pytest.raises(
            CannotFire, match=r"several rules low-balance; name one by its id: r1 \(of \*\), r2 \(of p2\)"
        ):
            named("low-balance", None, url)
        with pytest.raises(CannotFire, match="There is no rule 'moon'; there are low-balance, other"):
            named("moon", None, url)


def test_without_settings_nothing_is_posted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["alerts", "fire-test", "low-balance", "--config", "none.toml"])
    assert (result.exit_code, "none.toml does not exist" in result.stderr) == (2, True)


async def test_a_rule_without_a_channel_is_posted_where_its_routes_lead(routed, settings, slack):
    told = settings.model_copy(update={"alerts": settings.alerts.model_copy(update={"channel": ALERTS})})
    assert await fire(routed, told) == [OPS, ALERTS]
    assert [call.arguments["channel"] for call in slack.calls if call.method == "chat.postMessage"] == [OPS, ALERTS]
    nobody = settings.model_copy(update={"alerts": settings.alerts.model_copy(update={"channel": None})})
    with pytest.raises(CannotFire, match="Nobody hears of low-balance: it names no channel"):
        await fire(replace(routed, routes=routed.routes[1:]), nobody)
