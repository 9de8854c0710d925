"""Quiet hours of a channel: what waits for their end, what goes through, and how it is told together then."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.office import ALERTS
from tests.unit.services.test_alerts import HOUR, QUARTER, alerts

NIGHT = {"channels": [ALERTS], "from": "22:00", "to": "07:00", "zone": "Europe/Berlin"}
MINUTE = timedelta(minutes=1)


def quiet(**changes: Any) -> Mapping[str, Any]:
    return {"alerts": {"quiet": {"night": NIGHT | changes}}}


async def until(office, hour: int, minute: int = 0, day: int = 22) -> None:
    """Let the time come, without a round on the way."""
    office.clock.advance(datetime(2026, 11, day, hour, minute, tzinfo=UTC) - office.clock.now())


async def watching(office, *lines: str) -> None:
    """Watch the balance with a rule for each line, at night and while all is well."""
    for line in lines:
        await office.asks("carol", f"/deepgram balance-alert set {line} --channel #alerts --name at-{line}")
    office.deepgram.set_balance(Decimal(500))
    await until(office, 21, 30)
    await office.tick()


def posts(office) -> list[Mapping[str, Any]]:
    return [call for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]


async def test_one_that_still_fires_at_the_end_is_posted_as_usual(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "50")
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER, HOUR, HOUR)
        assert posts(office) == []
        await until(office, 5, 59, day=23)
        await office.tick()
        assert posts(office) == []
        await office.tick(MINUTE)  # 7:00 in Berlin
        (post,) = posts(office)
        assert "left, below $50" in post["text"]
        assert not post.get("thread_ts")


async def test_several_that_still_fire_at_the_end_are_one_message_and_its_thread(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50", "60")
        office.deepgram.set_balance(Decimal(39))
        await office.tick(QUARTER)
        await until(office, 6, day=23)
        await office.tick()
        summary, *below = posts(office)
        assert "Quiet hours are over: 3 alerts still fire" in summary["text"]
        assert alerts(office)[0].count("acme-prod: $3") == 3
        assert len(below) == 3
        threads = {post["thread_ts"] for post in below}
        assert len(threads) == 1
        assert not any(post.get("reply_broadcast") in (True, "true", "1") for post in below)


async def test_a_message_in_the_thread_of_a_summary_is_edited_and_followed_there(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50")
        office.deepgram.set_balance(Decimal(39))
        await office.tick(QUARTER)
        await until(office, 6, day=23)
        await office.tick()
        _, *below = posts(office)
        office.deepgram.set_balance(Decimal(500))
        await office.tick(QUARTER)
        assert len([call for call in office.calls("chat.update") if "recovered" in call["text"]]) == 2
        followed = posts(office)[3:]
        assert len(followed) == 2
        assert {post["thread_ts"] for post in followed} == {post["thread_ts"] for post in below}
        assert sorted(re.sub(": .*", "", post["text"]) for post in followed) == [
            "🟢 acme-prod (at-40)",
            "🟢 acme-prod (at-50)",
        ]


async def test_the_summary_says_how_many_still_fire_and_when_all_are_closed(new_office):
    async with new_office(settings=quiet(critical="wait")) as office:
        for line in ("60", "40"):
            await office.asks("carol", f"/deepgram balance-alert set {line} --channel #alerts --name at-{line}")
        office.deepgram.set_balance(Decimal(55))
        await office.tick(QUARTER)
        assert len(posts(office)) == 1  # one of them has a message from before the quiet hours
        await until(office, 22)
        office.deepgram.set_balance(Decimal(7))
        await office.tick()
        await until(office, 6, day=23)
        await office.tick()
        assert summary(office).startswith("🔴 Quiet hours are over: 2 alerts still fire")
        await office.tick(QUARTER)
        assert summary(office).startswith("🔴 Quiet hours are over: 2 alerts still fire")
        office.deepgram.set_balance(Decimal(50))
        await office.tick(QUARTER)
        assert summary(office).startswith("🟡 1 of 2 alerts still fire")
        office.deepgram.set_balance(Decimal(500))
        await office.tick(QUARTER)
        assert summary(office).startswith("⚪ All 2 alerts are closed")


def summary(office) -> str:
    return next(str(text) for text in alerts(office) if "alerts" in text)


async def test_what_came_and_went_is_counted_and_not_told(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50", "100")
        office.deepgram.set_balance(Decimal(80))  # the one at 100 comes and goes
        await office.tick(QUARTER)
        office.deepgram.set_balance(Decimal(500))
        await office.tick(HOUR)
        office.deepgram.set_balance(Decimal(39))
        await office.tick(HOUR)
        await office.asks("carol", "/deepgram balance-alert remove at-100")
        await until(office, 6, day=23)
        await office.tick()
        assert "2 alerts still fire" in alerts(office)[0]


async def test_the_summary_says_how_many_came_and_went(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50")
        for _ in range(2):
            office.deepgram.set_balance(Decimal(39))
            await office.tick(QUARTER)
            office.deepgram.set_balance(Decimal(500))
            await office.tick(HOUR, HOUR)
        office.deepgram.set_balance(Decimal(39))
        await office.tick(QUARTER)
        await until(office, 6, day=23)
        await office.tick()
        assert "4 came and went meanwhile" in alerts(office)[0]


async def test_what_came_and_went_alone_is_history(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50")
        office.deepgram.set_balance(Decimal(39))
        await office.tick(QUARTER)
        office.deepgram.set_balance(Decimal(500))
        await office.tick(HOUR)
        await until(office, 6, day=23)
        await office.tick(timedelta(), HOUR)
        assert posts(office) == []


@pytest.mark.parametrize(("critical", "heard"), [("through", 1), ("wait", 0)])
async def test_what_is_critical_goes_through_unless_the_settings_let_it_wait(new_office, critical, heard):
    async with new_office(settings=quiet(critical=critical)) as office:
        await watching(office, "50")
        office.deepgram.set_balance(Decimal(5))
        await office.tick(QUARTER)
        assert len(posts(office)) == heard


async def test_what_gets_critical_in_the_night_is_told_then_and_not_again_in_the_morning(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "50")
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        office.deepgram.set_balance(Decimal(5))
        await office.tick(QUARTER)
        assert len(posts(office)) == 1
        await until(office, 6, day=23)
        await office.tick()
        assert len(posts(office)) == 1


async def test_a_message_from_before_says_until_when_it_is_quiet(new_office):
    async with new_office(settings=quiet()) as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        office.deepgram.set_balance(Decimal(42))
        await office.tick()
        assert "Quiet hours" not in alerts(office)[0]
        await until(office, 21)
        await office.tick()
        assert "Quiet hours until 23 Nov at 06:00 UTC" in alerts(office)[0]
        await until(office, 6, day=23)
        await office.tick()
        assert "Quiet hours" not in alerts(office)[0]


async def test_other_channels_hear_as_ever(new_office):
    async with new_office(settings=quiet(channels=["COTHER001"])) as office:
        await watching(office, "50")
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        assert len(posts(office)) == 1


async def test_two_days_are_two_summaries(new_office):
    async with new_office(settings=quiet()) as office:
        await watching(office, "40", "50")
        for day in (23, 24):
            office.deepgram.set_balance(Decimal(39))
            await office.tick(QUARTER)
            await until(office, 6, day=day)
            await office.tick()
            office.deepgram.set_balance(Decimal(500))
            await office.tick(QUARTER)
            await until(office, 21, 30, day=day)
            await office.tick()
        told = [post for post in posts(office) if "Quiet hours are over" in post["text"]]
        assert len(told) == 2


async def test_two_bots_at_the_end_make_one_summary(new_office):
    async with new_office(settings=quiet()) as office, new_office(settings=quiet()) as other:
        await watching(office, "40", "50", "60")
        office.deepgram.set_balance(Decimal(39))
        await office.tick(QUARTER)
        await until(office, 6, day=23)
        await asyncio.gather(*(one.parts.wakening.run_due() for one in (office, other) for _ in range(4)))
        await office.settle()
        assert len(posts(office)) == 4
        assert len(alerts(office)[0].splitlines()) == 6
