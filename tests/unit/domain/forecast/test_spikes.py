"""Which days are out of the ordinary, and several balances of one project."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from dgbot.domain.forecast.curve import burn_curve
from dgbot.domain.forecast.daily import DaySpend, spend_until
from dgbot.domain.forecast.days_left import days_left
from dgbot.domain.forecast.profile import profile_of
from dgbot.domain.forecast.readings import Level
from dgbot.domain.forecast.spikes import spike
from dgbot.domain.forecast.together import Held, spent_together, together
from tests.unit.domain.forecast.oracle import days_from

LEAST = Decimal(20)
WEEKS = [
    98,
    101,
    103,
    99,
    100,
    8,
    7,
    102,
    97,
    100,
    101,
    99,
    9,
    8,
    100,
    99,
    101,
    98,
    102,
    7,
    9,
    99,
    100,
    98,
    102,
    97,
    8,
    7,
]
NOISY = [30, 32, 29, 31, 30, 28, 33, 30, 31, 29, 30, 32, 31]


def judged(history, value, least=LEAST, first="2026-06-01"):
    *days, last = days_from(first, [*history, value])
    return spike(last, days, least=least)


def test_a_day_far_above_its_like_is_a_spike():
    found = judged(WEEKS, 400)
    assert found is not None
    assert (found.usual, found.compared, found.same_weekday) == (99.5, 4, True)
    assert found.z is not None
    assert found.z > 100


def test_a_sunday_is_compared_with_sundays():
    assert judged([*WEEKS, *WEEKS[:6]], 95) is not None
    assert judged([*WEEKS, *WEEKS[:5]], 95) is not None
    assert judged([*WEEKS, *WEEKS[:4]], 95) is None  # a Friday


def test_without_four_of_its_weekday_a_day_is_compared_with_the_last_fourteen():
    found = judged(NOISY, 150)
    assert found is not None
    assert (found.compared, found.same_weekday) == (13, False)


@pytest.mark.parametrize(
    ("value", "least"),
    [
        (44.9, "1"),  # less than half above
        (46, "1000"),  # less than what matters
        (5, "1"),  # below, not above
    ],
)
def test_one_condition_that_fails_is_enough_for_silence(value, least):
    assert judged(NOISY, value, Decimal(least)) is None


def test_all_three_conditions_have_their_limit():
    assert judged(NOISY, 45.1, Decimal(15)) is not None
    assert judged(NOISY, 45.1, Decimal(16)) is None
    varied = [22, 38] * 6 + [30]
    assert judged(varied, 30 + 11.8 * 5) is None
    assert judged(varied, 30 + 11.9 * 5) is not None


def test_three_days_of_a_weekday_are_too_few():
    found = judged(WEEKS[:21], 400)
    assert found is not None
    assert (found.compared, found.same_weekday) == (14, False)


def test_a_noisy_past_makes_a_high_day_ordinary():
    assert judged([5, 90, 10, 60, 20, 100, 15, 80, 5, 70, 30, 95, 10, 60], 130) is None


def test_where_most_days_are_alike_the_mean_deviation_measures():
    found = judged([10] * 12 + [12], 40)
    assert found is not None
    assert found.z == pytest.approx(30 / (1.2533141373155 * 2 / 13))


def test_where_all_days_are_alike_the_amount_decides():
    assert judged([0] * 14, 3) is None
    found = judged([0] * 14, 30)
    assert found is not None
    assert found.z is None


def test_below_a_week_nothing_is_out_of_the_ordinary():
    assert judged([10] * 6, 500) is None
    assert judged([10] * 7, 500) is not None


def test_days_in_a_gap_are_no_measure():
    days = [DaySpend(day.date, 1000, measured=False) for day in days_from("2026-05-20", [0] * 12)]
    assert (
        spike(days_from("2026-06-08", [500])[0], [*days, *days_from("2026-06-01", [10] * 7)], least=LEAST) is not None
    )


def test_a_day_that_is_not_over_stands_out_among_the_same_hours():
    start, level, found = datetime(2026, 5, 31, tzinfo=UTC), Decimal(9000), []
    for hour in range(24 * 28 + 10):
        found.append(Level(start + timedelta(hours=hour), level))
        level -= (30 if hour >= 24 * 28 else 4) if hour % 24 < 12 else 1
    days = spend_until(burn_curve(found), time(9))
    spiked = spike(days[-1], days, least=LEAST)
    assert spiked is not None
    assert (spiked.usual, spiked.day.amount, spiked.same_weekday) == pytest.approx((36, 270, True))


def test_balances_of_two_units_stay_apart():
    sums = together([Held("usd", Decimal("0.1"), 1), Held("hour", Decimal(5), 2), Held("usd", Decimal("0.2"), 2)])
    assert sums == {"usd": Held("usd", Decimal("0.3"), 3), "hour": Held("hour", Decimal(5), 2)}


@pytest.mark.parametrize(
    ("amount", "rate", "days"), [("10", 0, None), ("10", -1, None), ("-1", 0, 0), ("365", 1, 365), ("366", 1, None)]
)
def test_a_sum_lasts_as_long_as_its_rate_lets_it(amount, rate, days):
    assert Held("usd", Decimal(amount), rate).days == days


def test_spend_of_several_balances_is_added_on_days_that_all_of_them_know():
    one, other = days_from("2026-06-01", [10] * 20), days_from("2026-06-03", [5] * 20)
    other[0] = DaySpend(other[0].date, 5, measured=False)
    days = spent_together([one, other])
    assert [day.date.day for day in days] == list(range(3, 21))
    assert {day.amount for day in days} == {15}
    assert [day.date.day for day in days if not day.measured] == [3]
    profile = profile_of(days)
    assert profile is not None
    assert days_left(Decimal(150), profile, today=days[-1].date).p50 == pytest.approx(10)
