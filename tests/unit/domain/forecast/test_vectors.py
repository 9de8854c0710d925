"""Every vector of tests/samples/alerting/vectors.json."""

from __future__ import annotations

import math
import statistics
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from scipy import stats

from dgbot.domain.forecast import Confidence, forecast
from dgbot.domain.forecast.curve import burn_curve
from dgbot.domain.forecast.days_left import days_left
from dgbot.domain.forecast.month import month_end
from dgbot.domain.forecast.profile import weekday_profile
from dgbot.domain.forecast.readings import levels
from dgbot.domain.forecast.spikes import score
from dgbot.domain.forecast.together import Held, together
from tests.unit.domain.forecast.oracle import (
    VECTORS,
    agree,
    classic_z,
    days_at,
    days_from,
    raw,
    readings,
    without_topups,
)


def cases(name, group=None):
    found = VECTORS[name] if group is None else VECTORS[name][group]
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in found])


def known(case):
    return levels(readings(case), datetime.fromisoformat(case["now"]), case["unit"])


def foretold(case):
    return forecast(readings(case), datetime.fromisoformat(case["now"]), case["unit"])


def stamp(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cases("series")
def test_readings_are_put_in_order(case):
    found, told = known(case), case["expect"]
    assert (len(found), stamp(found[0].at), stamp(found[-1].at)) == (told["n_clean"], told["first"], told["last"])
    assert agree(float(found[-1].amount), told["balance_now"])


@cases("series")
def test_topups_are_found_and_what_was_spent_meanwhile_is_added(case):
    curve, told = burn_curve(known(case)), case["expect"]
    assert agree(curve.usual, told["median_interval_rate_per_day"])
    for found, expected in zip(curve.topups, told["topups"], strict=True):
        assert (stamp(found.after), stamp(found.before)) == (expected["after"], expected["before"])
        assert agree(float(found.observed), expected["observed_jump"])
        assert agree(found.amount, expected["estimated_amount"])
    assert curve.steps == ()


@cases("series")
def test_the_curve_without_topups_is_that_of_the_other_estimators(case):
    found, told = known(case), case["expect"]
    free, plain = without_topups(found, burn_curve(found)), raw(found)
    line = free.theil_sen()
    assert all(agree(line[name], value) for name, value in told["theil_sen_90"].items())
    balance = told["balance_now"]
    named = {"days": "slope", "earliest_days": "low_slope", "latest_days": "high_slope"}
    assert all(agree(days_at(line[named[name]], balance), days) for name, days in told["tte_theil_sen"].items())
    assert agree(free.least_squares(), told["ols_slope_for_comparison"])
    assert agree(plain.theil_sen()["slope"], told["naive_theil_sen_without_topup_removal"])
    assert agree(plain.least_squares(), told["naive_predict_linear_slope"])


@cases("series")
def test_whole_days_are_cut_out_of_the_curve(case):
    found, told = foretold(case), case["expect"]
    assert [day.date.isoformat() for day in found.daily_spend] == [day for day, _ in told["daily_spend"]]
    amounts = [day.amount for day in found.daily_spend]
    assert all(map(agree, amounts, (amount for _, amount in told["daily_spend"])))
    if not amounts:
        return
    assert agree(statistics.fmean(amounts), told["mean_daily"])
    assert agree(statistics.median(amounts), told["median_daily"])
    assert agree(score(0, amounts).spread, told["mad_normal_daily"])
    assert agree(float(stats.trim_mean(amounts, 0.1)), told["trimmed_mean_10pct_daily"])


@cases("series")
def test_the_trend_is_that_of_pandas_where_no_day_is_missing(case):
    found, told = foretold(case), case["expect"]
    assert agree(found.trend, told.get("ewma_daily_halflife_7"))


@cases("series")
def test_the_last_day_is_scored_against_those_before(case):
    if (told := case["expect"].get("spike_robust_z_last_day")) is None:
        return
    *others, last = [day.amount for day in foretold(case).daily_spend]
    found = score(last, others)
    assert agree(found.median, told["median"])
    assert agree(found.spread, told["mad_normal"])
    assert agree(found.robust, told["z"])


@cases("series")
def test_few_readings_give_no_days_and_steady_use_gives_balance_over_rate(case):
    found, told = foretold(case), case["expect"]
    left = found.days_left
    if told["n_clean"] < 8:
        assert (left.p10, left.p50, left.p90, found.confidence) == (None, None, None, Confidence.LOW)
    elif told["mad_normal_daily"] == 0:
        rate = told["mean_daily"]
        days = told["balance_now"] / rate if rate else None
        assert agree(left.p50, days)
        if case["name"] != "rounding_uptick":
            assert agree(left.p10, days)
            assert agree(left.p90, days)


@cases("multi_balance")
def test_balances_are_added_within_a_unit_and_never_across(case):
    found = together(Held(one["unit"], Decimal(str(one["amount"])), one["rate"]) for one in case["balances"])
    assert set(found) == set(case["expect"])
    for unit, told in case["expect"].items():
        assert agree(float(found[unit].amount), told["amount"])
        assert agree(found[unit].rate, told["rate"])
        assert agree(found[unit].days, told["days"])


@cases("month_end")
def test_a_month_is_projected_with_the_days_before_it(case):
    days, told = days_from(case["first_day"], case["daily_spend"]), case["expect"]
    found = month_end(days, as_of=date.fromisoformat(case["as_of"]), budget=Decimal(case["budget"]))
    assert found.projection is not None
    assert found.profile is not None
    assert {
        "days_done": found.days_done,
        "days_in_month": found.days_in_month,
        "window_days": found.profile.days,
    } == {name: told[name] for name in ("days_done", "days_in_month", "window_days")}
    assert agree(found.spent, told["spent"])
    assert agree(found.percent_spent, told["pct_spent"])
    assert agree(found.percent_elapsed, told["pct_month_elapsed"])
    assert agree(found.linear, told["linear_projection"])
    assert agree(found.projection.p50, told["projection"])
    assert agree(found.projection.p10, told["projection_p10"])
    assert agree(found.projection.p90, told["projection_p90"])
    assert agree(found.percent_projected, told["pct_projected"])
    assert agree(found.profile.variance, told["resid_var"])


@cases("anomaly")
def test_a_value_is_scored(case):
    found, told = score(case["value"], case["history"]), case["expect"]
    assert agree(found.median, told["median"])
    assert agree(found.spread, told["mad_normal"])
    assert agree(found.robust, told["robust_z"])
    assert agree(found.mean_deviation, told["mean_abs_dev"])
    assert agree(found.fallback, told["z_fallback_meanAD(1.253314*meanAD)"])
    assert agree(classic_z(case["value"], case["history"]), told["classic_z"])


@cases("tte_weekday", "cases")
def test_days_left_by_weekday(case):
    days, told = days_from(case["first_day"], case["daily_spend"]), case["expect"]
    assert days[0].date.weekday() == case["first_day_weekday"]
    profile = weekday_profile(days)
    left = days_left(Decimal(str(case["balance"])), profile, today=days[-1].date + timedelta(days=1))
    assert all(map(agree, profile.means, told["profile_mon_to_sun"]))
    assert agree(profile.variance, told["resid_var"])
    assert agree(left.p50, told["days"])
    assert agree(left.p10, told["earliest_days_p10"])
    assert agree(left.p90, told["latest_days_p90"])


@cases("tte_weekday", "cases")
def test_the_whole_way_from_readings_gives_the_same_days(case):
    days, told = days_from(case["first_day"], case["daily_spend"]), case["expect"]
    midnights = [datetime.combine(day.date, datetime.min.time(), UTC) for day in days]
    midnights.append(midnights[-1] + timedelta(days=1))
    amounts = [case["balance"] + math.fsum(case["daily_spend"][at:]) for at in range(len(midnights))]
    samples = [[at.isoformat(), amount] for at, amount in zip(midnights, amounts, strict=True)]
    found = foretold({"samples": samples, "unit": "usd", "now": midnights[-1].isoformat()})
    assert found.steps == ()
    assert agree(found.days_left.p50, told["days"])
    assert agree(found.days_left.p10, told["earliest_days_p10"])
    assert agree(found.days_left.p90, told["latest_days_p90"])
