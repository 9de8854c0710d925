"""What counts of readings, and how top-ups and one-off steps are told from spend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from dgbot.domain.forecast import Reading, UnitsDiffer, forecast
from dgbot.domain.forecast.curve import burn_curve
from dgbot.domain.forecast.readings import levels
from tests.unit.domain.forecast.balances import START, later, read, steady

FAR = START + timedelta(days=365)


def curve(readings):
    return burn_curve(levels(readings, FAR, "usd"))


def amounts(readings, now=FAR):
    return [level.amount for level in levels(readings, now, "usd")]


def test_what_has_no_amount_or_an_impossible_one_is_left_out():
    assert amounts(read(5, None, "NaN", "Infinity", "-Infinity", "1e16", -3)) == [5, -3]


def test_of_two_readings_at_one_time_the_later_arrival_counts_unless_it_is_empty():
    assert amounts([*read(5, 4), *read(7), *read(None)]) == [7, 4]


def test_one_instant_in_two_zones_is_one_reading():
    berlin = START.astimezone(timezone(timedelta(hours=2)))
    assert amounts([*read(5), Reading(berlin, Decimal(6), "usd")]) == [6]


def test_a_clock_may_be_five_minutes_ahead_and_no_more():
    now = START + timedelta(hours=24) - timedelta(minutes=5)
    assert amounts(read(5, 4), now) == [5, 4]
    assert amounts(read(5, 4), now - timedelta(seconds=1)) == [5]


def test_units_are_never_mixed():
    with pytest.raises(UnitsDiffer, match="'hour' can't be added to one in 'usd'"):
        forecast([*read(5), *read(4, unit="hour")], FAR, "usd")


def test_a_rise_of_half_a_cent_is_rounding_and_more_is_a_topup():
    assert curve(read("5", "5.005", every=1)).topups == ()
    [found] = curve(read("5", "5.0051", every=1)).topups
    assert found.observed == Decimal("0.0051")


def test_a_topup_leaves_the_rate_alone_and_hides_what_was_spent_meanwhile():
    plain = steady("24", 60)
    found = curve(later(plain, 20, "500"))
    [topup] = found.topups
    assert (topup.after, topup.before, topup.observed) == (plain[19].at, plain[20].at, Decimal(494))
    assert topup.amount == pytest.approx(500)
    assert found.spent == pytest.approx(curve(plain).spent)


def test_a_topup_without_any_other_interval_hides_nothing():
    found = curve(read(5, 100))
    assert (found.usual, found.spent) == (None, (0.0, 0.0))
    assert found.topups[0].amount == 95


@pytest.mark.parametrize("every", [1, 6, 12])
def test_a_one_off_step_leaves_the_rate_alone(every):
    readings = later(steady("16", 480 // every, every=every), 200 // every, "-300")
    [step] = curve(readings).steps
    assert step.amount == pytest.approx(300)
    assert step.before == readings[200 // every].at
    told = forecast(readings, readings[-1].at, "usd")
    assert [day.amount for day in told.daily_spend] == pytest.approx([16] * len(told.daily_spend))


@pytest.mark.parametrize(("fall", "steps"), [("-80.3", 0), ("-80.5", 1)])
def test_a_step_is_more_than_a_tenth_of_the_balance_before_it(fall, steps):
    assert len(curve(later(steady("16", 80), 40, fall)).steps) == steps  # 844 before it, and 4 are usual


@pytest.mark.parametrize(("fall", "steps"), [("-5.9", 0), ("-7.9", 0), ("-8.1", 1), ("-11", 1)])
def test_a_step_is_eight_deviations_faster_than_usual(fall, steps):
    assert len(curve(later(steady("16", 20, balance="100"), 10, fall)).steps) == steps


@pytest.mark.parametrize(("fall", "steps"), [("78", 0), ("79", 1)])
def test_where_use_varies_so_does_the_limit(fall, steps):
    falls = [Decimal(1), Decimal(7)] * 10 + [Decimal(fall)] + [Decimal(1), Decimal(7)] * 10
    amounts = [Decimal(400) - sum(falls[:at]) for at in range(len(falls) + 1)]
    assert len(curve(read(*map(str, amounts), every=6)).steps) == steps


def test_in_debt_a_tenth_of_the_debt_counts():
    readings = steady("4", 80, balance="-100")
    assert curve(later(readings, 40, "-6")).steps == ()
    assert len(curve(later(readings, 40, "-20")).steps) == 1


def test_once_a_month_is_no_habit():
    readings = steady("10", 300, balance="9000")
    for at in (10, 130, 250):
        readings = later(readings, at, "-1500")
    assert len(curve(readings).steps) == 3


def test_rounding_upwards_makes_no_topup_smaller():
    [found] = curve(read("10", "10.004", "10.008", "15", "15.004", every=6)).topups
    assert found.amount == pytest.approx(4.992)


def test_what_leaves_within_a_whole_day_is_a_spike():
    assert curve(later(steady("16", 28, every=24), 14, "-300")).steps == ()


def test_what_goes_on_for_more_than_one_interval_is_a_spike():
    readings = later(later(steady("16", 80), 40, "-150"), 41, "-150")
    assert curve(readings).steps == ()


def test_the_latest_interval_is_no_step_until_the_next_one_shows_that_it_is_over():
    readings = later(steady("16", 80), 79, "-300")
    assert curve(readings).steps == ()
    assert len(curve(later(steady("16", 81), 79, "-300")).steps) == 1


def test_what_happens_thrice_in_four_weeks_is_a_habit_and_twice_is_not():
    readings = steady("10", 120)
    for at in (10, 60):
        readings = later(readings, at, "-200")
    assert len(curve(readings).steps) == 2
    assert curve(later(readings, 100, "-200")).steps == ()


def test_a_step_into_debt_is_seen():
    [step] = curve(later(steady("16", 80, balance="100"), 40, "-300")).steps
    assert step.amount == pytest.approx(300)


def test_a_gap_tells_the_total_and_not_its_days():
    readings = [one for one in steady("12", 81) if not 4 * 5 < (one.at - START) / timedelta(hours=6) < 4 * 8]
    told = forecast(readings, readings[-1].at, "usd")
    unmeasured = [day.date.day for day in told.daily_spend if not day.measured]
    assert unmeasured == [6, 7, 8]
    assert told.profile is not None
    assert told.profile.days == 14
    assert sum(day.amount for day in told.daily_spend) == pytest.approx(240)


def test_36_hours_are_no_gap():
    assert curve(read(9, 8, every=36)).gaps == ()
    assert curve(read(9, 8, every=36.1)).gaps != ()


def test_spend_is_even_between_readings():
    found = curve(read(10, 4, every=24))
    assert [found.spent_by(START.timestamp() + hour * 3600) for hour in (0, 6, 24)] == [0, 1.5, 6]
    assert curve(read(10)).spent_by(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) == 0
