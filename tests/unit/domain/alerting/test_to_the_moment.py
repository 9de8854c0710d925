"""What is due at a moment is due at that very moment, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dgbot.domain.alerting.scene import Manner
from tests.unit.domain.alerting.scenario import HOUR, START, Scenario, rule

INSTANT = timedelta(microseconds=1)
LONG = rule(every=HOUR, error_after=2)


@pytest.mark.parametrize(("early", "due"), [(INSTANT, False), (timedelta(), True)])
def test_an_escalation(early, due):
    one = Scenario(LONG, Manner(escalate_after=(4 * HOUR,))).measure(5)
    one.now = START + 4 * HOUR - early
    assert ("escalate escalation" in one.measure(5).said) is due


@pytest.mark.parametrize(("early", "due"), [(INSTANT, False), (timedelta(), True)])
def test_a_repeat(early, due):
    one = Scenario(LONG).measure(5)
    one.now = START + 24 * HOUR - early
    assert ("broadcast repeat" in one.measure(5).said) is due


@pytest.mark.parametrize(("early", "due"), [(INSTANT, False), (timedelta(), True)])
def test_the_end_of_a_snooze(early, due):
    one = Scenario(LONG).measure(49).snoozed(START + 4 * HOUR)
    one.now = START + 4 * HOUR - early
    assert ("broadcast snooze over" in one.measure(49).said) is due


@pytest.mark.parametrize(("early", "due"), [(INSTANT, False), (timedelta(), True)])
def test_the_end_of_an_acknowledgement(early, due):
    one = Scenario(LONG).measure(49).acknowledged(lasts=4 * HOUR)
    one.now += 4 * HOUR - early
    assert ("broadcast acknowledgement over" in one.measure(49).said) is due


@pytest.mark.parametrize(
    ("value", "later", "edited"),
    [("38", HOUR, False), ("37.99", HOUR, True), ("42", HOUR, False), ("30", HOUR - INSTANT, False)],
    ids=["five percent", "a little more", "five percent up", "too soon"],
)
def test_an_edit_for_a_new_value(value, later, edited):
    one = Scenario(LONG).measure(40)
    one.now = START + later
    assert (one.measure(value).said == ["edit value"]) is edited


def test_a_value_that_was_nothing_is_edited_for_any_other():
    one = Scenario(LONG).measure(0)
    one.now = START + HOUR
    assert one.measure(1).said == ["edit value"]


def test_what_recovers_does_not_escalate():
    one = Scenario(rule(every=HOUR, keep_firing=24 * HOUR), Manner(escalate_after=(4 * HOUR,))).measure(5, 80)
    assert one.wait(8 * HOUR).measure(80).said == []


@pytest.mark.parametrize(("early", "flapping"), [(INSTANT, True), (timedelta(), False)])
def test_a_change_that_was_a_day_ago(early, flapping):
    one = Scenario(rule(reopen_within=timedelta())).measure(49, 80, 49, 80)
    one.now = START + 24 * HOUR - early
    assert one.measure(49).told.flapping is flapping
