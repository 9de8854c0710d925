"""What an answer changes, and which answers change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.domain.alerting.answering import ACK_LASTS, AwakeAlready, NothingFires, SeenAlready, acknowledge, wake
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, START, Scenario


def looks_after(one: Scenario) -> str:
    return one.told.ack.by if one.told.ack else ""


def test_whoever_looks_after_it_does_so_for_a_day_unless_the_rule_says_otherwise():
    one = Scenario().measure(49)
    said = acknowledge(one.told, one.standing, by="bob", now=one.now)
    assert said.told.ack is not None
    assert said.told.ack.until == one.now + ACK_LASTS == one.now + timedelta(hours=24)


def test_a_rule_that_would_let_it_last_beyond_the_calendar_lets_it_last_ten_years():
    one = Scenario().measure(49)
    said = acknowledge(one.told, one.standing, by="bob", now=one.now, lasts=timedelta.max)
    assert said.told.ack is not None
    assert said.told.ack.until == one.now + timedelta(days=3660)


@pytest.mark.parametrize(("later", "refused"), [(HOUR - MINUTE, True), (HOUR, False), (HOUR + MINUTE, False)])
def test_somebody_else_may_look_after_it_once_the_first_has_run_out(later, refused):
    one = Scenario().measure(49).acknowledged("carol", HOUR).wait(later)
    if refused:
        with pytest.raises(SeenAlready) as named:
            one.acknowledged("bob")
        assert named.value.ack.by == "carol"
    else:
        assert looks_after(one.acknowledged("bob")) == "bob"


def test_an_acknowledgement_of_an_earlier_incident_is_none_of_this_one():
    one = Scenario().measure(49).acknowledged("carol")
    one.state = replace(one.standing, incident=replace(one.standing.opened, id="another"))
    assert looks_after(one.acknowledged("bob")) == "bob"


@pytest.mark.parametrize("answers", [("ack",), ("snooze",), ("ack", "snooze")])
def test_waking_takes_back_what_there_is_of_both(answers):
    one = Scenario().measure(49)
    if "ack" in answers:
        one.acknowledged()
    if "snooze" in answers:
        one.snoozed(START + HOUR)
    said = wake(one.told, one.standing)
    assert (said.told.ack, said.told.snooze) == (None, None)
    assert [post.act for post in said.posts] == ["edit"]


def test_what_nobody_answered_is_awake_already():
    one = Scenario().measure(49)
    with pytest.raises(AwakeAlready):
        wake(one.told, one.standing)


@pytest.mark.parametrize("changes", [{"anchor": ""}, {"incident_id": "another"}], ids=["no message", "another's"])
def test_an_answer_edits_no_message_that_does_not_tell_of_it(changes):
    one = Scenario().measure(49)
    said = acknowledge(replace(one.told, **changes), one.standing, by="bob", now=one.now)
    assert said.posts == ()
    assert said.told.said == one.told.said
    assert said.told.ack is not None


def test_every_edit_has_a_number_of_its_own():
    one = Scenario().measure(49)
    numbers = [one.acknowledged().posts[0].number, one.snoozed(None).posts[0].number]
    assert numbers == [2, 3]


def test_what_never_fired_has_no_time_since_when_it_is_over():
    one = Scenario().measure(80)
    with pytest.raises(NothingFires) as refused:
        one.acknowledged()
    assert refused.value.closed_at is None
