"""When a number becomes news, and that it is told once."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.alerts import AlertRule, AlertState, Change, Failure, Sample, step

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULE = AlertRule(
    "r1", "low-balance", "balance", "p1", "C1", Decimal(50), Decimal(55), timedelta(minutes=15), "slack", "U1"
)
CALM = AlertState("r1")


def dollars(amount) -> Sample:
    return Sample(Decimal(str(amount)), "usd")


def play(*amounts, rule=RULE):
    """Return the changes that these samples, a minute apart, bring about, each with the sample that did."""
    state, changes = CALM, []
    for minute, amount in enumerate(amounts):
        outcome = amount if isinstance(amount, Failure) else dollars(amount)
        seen = step(state, outcome, NOON + timedelta(minutes=minute), rule)
        state = seen.state
        if seen.transition is not None:
            changes.append((seen.transition.change, amount))
    return changes


def test_a_balance_below_the_threshold_opens_an_incident_once():
    assert play(60, 49, 40, 30) == [(Change.OPENED, 49)]


def test_exactly_the_threshold_is_not_below_it():
    assert play("50.00") == []
    assert play("49.99") == [(Change.OPENED, "49.99")]


def test_between_threshold_and_recovery_nothing_changes_either_way():
    assert play(52, 54, 51) == []
    assert play(49, 52, 54.99, 49, 54) == [(Change.OPENED, 49)]


def test_exactly_the_recovery_closes():
    assert play(49, 55) == [(Change.OPENED, 49), (Change.CLOSED, 55)]


def test_a_second_fall_is_a_second_incident():
    first = step(CALM, dollars(10), NOON, RULE)
    closed = step(first.state, dollars(60), NOON, RULE)
    second = step(closed.state, dollars(10), NOON + timedelta(microseconds=1), RULE)
    assert first.transition is not None
    assert second.transition is not None
    assert second.transition.incident.id != first.transition.incident.id


def test_the_lowest_value_of_the_incident_is_remembered_until_it_closes():
    state = step(CALM, dollars(40), NOON, RULE).state
    state = step(state, dollars(8), NOON, RULE).state
    closing = step(state, dollars(540), NOON + timedelta(hours=6), RULE).transition
    assert closing is not None
    assert (closing.incident.lowest, closing.incident.since) == (Decimal(8), NOON)


def test_a_failure_changes_nothing_at_all():
    for state in (CALM, step(CALM, dollars(40), NOON, RULE).state):
        seen = step(state, Failure("Deepgram refuses the key."), NOON + timedelta(days=1), RULE)
        assert seen.state == state
        assert seen.transition is None


def test_a_failure_in_the_middle_neither_closes_nor_opens_again():
    assert play(40, Failure("no answer"), 40, Failure("no answer"), 60) == [(Change.OPENED, 40), (Change.CLOSED, 60)]


def test_the_last_value_is_kept_with_its_time():
    state = step(CALM, dollars(70), NOON, RULE).state
    assert (state.last_value, state.last_good_at) == (Decimal(70), NOON)


def test_a_balance_below_zero_is_a_number_like_any_other():
    assert play(-3, 0, 55) == [(Change.OPENED, -3), (Change.CLOSED, 55)]


def test_a_rule_without_a_dead_band_opens_and_closes_at_one_line():
    sharp = dataclasses.replace(RULE, clear_at=RULE.threshold)
    assert play(49, 50, 49, rule=sharp) == [(Change.OPENED, 49), (Change.CLOSED, 50), (Change.OPENED, 49)]


Amounts = st.lists(st.decimals(-10, 120, places=2) | st.just(Failure("lost")), max_size=40)


@given(Amounts)
def test_incidents_open_and_close_in_turn_and_only_across_their_lines(amounts):
    changes = play(*amounts)
    assert [change for change, _ in changes] == [Change.OPENED, Change.CLOSED] * (len(changes) // 2) + [
        Change.OPENED
    ] * (len(changes) % 2)
    for change, amount in changes:
        assert amount < RULE.threshold if change is Change.OPENED else amount >= RULE.clear_at


@given(Amounts)
def test_failures_in_between_make_no_difference(amounts):
    assert play(*amounts) == play(*[amount for amount in amounts if not isinstance(amount, Failure)])
