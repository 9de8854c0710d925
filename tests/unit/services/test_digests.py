"""Digests through the whole bot: when they come, that none comes twice, and what they say when Deepgram is away."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dgbot.adapters.storage import open_store
from dgbot.services.digests.rounds import PATIENCE, PAUSE
from tests.office import ALERTS, OPS

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = timedelta(days=1)
DAILY = "digest set day --channel #alerts --zone Europe/Berlin"


def posts(office, channel=ALERTS):
    return [call["text"] for call in office.calls("chat.postMessage") if call["channel"] == channel]


async def sets(office, line=DAILY):
    assert "hears its spending" in await office.asks("carol", f"/deepgram {line}")


async def at(office, text, zone=BERLIN):
    """Let it be *text* on a clock in *zone*, forwards or backwards, and make a round."""
    moment = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    office.clock.advance(moment - office.clock.now())
    await office.tick()


async def test_it_comes_at_its_local_time_and_once(office):
    await sets(office)
    await at(office, "2026-11-23T08:59")
    assert posts(office) == []
    await at(office, "2026-11-23T09:00")
    [said] = posts(office)
    assert said.startswith(
        "acme-prod, Sun 22 Nov: $4.22 spent, 3 % more than the Sunday before; $534 lasts about 36 days"
    )
    await office.tick(MINUTE, HOUR, 5 * HOUR)
    assert len(posts(office)) == 1
    await at(office, "2026-11-24T09:00")
    assert posts(office)[1].startswith("acme-prod, Mon 23 Nov:")


async def test_a_weekly_one_comes_on_its_weekday_and_tells_of_seven_days(office):
    await sets(office, "digest set week --on friday --at 16:30 --channel #alerts --zone Europe/Berlin")
    for day in range(23, 30):
        await at(office, f"2026-11-{day}T18:00")
    [said] = posts(office)
    assert said.startswith("acme-prod, 20–26 Nov: $1")
    assert "than the week before" in said or "as the week before" in said


async def test_a_moment_before_it_was_set_is_not_made_up_for(office):
    await sets(office)  # it is 15:00 in Berlin
    await office.tick(MINUTE, HOUR)
    assert posts(office) == []


async def test_a_missed_moment_is_made_up_for_on_the_same_day(office):
    await sets(office)
    await at(office, "2026-11-23T11:00")
    assert len(posts(office)) == 1
    assert posts(office)[0].startswith("acme-prod, Sun 22 Nov:")


async def test_of_days_that_were_missed_nothing_is_posted(office):
    await sets(office)
    await at(office, "2026-11-26T08:00")
    assert posts(office) == []
    await at(office, "2026-11-26T09:00")
    assert [said[:21] for said in posts(office)] == ["acme-prod, Wed 25 Nov"]


async def test_after_a_long_absence_today_is_made_up_for(office):
    await sets(office)
    await at(office, "2026-12-20T23:59")
    assert [said[:21] for said in posts(office)] == ["acme-prod, Sat 19 Dec"]


async def test_one_that_is_due_shortly_before_midnight_may_come_after_it(office):
    await sets(office, f"{DAILY} --at 23:45")
    await at(office, "2026-11-23T00:30")  # of the 22nd
    assert [said[:21] for said in posts(office)] == ["acme-prod, Sat 21 Nov"]
    await at(office, "2026-11-24T01:50")
    await at(office, "2026-11-24T23:45")
    assert [said[:21] for said in posts(office)][1:] == ["acme-prod, Mon 23 Nov"]


async def test_a_clock_that_is_set_back_posts_nothing_twice(office):
    await sets(office)
    await at(office, "2026-11-23T09:00")
    for moment in ("2026-11-23T08:00", "2026-11-23T09:00", "2026-11-22T23:00", "2026-11-23T09:05", "2026-11-23T23:59"):
        await at(office, moment)
    assert len(posts(office)) == 1
    await at(office, "2026-11-24T09:00")
    assert len(posts(office)) == 2


async def test_a_clock_that_ran_a_year_ahead_keeps_nothing_from_coming(office):
    await sets(office)
    await at(office, "2027-11-23T09:00")
    await at(office, "2026-11-23T09:00")
    assert len(posts(office)) == 2


async def test_a_restart_posts_nothing_twice(new_office):
    async with new_office() as office:
        await sets(office)
        await at(office, "2026-11-23T09:00")
    async with new_office() as again:
        await again.tick(MINUTE, HOUR)
        assert len(posts(again)) == 1


async def test_one_that_was_moved_to_a_later_time_comes_no_second_time_that_day(office):
    await sets(office)
    await at(office, "2026-11-23T09:00")
    await sets(office, f"{DAILY} --at 12:00")
    await at(office, "2026-11-23T12:00")
    await office.asks("carol", "/deepgram digest remove daily")
    await sets(office, f"{DAILY} --at 13:00")
    await at(office, "2026-11-23T13:00")
    assert len(posts(office)) == 1
    await at(office, "2026-11-24T13:00")
    assert len(posts(office)) == 2


async def test_one_that_is_moved_to_another_channel_before_it_could_be_posted_comes_there(office):
    await sets(office)
    office.deepgram.fail("GET", "*/balances", 503)
    await at(office, "2026-11-23T09:00")
    await sets(office, "digest set day --name daily --channel #ops")
    office.deepgram.heal()
    await office.tick(PAUSE)
    assert (len(posts(office)), len(posts(office, OPS))) == (0, 1)


@pytest.mark.parametrize("line", ["02:30", "02:00", "01:30", "03:00"])
@pytest.mark.parametrize("change", ["2027-03-28", "2027-10-31"])
async def test_on_days_without_and_with_two_of_an_hour_it_comes_once(office, line, change):
    await sets(office, f"{DAILY} --at {line}")
    day = datetime.fromisoformat(change).replace(tzinfo=BERLIN)
    start = (day - DAY).replace(hour=12).astimezone(UTC)
    office.clock.advance(start - office.clock.now())
    await office.tick()
    before = len(posts(office))
    told: list[datetime] = []
    while office.clock.now() < start + 2 * DAY:
        await office.tick(HOUR / 2)
        if len(posts(office)) > before + len(told):
            told.append(office.clock.now().astimezone(BERLIN))
    assert [moment.date() for moment in told] == [day.date(), (day + DAY).date()]
    assert len(posts(office)) == before + 2
    assert [f"{moment:%H:%M}" for moment in told][1] == line


@pytest.mark.parametrize("database", ["file", pytest.param("postgres", marks=pytest.mark.slow)])
async def test_two_bots_that_are_due_at_once_post_once(new_office, request, tmp_path, database):
    url = f"sqlite:///{tmp_path / 'dgbot.db'}" if database == "file" else request.getfixturevalue("postgres_url")
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(url)) for _ in range(2)]
        one, other = [await stack.enter_async_context(new_office(store=store)) for store in stores]
        await sets(other)
        for _ in range(3):
            one.clock.advance(DAY)
            await asyncio.gather(one.parts.digests.run_due(), other.parts.digests.run_due())
            await one.settle()
        assert [said[:21] for said in posts(one)] == [f"acme-prod, {day} Nov" for day in ("Sun 22", "Mon 23", "Tue 24")]


async def test_while_deepgram_is_away_for_a_while_it_waits(office):
    await sets(office)
    office.deepgram.fail("GET", "*/billing/breakdown", 503)
    await at(office, "2026-11-23T09:00")
    await office.tick(PAUSE, PAUSE)
    assert posts(office) == []
    office.deepgram.heal()
    await office.tick(MINUTE)
    assert posts(office) == []  # Deepgram is not asked at every tick
    await office.tick(PAUSE)
    [said] = posts(office)
    assert "$4.22 spent" in said


@pytest.mark.parametrize(
    ("path", "told", "missing"),
    [
        ("*/billing/breakdown", "Sun 22 Nov: what was spent is not known; $533 is left", "spending by day"),
        ("*/balances", "Sun 22 Nov: $4.22 spent, 3 % more than the Sunday before", "the balance"),
        ("*/keys", "Sun 22 Nov: $4.22 spent, 3 % more than the Sunday before; $533 lasts", "the keys"),
    ],
)
async def test_after_an_hour_it_says_what_is_known_and_what_is_not(office, path, told, missing):
    await sets(office)
    office.deepgram.fail("GET", path, 503)
    await at(office, "2026-11-23T09:00")
    await office.tick(*[PAUSE] * (PATIENCE // PAUSE - 1))
    assert posts(office) == []
    await office.tick(PAUSE)
    [said] = posts(office)
    assert told in said
    [text] = office.slack.channel_texts("alerts")
    assert f"Deepgram did not tell {missing}: Deepgram answered 503" in text
    office.deepgram.heal()
    await office.tick(PAUSE, HOUR)
    assert len(posts(office)) == 1
    log = await office.audit_log()
    assert [line for line in log if line[1] == "digest.post"] == [("dgbot", "digest.post", "done")]


async def test_what_deepgram_refuses_for_good_is_not_waited_for(office):
    await sets(office)
    office.deepgram.fail("GET", "*/balances", 403)
    await at(office, "2026-11-23T09:00")
    [text] = office.slack.channel_texts("alerts")
    assert "Deepgram did not tell the balance" in text


async def test_one_that_would_be_too_late_after_another_try_comes_without_what_is_missing(office):
    await sets(office)
    office.deepgram.fail("GET", "*/balances", 503)
    await at(office, "2026-11-23T23:52")
    assert len(posts(office)) == 1


async def test_two_that_tell_of_the_same_ask_deepgram_once(office):
    await sets(office)
    await sets(office, "digest set day --channel #ops --zone Europe/Berlin")
    office.deepgram.requests.clear()
    await at(office, "2026-11-23T09:00")
    assert (len(posts(office)), len(posts(office, OPS))) == (1, 1)
    asked = [sent.path.rpartition("/")[2] for sent in office.deepgram.requests]
    assert asked.count("breakdown") == 2
    assert asked.count("balances") == asked.count("keys") == 1


async def test_a_channel_that_is_gone_is_told_to_the_operators(office):
    await sets(office)
    office.slack.faults.refuse("chat.postMessage", "channel_not_found")
    await at(office, "2026-11-23T09:00")
    [said] = posts(office, OPS)
    assert "acme-prod, Sun 22 Nov" in said
    [text] = office.slack.channel_texts("ops")
    assert "Told here because its channel can't be reached (channel_not_found)." in text


async def test_it_tells_of_alerts_keys_that_end_and_requests_that_wait(office):
    await office.asks("carol", "/deepgram balance-alert set 600 --channel #general")
    await sets(office)
    await at(office, "2026-11-23T08:00")
    await office.asks("alice", "/deepgram create-key ci --scopes usage:read")
    await at(office, "2026-11-23T09:00")
    [text] = office.slack.channel_texts("alerts")
    assert "One alert fires:\n🟡 acme-prod: $534 left, below $600" in text
    assert "One key ends within 30 days:\ndashboards …" in text
    assert "One request waits for a yes, since 23 Nov at 07:00 UTC" in text
    assert "[Usage]  [Alerts]  [Keys]  [Approvals]" in text
    assert "Digest daily · every day at 9:00 (Europe/Berlin)" in text


async def test_a_project_without_spending_is_told_in_two_lines(office):
    await sets(office)
    office.deepgram.production.workloads = []
    await at(office, "2026-11-23T09:00")
    [text] = office.slack.channel_texts("alerts")
    assert text.startswith("acme-prod, Sun 22 Nov: nothing was spent, as the Sunday before; $542 is left")
    assert not any(part in text for part in ("[chart", "Models", "Moved", "Spending", "November"))


async def test_an_empty_balance_is_named_as_such(office):
    await sets(office)
    office.deepgram.set_balance(Decimal(0))
    await at(office, "2026-11-23T09:00")
    assert posts(office)[0].endswith("; nothing is left")


async def test_a_digest_that_breaks_keeps_no_other_from_coming(office):
    await sets(office, f"{DAILY} --name a-first")
    await sets(office, "digest set day --channel #ops --zone Europe/Berlin")
    sql = "UPDATE digests SET body = replace(body, 'Europe/Berlin', 'Mars/Base') WHERE name = 'a-first'"
    await office.store._run(lambda connection: connection.exec_driver_sql(sql))
    await at(office, "2026-11-23T09:00")
    assert (len(posts(office)), len(posts(office, OPS))) == (0, 1)


async def test_what_deepgram_does_not_answer_in_time_is_missing(office, monkeypatch):
    monkeypatch.setattr("dgbot.services.digests.gathering.SECONDS", 0)
    text = await office.asks("carol", "/deepgram digest now")
    assert "acme-prod, Sat 21 Nov: what was spent is not known" in text
    assert "Deepgram did not tell the balance: no answer within 0 seconds" in text
