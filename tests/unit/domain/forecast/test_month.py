"""Where a month ends, how far ahead of it a budget is, and when that may alarm anybody."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest

from dgbot.domain.forecast.month import NoBudget, month_end
from dgbot.domain.forecast.statistic import Z80
from tests.unit.domain.forecast.oracle import days_from

BUDGET = Decimal(1000)


def test_below_two_weeks_a_month_goes_on_at_the_plain_mean():
    days = days_from("2026-06-01", [10, 20, 30, 40])
    found = month_end(days, as_of=date(2026, 6, 5), budget=BUDGET)
    assert found.projection is not None
    assert found.projection.p50 == pytest.approx(100 + 26 * 25)
    margin = Z80 * math.sqrt(26 * 500 / 3 + 26**2 * (500 / 3) / 4)
    assert found.projection.p90 - found.projection.p50 == pytest.approx(margin)


@pytest.mark.parametrize(("count", "window"), [(14, 14), (17, 17), (40, 28)])
def test_any_number_of_days_from_14_to_28_is_used(count, window):
    found = month_end(days_from("2026-05-01", [5] * count), as_of=date(2026, 6, 20), budget=BUDGET)
    assert found.profile is not None
    assert (found.profile.days, found.profile.weekly) == (window, True)


def test_days_from_as_of_on_are_not_yet_spent():
    days = days_from("2026-06-01", [10] * 10)
    assert month_end(days, as_of=date(2026, 6, 4), budget=BUDGET).spent == 30


def test_pace_is_spend_ahead_of_the_calendar():
    found = month_end(days_from("2026-06-01", [50] * 12), as_of=date(2026, 6, 13), budget=BUDGET)
    assert (found.percent_spent, found.percent_elapsed) == pytest.approx((60, 40))
    assert found.pace == pytest.approx(20)


def test_without_three_days_nothing_is_projected():
    found = month_end(days_from("2026-06-01", [50, 50]), as_of=date(2026, 6, 3), budget=BUDGET)
    assert (found.projection, found.percent_projected, found.telling, found.linear) == (None, None, False, 1500)


@pytest.mark.parametrize(
    ("first", "count", "as_of", "telling"),
    [
        ("2026-06-01", 4, date(2026, 6, 5), False),
        ("2026-06-01", 5, date(2026, 6, 6), True),
        ("2026-08-01", 4, date(2026, 8, 5), False),  # a month that begins on a Saturday
        ("2026-08-01", 5, date(2026, 8, 6), True),
        ("2026-05-06", 28, date(2026, 6, 3), True),
        ("2026-05-08", 26, date(2026, 6, 3), False),
    ],
)
def test_a_young_month_alarms_nobody_unless_the_one_before_is_known(first, count, as_of, telling):
    assert month_end(days_from(first, [10] * count), as_of=as_of, budget=BUDGET).telling is telling


@pytest.mark.parametrize("budget", ["0", "-5", "NaN", "Infinity"])
def test_a_budget_of_nothing_is_refused(budget):
    with pytest.raises(NoBudget, match=f"A budget of {budget} can't be compared"):
        month_end([], as_of=date(2026, 6, 3), budget=Decimal(budget))
