"""Moments and counts at which one transition ends and another begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.scene import Manner
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Hush, Place
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, Scenario, levels, rule


def test_thirty_minutes_to_the_moment_it_is_the_same_incident():
    for late, again in ((timedelta(), "T16"), (timedelta(microseconds=1), "T02")):
        one = Scenario().measure(49, 80)
        closed_at = one.standing.opened.closed_at
        assert closed_at is not None
        one.now = closed_at + 30 * MINUTE + late
        one.measure(49)
        assert one.rows[-1] == again


def test_what_is_missing_is_counted_from_one():
    assert Scenario().measure(80, None, None).standing.misses == 2


def test_another_cause_is_another_error_and_the_same_one_is_not():
    one = Scenario().measure(80).fail(Cause.NET, 2)
    assert one.rows == ("T24",)
    assert one.fail(Cause.NET).rows == ()
    assert one.fail(Cause.API).rows == ("T24",)
    assert one.standing.failing is Cause.API


def test_what_is_held_or_recovers_for_a_while_counts_as_flapping_too():
    slow = rule(ladder=levels(hold=Hold(evaluations=2)), keep_firing=15 * MINUTE)
    one = Scenario(slow).measure(*[49, 49, 80, 80] * 3)
    assert len(one.told.flips) == 6
    assert one.told.flapping


def test_what_did_not_fire_and_is_gone_says_so_in_its_history():
    assert Scenario().measure(80).vanish().rows == ("T23",)


def test_a_changed_rule_says_so_whatever_it_finds():
    calm = Scenario().measure(80).revise(rule(ladder=levels(warning="60")))
    closed = Scenario().measure(49).revise(rule(ladder=levels(warning="40")))
    assert (calm.rows, closed.rows) == (("R03",), ("R03",))
    assert (calm.phase, closed.phase) == (Phase.OK, Phase.RESOLVED)


def test_the_next_incident_is_told_afresh_unless_it_flaps():
    one = Scenario().measure(49)
    one.told = replace(one.told, places=(Place("C1", 1),), under=("together:r",))
    assert one.measure(80).told.under == ("together:r",)
    one.wait(4 * HOUR).measure(49)
    assert (one.said, one.told.places, one.told.under) == (["open fired"], (), ())


def test_the_next_incident_of_what_flaps_is_told_in_the_same_places_and_calls_people_anew():
    one = Scenario().measure(*[49, 80] * 3)
    one.told = replace(one.told, places=(Place("C1", 2),))
    one.wait(HOUR).measure(49)
    assert (one.rows[-1], one.told.flapping, one.told.places) == ("T02", True, (Place("C1"),))


def test_posts_are_numbered_one_by_one_from_the_first_incident_to_the_last():
    afresh = rule(reopen_within=timedelta())
    one = Scenario(afresh).measure(49, 80, 49).revise(replace(afresh, ladder=levels(warning="40"))).measure(39)
    one = one.changed(hush=Hush(silenced="7f3a")).measure(80).changed(hush=Hush()).measure(39, 80)
    assert [post.number for _, post in one.log] == [*range(1, len(one.log) + 1)]
    assert len(one.log) == 9


def test_a_rule_without_repeats_is_told_once_however_long_it_fires():
    one = Scenario(manner=Manner(repeat={})).measure(49)
    assert one.wait(timedelta(days=300)).measure(49).heard == 1
