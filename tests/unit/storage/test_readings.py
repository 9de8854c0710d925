"""What checks measured before: kept once, found again in the order of time, thrown away when it is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dgbot.domain.alerting.readings import KEPT_FOR, KeptReading
from dgbot.domain.forecast.readings import Reading

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def kept(amount, at=NOON, *, project="p1", series="balance", mark="f", unit="usd"):
    return KeptReading(project, series, mark, Reading(at, Decimal(amount), unit))


async def test_readings_are_found_from_a_time_on_oldest_first_and_to_the_last_digit(store):
    await store.keep_readings([kept("2.10", NOON + HOUR), kept("3.10"), kept("9", NOON - HOUR)])
    assert await store.readings("p1", "balance", "f", NOON) == [
        Reading(NOON, Decimal("3.10"), "usd"),
        Reading(NOON + HOUR, Decimal("2.10"), "usd"),
    ]


async def test_a_reading_that_is_kept_again_stays_as_it_was(store):
    assert await store.keep_readings([kept("5"), kept("5")]) == 1
    assert await store.keep_readings([kept("6")]) == 0
    assert [one.amount for one in await store.readings("p1", "balance", "f", NOON)] == [5]


async def test_series_projects_and_things_are_kept_apart(store):
    others = [kept("1", project="p2"), kept("2", series="other"), kept("3", mark="g")]
    await store.keep_readings([*others, kept("4")])
    assert [one.amount for one in await store.readings("p1", "balance", "f", NOON)] == [4]


async def test_what_is_no_amount_is_not_kept(store):
    assert await store.keep_readings([kept("NaN"), kept("Infinity")]) == 0


async def test_a_round_of_ten_thousand_projects_is_kept(store):
    everybody = [kept("5", project=f"p{number}") for number in range(10_000)]
    assert await store.keep_readings(everybody) == 10_000


async def test_after_120_days_readings_are_thrown_away(store):
    await store.keep_readings([kept("5"), kept("6", NOON + HOUR)])
    await store.prune(NOON + KEPT_FOR + timedelta(microseconds=1), history_for=timedelta(days=90))
    assert [one.amount for one in await store.readings("p1", "balance", "f", NOON)] == [6]
