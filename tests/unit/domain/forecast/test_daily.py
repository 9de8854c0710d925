"""Days of a zone: where they begin, how long they are, and which of them are whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dgbot.domain.forecast import forecast
from dgbot.domain.forecast.curve import burn_curve
from dgbot.domain.forecast.daily import daily_spend, midnight, rest_of_day, spend_until
from dgbot.domain.forecast.readings import levels
from tests.unit.domain.forecast.balances import START, steady


def hourly(start, days, rate="24"):
    readings = steady(rate, days * 24 + 1, every=1, start=start)
    return burn_curve(levels(readings, readings[-1].at, "usd"))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", date(2026, 3, 29), 24),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("America/Santiago", date(2026, 9, 6), 23),  # the clock leaps from 0:00 to 1:00
        ("America/Havana", date(2026, 11, 1), 25),  # 0:00 comes twice
        ("Asia/Kathmandu", date(2026, 6, 3), 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(zone, day, hours):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=3)
    spent = {one.date: one.amount for one in daily_spend(hourly(start, 7), ZoneInfo(zone))}
    assert spent[day] == pytest.approx(hours)
    assert spent[day + timedelta(days=1)] == pytest.approx(24)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia", "Australia/Lord_Howe"])
@pytest.mark.parametrize("year", [2011, 2026])
def test_no_day_of_a_year_is_lost_or_doubled_and_none_overlap(zone, year):
    curve = hourly(datetime(year, 1, 1, tzinfo=UTC), 366)
    days = daily_spend(curve, ZoneInfo(zone))
    dates = [one.date for one in days]
    expected = [dates[0] + timedelta(days=at) for at in range((dates[-1] - dates[0]).days + 1)]
    if (zone, year) == ("Pacific/Apia", 2011):
        expected.remove(date(2011, 12, 30))  # Samoa slept through it
    assert dates == expected
    first, last = (midnight(day, ZoneInfo(zone)) for day in (dates[0], dates[-1] + timedelta(days=1)))
    assert sum(one.amount for one in days) == pytest.approx((last - first) / 3600)


def test_only_whole_days_count():
    curve = hourly(START + timedelta(hours=1), 3)
    assert [one.date.day for one in daily_spend(curve)] == [2, 3]
    assert [one.date.day for one in daily_spend(hourly(START, 3))] == [1, 2, 3]


def test_a_zone_moves_the_border_of_days():
    readings = steady("24", 24 * 5 + 1, every=1)
    curve = burn_curve(levels(readings, readings[-1].at, "usd"))
    assert [one.date.day for one in daily_spend(curve, ZoneInfo("Asia/Tokyo"))] == [2, 3, 4, 5]


def test_a_day_that_is_not_over_is_compared_by_the_hour():
    curve = hourly(START + timedelta(hours=3), 4)
    spent = spend_until(curve, time(9))
    assert [(one.date.day, round(one.amount, 6)) for one in spent] == [(2, 9), (3, 9), (4, 9)]
    assert [one.date.day for one in spend_until(curve, time(2))] == [2, 3, 4, 5]


def test_the_rest_of_a_day_is_a_share_of_it():
    berlin = ZoneInfo("Europe/Berlin")
    assert rest_of_day(START.timestamp(), UTC) == (START.date(), 1)
    assert rest_of_day((START + timedelta(hours=18)).timestamp(), UTC) == (START.date(), 0.25)
    short = datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert rest_of_day(short.timestamp(), berlin)[1] == pytest.approx(12 / 23)


def test_days_left_are_counted_in_the_weekdays_of_the_zone():
    readings = steady("24", 29 * 24, every=1)
    assert forecast(readings, readings[-1].at, "usd", ZoneInfo("Asia/Tokyo")).days_left.p50 == pytest.approx(
        forecast(readings, readings[-1].at, "usd").days_left.p50
    )
