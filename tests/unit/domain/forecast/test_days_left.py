"""How many days a balance lasts: windows, edges, and what scipy says."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import linalg, optimize, stats

from dgbot.domain.forecast import Confidence, forecast
from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.days_left import DaysLeft, days_left
from dgbot.domain.forecast.profile import flat_profile, profile_of, weekday_profile
from dgbot.domain.forecast.statistic import NORMAL_MAD, NORMAL_MEAN_DEVIATION, Z80, median_and_spread
from dgbot.domain.forecast.trend import trend
from tests.unit.domain.forecast.balances import START, later, read, steady
from tests.unit.domain.forecast.oracle import agree, days_from

WEEK = [100, 110, 120, 130, 140, 10, 5]
SPENT = st.lists(st.floats(0, 1e4).map(lambda amount: round(amount, 2)), min_size=14, max_size=35)


def test_the_constants_are_those_of_the_normal_distribution():
    assert pytest.approx(stats.norm.ppf(0.9), rel=1e-14) == Z80
    assert pytest.approx(1 / stats.norm.ppf(0.75), rel=1e-14) == NORMAL_MAD
    assert pytest.approx(math.sqrt(math.pi / 2), rel=1e-12) == NORMAL_MEAN_DEVIATION


@given(SPENT)
def test_median_and_spread_are_those_of_scipy(values):
    _, spread = median_and_spread(values)
    assert agree(spread, float(stats.median_abs_deviation(values, scale="normal")))


@given(SPENT, st.integers(0, 6))
def test_a_profile_is_a_least_squares_fit_on_weekdays(spent, shift):
    days = days_from(f"2026-06-0{1 + shift}", spent)
    dummies = [[float(day.date.weekday() == weekday) for weekday in range(7)] for day in days]
    means, _, _, _ = linalg.lstsq(numpy.array(dummies), numpy.array(spent))
    squares = sum((amount - float(means[day.date.weekday()])) ** 2 for day, amount in zip(days, spent, strict=True))
    found = weekday_profile(days)
    assert all(map(agree, found.means, map(float, means)))
    assert agree(found.variance, squares / (len(days) - 7))


@given(SPENT, st.floats(1, 1e5), st.sampled_from([1.0, 0.75, 0.1]), st.sampled_from([Z80, 0.0]))
def test_days_left_are_the_root_that_scipy_finds(spent, balance, rest, z):
    days = days_from("2026-06-01", spent)
    profile, today = weekday_profile(days), days[-1].date + timedelta(days=1)
    ends = [0.0, *(rest + day for day in range(60))]
    means = accumulate((profile.on(today + timedelta(days=day)) * (1 if day else rest) for day in range(60)), initial=0)
    spread, n = profile.variance, profile.days
    spent_by = [mean + z * math.sqrt(end * spread + end**2 * spread / n) for end, mean in zip(ends, means, strict=True)]
    assume(spent_by[-1] > balance)
    root = optimize.brentq(lambda end: numpy.interp(end, ends, spent_by) - balance, 0, ends[-1], xtol=1e-12)
    found = days_left(Decimal(balance), profile, today=today, rest=rest)
    assert (found.p10 if z else found.p50) == pytest.approx(root, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("count", "taken"), [(60, 28), (28, 28), (27, 21), (21, 21), (20, 14), (14, 14)])
def test_days_left_go_by_the_longest_window_of_whole_weeks(count, taken):
    days = days_from("2026-06-01", [1000] * count)
    found = profile_of(days)
    assert found is not None
    assert (found.days, found.weekly) == (taken, True)


def test_old_days_are_forgotten():
    found = profile_of(days_from("2026-06-01", [5000] * 7 + WEEK * 4))
    assert found is not None
    assert found.means == tuple(WEEK)


@pytest.mark.parametrize(("count", "days"), [(3, 3), (13, 13)])
def test_below_two_weeks_all_weekdays_are_alike(count, days):
    found = profile_of(days_from("2026-06-01", (WEEK * 2)[:count]))
    assert found is not None
    assert (found.weekly, found.days, len(set(found.means))) == (False, days, 1)


def test_below_three_days_there_is_no_profile():
    assert profile_of(days_from("2026-06-01", [5, 6])) is None


def test_days_in_a_gap_are_no_part_of_the_profile():
    days = [DaySpend(day.date, 999, measured=False) for day in days_from("2026-06-01", WEEK)]
    found = profile_of([*days, *days_from("2026-06-08", WEEK * 2)])
    assert found is not None
    assert (found.days, found.means) == (14, tuple(WEEK))


def test_a_weekday_that_was_never_measured_makes_the_profile_flat():
    days = [
        DaySpend(day.date, day.amount, measured=day.date.weekday() != 2) for day in days_from("2026-06-01", WEEK * 4)
    ]
    found = profile_of(days)
    assert found is not None
    assert (found.weekly, found.days) == (False, 21)


def test_a_profile_of_weekdays_refuses_days_that_cant_make_one():
    with pytest.raises(ValueError, match="8 days or more"):
        weekday_profile(days_from("2026-06-01", WEEK))


def test_below_two_weeks_the_band_is_that_of_a_first_passage():
    amounts = [10.0, 14.0, 9.0, 13.0, 12.0]
    days = days_from("2026-06-01", amounts)
    mean, deviation, balance = 11.6, math.sqrt(17.2 / 4), 100.0
    spread = math.sqrt(balance * deviation**2 / mean**3 + (balance / mean**2) ** 2 * deviation**2 / 5)
    found = days_left(Decimal(100), flat_profile(days), today=days[-1].date)
    assert found.p50 == pytest.approx(balance / mean)
    assert found.p10 == pytest.approx(balance / mean - Z80 * spread)
    assert found.p90 == pytest.approx(balance / mean + Z80 * spread)


@pytest.mark.parametrize("count", [5, 28])
@pytest.mark.parametrize("balance", [0, -20])
def test_an_empty_balance_has_no_day_left(balance, count):
    profile = profile_of(days_from("2026-06-01", [10] * count))
    assert profile is not None
    assert days_left(Decimal(balance), profile, today=START.date()) == DaysLeft(0, 0, 0)


@pytest.mark.parametrize("count", [5, 28])
@pytest.mark.parametrize(("balance", "days"), [(3640, 364), (3660, None)])
def test_beyond_a_year_nothing_is_said(balance, days, count):
    profile = profile_of(days_from("2026-06-01", [10] * count))
    assert profile is not None
    found = days_left(Decimal(balance), profile, today=START.date())
    assert [None if edge is None else round(edge, 9) for edge in (found.p10, found.p50, found.p90)] == [days] * 3


@pytest.mark.parametrize("count", [5, 28])
def test_what_is_not_used_lasts(count):
    profile = profile_of(days_from("2026-06-01", [0] * count))
    assert profile is not None
    assert days_left(Decimal(5), profile, today=START.date()) == DaysLeft()


def test_a_balance_read_at_noon_lasts_half_a_day_longer_than_that_midnight_says():
    days = days_from("2026-06-01", WEEK * 4)
    profile = weekday_profile(days)
    found = days_left(Decimal(50 + 110), profile, today=START.date(), rest=0.5)
    assert found.p50 == pytest.approx(1.5)


def test_days_left_are_counted_from_now_and_not_from_the_latest_reading():
    readings = steady("20", 41)
    later_on = readings[-1].at + timedelta(days=2)
    fresh, stale = (forecast(readings, now, "usd").days_left.p50 for now in (readings[-1].at, later_on))
    assert fresh is not None
    assert stale == pytest.approx(fresh - 2)
    assert forecast(readings, later_on + timedelta(days=300), "usd").days_left == DaysLeft(0, 0, 0)


@pytest.mark.parametrize(
    ("readings", "confidence"),
    [
        ([], Confidence.LOW),
        (steady("20", 7, every=24), Confidence.LOW),
        (steady("20", 20, every=1), Confidence.LOW),
        (steady("20", 8, every=12), Confidence.MEDIUM),
        (steady("20", 57), Confidence.HIGH),
        (read(*(2000 - 150 * (at // 7) for at in range(30))), Confidence.HIGH),
        (read(*(2000 - 300 * (at // 10) for at in range(30))), Confidence.LOW),
        (read(*(400 - at - 60 * (at // 8) for at in range(32))), Confidence.LOW),
    ],
)
def test_confidence_grows_with_the_days_and_falls_with_the_band(readings, confidence):
    now = readings[-1].at if readings else START
    assert forecast(readings, now, "usd").confidence == confidence


def test_too_few_readings_give_no_days_even_over_many_days():
    found = forecast(read(100, 90, 80, 70, 60, 50, 40), START + timedelta(days=6), "usd")
    assert (found.days_left, found.profile, found.balance) == (DaysLeft(), None, Decimal(40))
    assert len(found.daily_spend) == 6


def test_a_topup_in_the_middle_of_a_week_leaves_the_profile_alone():
    amounts = [Decimal(5000)]
    for day in range(28):
        amounts += [amounts[-1] - Decimal(WEEK[day % 7]) / 4 * part for part in (1, 2, 3, 4)]
    readings = read(*map(str, amounts), every=6)
    plain, topped = (
        forecast(readings, readings[-1].at, "usd"),
        forecast(later(readings, 50, "700"), readings[-1].at, "usd"),
    )
    assert plain.profile is not None
    assert topped.profile is not None
    assert plain.profile.means == pytest.approx(WEEK)
    assert topped.profile.rate == pytest.approx(plain.profile.rate, rel=0.02)
    assert [jump.before for jump in topped.topups] == [readings[50].at]


def test_the_trend_forgets_half_in_a_week():
    days = days_from("2026-06-01", [10] + [0] * 6 + [40])
    ages = [7, *range(6, -1, -1)]
    weights = [0.5 ** (age / 7) for age in ages]
    assert trend(days) == pytest.approx((10 * weights[0] + 40) / sum(weights))
    assert trend([]) is None
    assert trend([DaySpend(days[0].date, 5, measured=False)]) is None
