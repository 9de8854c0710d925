"""Without values nothing is good and nothing is bad: the rows T07 and T20 to T26, R01 and R02."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.outcomes import Cause, Fail, Value
from dgbot.domain.alerting.states import Phase
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, START, Scenario, levels, rule, shows

PATIENT = rule(ladder=levels(hold=Hold(30 * MINUTE)))


@shows("T07")
@pytest.mark.parametrize("blind", ["empty", "failure"])
def test_the_wait_stands_still_while_there_is_no_value(blind):
    one = Scenario(PATIENT).measure(49, 49)
    one.measure(None) if blind == "empty" else one.fail(Cause.NET)
    assert (one.phase, one.rows[-1], one.said) == (Phase.PENDING, "T07", [])
    assert one.measure(49).phase is Phase.PENDING  # 30 minutes after the first, of which 15 were seen
    assert one.measure(49).phase is Phase.FIRING


@shows("T20")
def test_no_value_for_three_intervals_is_told_and_decides_nothing():
    one = Scenario().measure(49, None, None)
    assert one.phase is Phase.FIRING
    one.measure(None)
    assert (one.phase, one.standing.beneath, one.rows) == (Phase.NO_DATA, Phase.FIRING, ("T20",))
    assert one.said == []
    assert one.measure(None).rows == ()


@shows("T20")
def test_an_old_value_is_none():
    one = Scenario(rule(max_age=HOUR)).measure(80)
    one.find(Value(Decimal(80), one.now - 2 * HOUR))
    assert one.rows == ("T21",)


@shows("T21")
@pytest.mark.parametrize("values", [(80, None), (49, None)], ids=["ok", "firing"])
def test_a_value_that_is_missing_once_changes_nothing(values):
    one = Scenario().measure(*values[:1])
    before = one.phase
    one.measure(*values[1:])
    assert (one.phase, one.rows, one.said) == (before, ("T21",), [])


@shows("T22")
def test_when_values_are_back_it_stands_where_it_stood():
    one = Scenario().measure(49, None, None, None, 48)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T22", "T08"), [])
    assert one.standing.beneath is None


@shows("T22")
def test_when_values_are_back_and_good_the_incident_closes_as_usual():
    one = Scenario().measure(49, None, None, None, 80)
    assert (one.phase, one.rows) == (Phase.RESOLVED, ("T22", "T11"))
    assert one.said == ["edit resolved", "broadcast resolved"]


@shows("T22")
def test_a_recovery_does_not_go_on_while_nobody_sees_it():
    one = Scenario(rule(keep_firing=HOUR)).measure(49, 80, None, None, None, None, 80)
    assert (one.phase, one.rows) == (Phase.RECOVERING, ("T22", "T12c"))


@shows("T23")
def test_what_is_no_more_is_closed_with_the_reason_and_without_a_recovery():
    one = Scenario().measure(49, None, None, None).vanish()
    assert (one.phase, one.rows, one.said) == (Phase.RESOLVED, ("T23",), ["edit resolved"])
    assert one.standing.opened.because == "balance no longer exists"


@shows("T24")
@pytest.mark.parametrize("cause", [Cause.RATE, Cause.NET, Cause.API, Cause.BUG])
def test_two_failures_in_a_row_are_an_error_and_not_a_recovery(cause):
    one = Scenario().measure(49).fail(cause, 2)
    assert (one.phase, one.standing.beneath, one.standing.failing) == (Phase.ERROR, Phase.FIRING, cause)
    assert (one.rows, one.said) == (("T24",), [])
    assert one.fail(cause).rows == ()


@shows("T24")
def test_a_refused_key_is_an_error_at_once():
    assert Scenario().measure(80).fail(Cause.AUTH).rows == ("T24",)


@shows("T24")
def test_an_amount_that_is_none_is_a_failure():
    one = Scenario().measure(49, "NaN", "Infinity")
    assert (one.phase, one.standing.failing) == (Phase.ERROR, Cause.API)


@shows("T24")
def test_a_value_from_the_future_is_a_failure():
    one = Scenario().measure(80)
    one.find(Value(Decimal(80), one.now + HOUR))
    assert (one.phase, one.rows) == (Phase.OK, ("T26",))


@shows("T25")
def test_after_an_error_it_stands_where_it_stood():
    one = Scenario().measure(49).fail(Cause.API, 3).measure(49)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T25", "T08"), [])


@shows("T26")
def test_a_single_failure_is_neither_good_nor_bad():
    one = Scenario().measure(49).fail(Cause.NET)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T26",), [])


def test_failures_count_in_a_row():
    one = Scenario().measure(80).fail(Cause.NET).measure(80).fail(Cause.NET)
    assert one.phase is Phase.OK


def test_an_answer_without_a_value_is_access_all_the_same():
    one = Scenario().measure(80).fail(Cause.NET).measure(None).fail(Cause.NET)
    assert one.phase is Phase.OK


@shows("R01")
def test_an_outage_of_the_bot_does_not_count_as_time_held():
    one = Scenario(PATIENT).measure(49).wait(5 * HOUR).measure(49)
    assert (one.phase, one.rows) == (Phase.PENDING, ("R01", "T04"))


@shows("R01")
def test_a_missed_slot_is_no_outage():
    one = Scenario(PATIENT).measure(49).wait(15 * MINUTE).measure(49)
    assert (one.phase, one.rows) == (Phase.FIRING, ("T05",))


@shows("R02")
def test_a_clock_that_was_set_back_far_skips_the_evaluation():
    one = Scenario().measure(49)
    before = one.standing
    one.now -= 2 * HOUR
    one.measure(80)
    assert (one.standing, one.rows, one.said) == (before, ("R02",), [])


@shows("R02")
def test_a_clock_that_was_set_back_by_five_minutes_is_no_reason_to_skip_one():
    one = Scenario().measure(49)
    one.now = one.standing.evaluated_at - 5 * MINUTE
    one.measure(80)
    assert one.phase is Phase.RESOLVED
    one.now = one.standing.evaluated_at - 5 * MINUTE - timedelta(microseconds=1)
    one.measure(49)
    assert one.rows == ("R02",)


def test_a_value_without_a_unit_is_in_the_one_that_is_known():
    one = Scenario().find(Value(Decimal(49), START, "usd")).measure(48)
    assert one.standing.unit == "usd"


@shows("R02")
def test_a_clock_that_was_set_back_a_little_stands_still():
    one = Scenario().measure(49)
    one.now -= 15 * MINUTE + timedelta(minutes=2)
    one.find(Fail(Cause.NET))
    assert one.standing.evaluated_at == one.standing.good_at
