"""What holds of every balance, also of those that nobody thought of."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.forecast import Reading, forecast
from dgbot.domain.forecast.days_left import HORIZON, DaysLeft, days_left
from dgbot.domain.forecast.month import month_end
from dgbot.domain.forecast.profile import profile_of
from dgbot.domain.forecast.spikes import score, spike
from tests.unit.domain.forecast.balances import START, burnt, later, wild
from tests.unit.domain.forecast.oracle import agree, days_from

pytestmark = pytest.mark.slow

AMOUNTS = st.floats(0, 1e6).map(lambda amount: round(amount, 2))
SPENT = st.lists(AMOUNTS, min_size=3, max_size=40)


def of(readings):
    return forecast(readings, max((one.at for one in readings), default=START), "usd")


def edges(left: DaysLeft):
    return [math.inf if edge is None else edge for edge in (left.p10, left.p50, left.p90)]


@given(burnt(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(readings, random):
    shuffled = readings.copy()
    random.shuffle(shuffled)
    assert of(shuffled) == of(readings)


@given(burnt(), st.data())
def test_a_reading_that_arrives_twice_changes_nothing(readings, data):
    again = data.draw(st.lists(st.sampled_from(readings), max_size=5))
    assert of(readings + again) == of(readings)


@given(burnt(least=8), st.sampled_from([Decimal(2), Decimal(10), Decimal("137.5")]))
def test_the_unit_of_money_does_not_matter(readings, factor):
    found, scaled = of(readings), of([Reading(one.at, one.amount * factor, one.unit) for one in readings])
    assert all(map(agree, edges_or_none(scaled), edges_or_none(found)))
    assert len(scaled.steps) == len(found.steps)
    for one, other in zip(scaled.daily_spend, found.daily_spend, strict=True):
        assert agree(one.amount / float(factor), other.amount)


def edges_or_none(found):
    """Days left, but None where a late edge is so close to the horizon that rounding decides."""
    left = found.days_left
    return [edge if edge is None or edge < HORIZON - 1e-3 else None for edge in (left.p10, left.p50, left.p90)]


@given(burnt(least=8), st.data())
def test_the_size_of_a_topup_changes_no_rate(readings, data):
    at = data.draw(st.integers(1, len(readings) - 1))
    small, large = of(later(readings, at, "1000")), of(later(readings, at, "900000"))
    assert len(small.topups) == len(large.topups) == 1
    assert agree(large.topups[0].amount - small.topups[0].amount, 899_000)
    if small.steps == large.steps:  # a share of the balance decides on those
        assert [day.date for day in small.daily_spend] == [day.date for day in large.daily_spend]
        assert all(
            agree(one.amount, other.amount) for one, other in zip(small.daily_spend, large.daily_spend, strict=True)
        )


@given(SPENT, AMOUNTS, AMOUNTS, st.floats(0.01, 1))
def test_more_money_never_lasts_less_long(spent, less, more, rest):
    less, more = sorted([less, more])
    days = days_from("2026-06-01", spent)
    profile, today = profile_of(days), days[-1].date + timedelta(days=1)
    assert profile is not None
    short, long = (days_left(Decimal(str(amount)), profile, today=today, rest=rest) for amount in (less, more))
    assert all(one <= other for one, other in zip(edges(short), edges(long), strict=True))


@given(wild())
def test_no_number_is_ever_nan_or_infinite_and_the_band_is_in_order(readings):
    found = of(readings)
    p10, p50, p90 = edges(found.days_left)
    assert 0 <= p10 <= p50 <= p90
    assert all(edge <= HORIZON for edge in (p10, p50, p90) if edge != math.inf)
    numbers = [day.amount for day in found.daily_spend] + [jump.amount for jump in found.topups + found.steps]
    numbers += [edge for edge in (found.days_left.p10, found.days_left.p50, found.days_left.p90) if edge is not None]
    numbers += [*found.profile.means, found.profile.variance, found.profile.rate] if found.profile else []
    numbers += [found.trend] if found.trend is not None else []
    assert all(map(math.isfinite, numbers))


@given(SPENT, st.integers(0, 27), st.decimals("0.01", 10**9))
def test_a_projected_month_is_finite_and_its_band_in_order(spent, ahead, budget):
    days = days_from("2026-06-01", spent)
    found = month_end(days, as_of=days[-1].date + timedelta(days=1 + ahead), budget=budget)
    assert found.projection is not None
    assert found.projection.p10 <= found.projection.p50 <= found.projection.p90
    assert all(map(math.isfinite, (found.projection.p10, found.projection.p90, found.percent_spent, found.pace)))


@given(st.lists(AMOUNTS, min_size=1, max_size=40), AMOUNTS)
def test_a_score_is_a_number_or_nothing(others, value):
    found = score(value, others)
    assert all(number is None or math.isfinite(number) for number in (found.robust, found.fallback, found.z))
    if len(set(others)) == 1:
        assert found.z is None


@given(SPENT, AMOUNTS, st.decimals("0.01", 100))
def test_a_spike_is_far_above_most_of_the_days_before(spent, amount, least):
    *others, last = days_from("2026-06-01", [*spent, amount])
    found = spike(last, others, least=least)
    if found is not None:
        assert found.compared >= (4 if found.same_weekday else 7)
        assert amount - found.usual >= float(least) - 1e-9
        assert sum(day.amount < amount for day in others) * 2 >= found.compared
