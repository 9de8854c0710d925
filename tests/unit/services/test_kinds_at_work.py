"""Kinds in the monitor: forecasts that survive a restart, periods that are told once, keys that end level by level."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from dgbot.app.declared import adopt_rules
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.outcomes import Value
from dgbot.domain.alerting.rules import Instance
from dgbot.services.alerting.measuring import Reading
from tests.office import ALERTS, OPS

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ruled(new_office, tmp_path):
    """Open an office with one rule of a *kind*."""

    def ruled(kind, more="", **settings):
        path = tmp_path / "rules.toml"
        path.write_text(f'[[rule]]\nname = "watch"\nkind = "{kind}"\nchannel = "{ALERTS}"\n{more}\n')
        return new_office(settings={"alerts": {"channel": OPS, "rules_file": str(path), **settings}})

    return ruled


def alerts(office):
    return office.slack.channel_texts("alerts", 0)


async def standing(office) -> list[Instance]:
    [rule] = await office.store.rules()
    found: list[Instance] = await office.store.instances(rule.id)
    return found


async def test_the_days_left_are_told_from_what_was_read_before_a_restart(ruled):
    async with ruled("days-left") as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(120))
        await office.tick(*[12 * HOUR] * 9)
        assert alerts(office) == []
    async with ruled("days-left") as office:
        await adopt_rules(office.parts)
        await office.tick(HOUR, HOUR)
        [told] = alerts(office)
        assert "days left, below 7 days" in told
        assert "Empty about" in told
        assert "Spending $" in told


async def test_a_forecast_that_has_too_little_to_go_by_says_so_and_when_it_was_looked_at(ruled):
    async with ruled("days-left") as office:
        await adopt_rules(office.parts)
        assert "not checked yet" in await office.asks("carol", "/deepgram alerts rules")
        await office.tick(HOUR, HOUR)
        said = await office.asks("carol", "/deepgram alerts rules")
        assert "⏳ watch" in said
        assert "too little to go by yet, checked 22 Nov at 16:00 UTC" in said
        told = await office.asks("carol", "/deepgram alerts")
        assert "⏳ Nothing is known to fire: no value was seen yet" in told
        assert "1 rule watches acme-prod · 1 with too little to go by yet" in told
        office.deepgram.fail("GET", "*/balances", 503)
        await office.tick(HOUR)
        assert "too little" not in await office.asks("carol", "/deepgram alerts rules")


async def test_days_left_are_told_at_the_second_evaluation_only(ruled):
    async with ruled("days-left", 'below = { warning = 300 }\nevery = "12h"') as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(120))
        told = []
        for _ in range(10):
            await office.tick(12 * HOUR)
            [one] = await standing(office)
            assert one.state is not None
            told.append((str(one.state.underneath), len(alerts(office))))
        assert told.index(("pending", 0)) + 1 == told.index(("firing", 1))


async def test_the_card_of_a_balance_shows_the_forecast_also_after_somebody_edits_it(ruled):
    async with ruled("balance", "below = { warning = 5000 }") as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(400))
        await office.tick(*[12 * HOUR] * 10)
        assert "Empty about" in alerts(office)[0]
        [one] = await standing(office)
        assert str(one.detail[0]).startswith("Spending $")


async def test_the_card_of_a_balance_draws_it_with_its_forecast_and_goes_on_to_when_it_is_acknowledged(ruled):
    async with ruled("balance", "below = { warning = 5000 }") as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(400))
        await office.tick(*[12 * HOUR] * 8)
        assert charts(office) == []
        await office.tick(*[12 * HOUR] * 3)
        [drawn] = charts(office)
        likely = drawn["chart"]["series"][-1]
        assert (drawn["title"], likely["name"]) == ("Balance and forecast, US dollars", "balance")
        assert likely["data"][-1]["value"] < likely["data"][0]["value"] <= 400
        await office.clicks("carol", "Acknowledge")
        assert [one["title"] for one in charts(office)] == [drawn["title"]]


@pytest.mark.parametrize(("wanted", "pictures"), [(True, 1), (False, 0)])
async def test_a_picture_of_the_chart_is_posted_if_the_settings_want_it(ruled, wanted, pictures):
    async with ruled("balance", "below = { warning = 425 }", pictures=wanted) as office:
        office.slack.web_api.scopes |= {"files:write"}
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(500))
        await office.tick(*[12 * HOUR] * 10)
        assert len(charts(office)) == 1
        assert len(office.slack.files) == pictures


async def test_what_follows_says_when_it_is_empty_and_what_topped_it_up(ruled):
    async with ruled("balance", "below = { warning = 450, critical = 50 }") as office:
        await adopt_rules(office.parts)
        office.deepgram.set_balance(Decimal(500))
        await office.tick(*[12 * HOUR] * 10)
        office.deepgram.set_balance(Decimal(40))
        await office.tick(HOUR)
        [worse] = [text for text in alerts(office) if ": now $" in text]
        assert "Empty about" in worse
        office.deepgram.set_balance(Decimal(900))
        await office.tick(HOUR)
        [over] = [text for text in alerts(office) if ": recovered after" in text]
        assert "Last top-up: $8" in over


def charts(office):
    told = office.slack.workspace.messages.values()
    return [block for one in told for block in one.blocks if block["type"] == "data_visualization"]


async def test_a_budget_tells_each_level_once_a_period_and_a_new_one_afresh(ruled):
    async with ruled("budget", 'params = { amount = 15, period = "day" }\nevery = "1h"') as office:
        await adopt_rules(office.parts)
        await office.tick(*[HOUR] * 30)
        monday = [one for one in await standing(office) if one.labels["period"] == "2026-11-23"]
        assert len(monday) == 1
        first = [text for text in alerts(office) if "2026-11-23" in text]
        assert any("% of the budget spent, above" in text for text in first)
        loud = [call for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]
        await office.tick(HOUR, HOUR)
        again = [call for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]
        assert len(again) <= len(loud) + 1
        await office.tick(*[HOUR] * 8)
        assert not [one for one in await standing(office) if one.labels["period"] == "2026-11-22"]
        assert any("closed, its period is over" in text for text in alerts(office))


async def test_a_key_is_told_of_at_each_level_once_until_it_is_gone(ruled):
    async with ruled("key-expiry", 'below = { warning = [30, 7], critical = 1 }\nevery = "12h"') as office:
        project = office.deepgram.project_id
        made = await office.manage.create_key(
            project, comment="nightly", scopes=["usage:write"], time_to_live_in_seconds=9 * 86400
        )
        await adopt_rules(office.parts)
        await office.tick(*[12 * HOUR] * 18)
        told = [call["text"] for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]
        assert any("closes when the key is gone · " in text for text in alerts(office))
        assert any(re.search(r"It end(s|ed) on \w{3} 1 Dec at 14:00 UTC\.", text) for text in alerts(office))
        assert [text.partition("…")[0] for text in told[:2]] == [
            "🟡 acme-prod · dashboards ",
            "🟡 acme-prod · nightly ",
        ]
        assert sorted(re.sub("…....", "", text) for text in told[2:]) == [
            "🔴 acme-prod · nightly : now ends in 0.5 days, below 1 day.",
            "🟡 acme-prod · dashboards : now ends in 6.5 days, below 7 days.",
            "🟡 acme-prod · nightly : now ends in 6.5 days, below 7 days.",
        ]
        await office.manage.delete_key(project, made.api_key.api_key_id)
        await office.tick(12 * HOUR, 12 * HOUR, 12 * HOUR)
        assert any("nightly" in text and "closed, the key is gone" in text for text in alerts(office))
        assert [one.labels["key"].partition(" ")[0] for one in await standing(office)] == ["dashboards"]
        assert not [call for call in office.calls("chat.postMessage") if call["channel"] == OPS]


async def test_ten_projects_leave_one_batch_of_readings_a_round(ruled, monkeypatch):
    async with ruled("balance", 'project = "*"\nbelow = { warning = 5 }') as office:
        await adopt_rules(office.parts)
        batches = []
        keep = office.store.keep_readings

        async def counted(kept):
            batches.append(len(kept))
            return await keep(kept)

        monkeypatch.setattr(office.store, "keep_readings", counted)
        await office.tick(HOUR)
        assert batches == [len((await office.manage.get_projects()).projects)]


async def test_a_reading_an_hour_is_kept_however_often_it_is_measured(ruled):
    async with ruled("balance", 'below = { warning = 5 }\nevery = "5m"') as office:
        await adopt_rules(office.parts)
        start = office.clock.now()
        await office.tick(*[timedelta(minutes=5)] * 24)
        mark = fingerprint({})
        kept = await office.store.readings(office.deepgram.project_id, "balance", mark, start)
        assert [one.at.hour for one in kept] == [14, 15, 16]


async def test_a_value_that_cannot_be_explained_is_told_all_the_same(office, logged):
    async def explain():
        raise RuntimeError("no idea")

    reading = Reading({}, Value(Decimal(5), office.clock.now()), ("known",), explain)
    assert (await reading.explained()).detail == ("known",)
    assert [event["event"] for event in logged] == ["value not explained"]


def test_the_clock_of_these_tests_begins_on_a_sunday(clock):
    assert clock.now() == datetime.fromisoformat("2026-11-22T14:00:00Z")
