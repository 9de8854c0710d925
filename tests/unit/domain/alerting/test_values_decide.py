"""From values to phases, and what is said of them: the rows T01 to T17 of docs/alert-states.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.scene import Manner
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Act, Why
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, START, Scenario, levels, rule, shows

PATIENT = rule(ladder=levels(hold=Hold(30 * MINUTE)))
STICKY = rule(keep_firing=30 * MINUTE)


@shows("T01")
def test_a_first_value_that_is_good_is_no_news():
    one = Scenario().measure(80)
    assert (one.phase, one.rows, one.said) == (Phase.OK, ("T01",), [])
    assert one.standing.good_at == START


@shows("T02")
@pytest.mark.parametrize("before", [(), (80,)], ids=["at once", "after a good one"])
def test_a_bad_value_fires_at_once_where_nothing_has_to_hold(before):
    one = Scenario().measure(*before, 49)
    assert (one.phase, one.standing.rank, one.rows, one.said) == (Phase.FIRING, 1, ("T02",), ["open fired"])
    assert one.told.notified_at == START + len(before) * 15 * MINUTE


def test_a_value_on_the_line_is_good():
    assert Scenario().measure(50).phase is Phase.OK


def test_a_fall_through_both_lines_is_one_message_of_the_worse():
    one = Scenario().measure(80, 5)
    assert (one.standing.rank, one.said) == (2, ["open fired"])


@shows("T03")
def test_a_bad_value_waits_where_it_has_to_hold():
    one = Scenario(PATIENT).measure(80, 49)
    assert (one.phase, one.rows, one.said) == (Phase.PENDING, ("T03",), [])


@shows("T04")
def test_it_waits_while_it_has_not_held_long_enough():
    one = Scenario(PATIENT).measure(49, 48)
    assert (one.phase, one.rows, one.said) == (Phase.PENDING, ("T04",), [])
    assert one.standing.value == 48


@shows("T05")
def test_it_fires_when_it_has_held_exactly_as_long_as_it_has_to():
    one = Scenario(PATIENT).measure(49, 49, 49)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T05",), ["open fired"])


@shows("T05")
def test_it_may_have_to_hold_for_a_number_of_evaluations():
    one = Scenario(rule(ladder=levels(hold=Hold(evaluations=3)))).measure(49, 49)
    assert one.phase is Phase.PENDING
    assert one.measure(49).phase is Phase.FIRING


@shows("T06")
def test_one_good_value_ends_the_wait():
    one = Scenario(PATIENT).measure(49, 50)
    assert (one.phase, one.rows, one.said, one.standing.breaches) == (Phase.OK, ("T06",), [], ())


@shows("T08")
def test_a_message_is_edited_when_the_value_has_moved_and_an_hour_has_passed():
    one = Scenario().measure(49, 30, 30, 30)
    assert (one.rows, one.said) == (("T08",), [])
    assert one.measure(30).said == ["edit value"]
    assert one.measure(30, 30, 30, 30, 30).said == []  # nothing moved


@shows("T08")
def test_a_value_that_hardly_moves_is_no_reason_to_edit():
    one = Scenario().measure(*[49] * 4, 48)
    assert one.said == []


@shows("T09")
def test_getting_worse_is_heard_and_shown_in_the_old_message():
    one = Scenario().measure(49, 5)
    assert (one.standing.rank, one.rows) == (2, ("T09",))
    assert one.said == ["edit worse", "broadcast worse"]
    assert {post.anchor for post in one.posts} == {"i1"}


@shows("T09")
def test_getting_worse_has_to_hold_as_long_as_its_level_says():
    one = Scenario(rule(ladder=levels(critical_hold=Hold(evaluations=2)))).measure(49, 5)
    assert (one.standing.rank, one.said) == (1, [])
    assert one.measure(5).said == ["edit worse", "broadcast worse"]


@shows("T10")
def test_getting_better_by_a_level_is_seen_and_not_heard():
    one = Scenario().measure(5, 30)
    assert (one.phase, one.standing.rank, one.rows) == (Phase.FIRING, 1, ("T10",))
    assert one.said == ["edit eased", "reply eased"]


@shows("T10")
def test_a_level_is_not_left_before_it_has_recovered():
    assert Scenario().measure(5, "10.5").standing.rank == 2


@shows("T11")
def test_a_value_past_recovery_closes_the_incident_in_place_and_says_so():
    one = Scenario().measure(49, 5, 55)
    assert (one.phase, one.rows, one.standing.rank) == (Phase.RESOLVED, ("T11",), 0)
    assert one.said == ["edit resolved", "broadcast resolved"]
    incident = one.standing.opened
    assert incident.worst == 5
    assert (incident.closed_at, incident.because) == (START + 30 * MINUTE, "recovered")


@shows("T11")
def test_a_close_that_somebody_has_been_waiting_for_makes_no_noise():
    one = Scenario().measure(49).acknowledged().measure(80)
    assert one.said == ["edit resolved", "reply resolved"]


@shows("T12")
def test_where_firing_is_kept_a_good_value_is_not_the_end():
    one = Scenario(STICKY).measure(49, 80)
    assert (one.phase, one.rows, one.said) == (Phase.RECOVERING, ("T12",), [])


@shows("T12a")
def test_between_the_line_and_recovery_it_goes_on_firing():
    one = Scenario().measure(49, "54.99")
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T12a",), [])


@shows("T12b")
@pytest.mark.parametrize("value", ["49", "54"], ids=["bad again", "in between"])
def test_a_relapse_ends_the_recovery_without_a_word(value):
    one = Scenario(STICKY).measure(49, 80, value)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T12b",), [])
    assert one.standing.recovers_since is None


@shows("T12c")
def test_a_recovery_goes_on_until_it_has_lasted():
    assert Scenario(STICKY).measure(49, 80, 80).rows == ("T12c",)


@shows("T12d")
def test_a_recovery_that_lasted_closes_the_incident():
    one = Scenario(STICKY).measure(49, 80, 80, 80)
    assert (one.phase, one.rows, one.said) == (Phase.RESOLVED, ("T12d",), ["edit resolved", "broadcast resolved"])


@shows("T13")
def test_what_goes_on_firing_is_repeated_when_its_pause_is_over():
    one = Scenario().measure(49).wait(72 * HOUR).measure(49)
    assert one.said == ["broadcast repeat"]
    assert one.measure(49).said == []


@shows("T13")
def test_after_an_outage_of_many_pauses_there_is_one_repeat():
    one = Scenario().measure(5).wait(timedelta(days=10)).measure(5, 5, 5)
    assert [post.why for _, post in one.log] == [Why.FIRED, Why.REPEAT]


@shows("T13")
def test_what_is_recovering_is_not_repeated():
    one = Scenario(rule(keep_firing=100 * HOUR)).measure(49, 80).wait(72 * HOUR).measure(80)
    assert (one.phase, one.said) == (Phase.RECOVERING, ["edit value"])


@shows("T14")
def test_what_nobody_looks_after_is_escalated_once_a_step():
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR, 24 * HOUR))).measure(5).wait(4 * HOUR).measure(5)
    assert [(post.act, post.step) for post in one.posts] == [(Act.ESCALATE, 1)]
    assert one.measure(5).posts == ()
    one.wait(20 * HOUR).measure(5)
    assert (Act.ESCALATE, 2) in [(post.act, post.step) for post in one.posts]
    assert one.wait(20 * HOUR).measure(5).posts == ()


@shows("T14")
def test_it_is_escalated_by_how_long_it_was_critical_and_not_by_how_long_it_fired():
    one = Scenario(manner=Manner(escalate_after=(HOUR, 4 * HOUR))).measure(*[45] * 96)
    assert one.measure(9).said == ["edit worse", "broadcast worse"]
    assert one.measure(9, 9, 9).said == []
    assert one.measure(9).said == ["escalate escalation"]
    assert one.measure(*[9] * 12).said == ["escalate escalation"]


@shows("T14")
def test_what_was_better_meanwhile_is_escalated_anew():
    one = Scenario(manner=Manner(escalate_after=(HOUR,))).measure(9, 9, 9, 9, 9, 30)
    assert Act.ESCALATE in [post.act for _, post in one.log]
    one.measure(9)
    assert one.measure(9, 9, 9).said == []
    assert one.measure(9).said == ["escalate escalation"]
    assert one.measure(80, 9).said == ["edit reopened", "broadcast reopened"]
    assert one.measure(9, 9, 9).said == []
    assert one.measure(9).said == ["escalate escalation"]


@shows("T14")
def test_what_gets_even_worse_is_not_escalated_later():
    lines = ((Severity.WARNING, 7), (Severity.CRITICAL, 3), (Severity.CRITICAL, 1))
    ladder = Ladder(Side.BELOW, tuple(Level(one, Decimal(line), Decimal(line)) for one, line in lines))
    one = Scenario(rule(ladder=ladder), Manner(escalate_after=(HOUR,))).measure(5, 2, 2, 0, 0)
    assert one.measure(0).said == ["escalate escalation"]
    since = one.standing.opened
    assert [since.bad_since(rank) - since.since for rank in (1, 2, 3)] == [0 * HOUR, HOUR / 4, 3 * HOUR / 4]


@shows("T14")
def test_an_incident_of_an_older_version_counts_from_its_beginning():
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR,))).measure(9)
    one.state = replace(one.standing, incident=replace(one.standing.opened, reached=()))
    assert one.wait(4 * HOUR).measure(9).said == ["escalate escalation"]
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR,))).measure(45)
    one.state = replace(one.standing, incident=replace(one.standing.opened, reached=()))
    assert one.wait(4 * HOUR).measure(9).said == ["edit worse", "broadcast worse"]


@shows("T14")
def test_what_is_no_more_than_a_warning_is_not_escalated():
    assert Scenario(manner=Manner(escalate_after=(HOUR,))).measure(49).wait(2 * HOUR).measure(49).posts == ()


@shows("T15")
def test_a_good_value_after_the_close_puts_the_incident_away():
    one = Scenario().measure(49, 80, 80)
    assert (one.phase, one.rows, one.said) == (Phase.OK, ("T15",), [])


@shows("T16")
@pytest.mark.parametrize(
    ("value", "word"), [(49, "reply reopened"), (5, "broadcast reopened")], ids=["warning", "critical"]
)
def test_what_fires_again_soon_is_the_same_incident_in_the_same_message(value, word):
    one = Scenario().measure(49, 80, value)
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("T16",), ["edit reopened", word])
    assert (one.standing.opened.id, one.standing.opened.reopened) == ("i1", 1)
    assert {post.anchor for post in one.posts} == {"i1"}


@shows("T16")
def test_an_incident_is_opened_again_without_a_new_wait():
    one = Scenario(PATIENT).measure(49, 49, 49, 80, 49)
    assert (one.phase, one.rows) == (Phase.FIRING, ("T16",))


@shows("T17")
def test_what_fires_again_later_is_a_new_incident():
    one = Scenario().measure(49, 80).wait(HOUR).measure(49)
    assert (one.rows[-2:], one.said) == (("T17", "T02"), ["open fired"])
    assert one.standing.opened.id == "i3"


@shows("T17")
def test_what_is_bad_again_later_waits_again():
    one = Scenario(PATIENT).measure(49, 49, 49, 80).wait(HOUR).measure(49)
    assert (one.phase, one.rows[-2:], one.said) == (Phase.PENDING, ("T17", "T03"), [])
