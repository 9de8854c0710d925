"""What people say to an alert, and what keeps it quiet: the rows A01 to A05, S01 to S04, M01, I01, F01, R03 and R04."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.domain.alerting.answering import NothingFires
from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.scene import Manner
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Hush, Why
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, START, Scenario, levels, rule, shows

SILENCED = Hush(silenced="7f3a")
QUIET = Hush(muted="night")
BELOW_ANOTHER = Hush(inhibited="r2/ab")
DAY = 24 * HOUR


@shows("A01")
def test_who_looks_after_it_ends_repeats_and_escalation_and_nothing_else():
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR,))).measure(5).acknowledged(lasts=60 * HOUR)
    assert one.said == ["edit standing"]
    one.wait(DAY).measure(5)
    assert one.said == []
    assert one.kept_back == [
        "broadcast repeat: acknowledgement:carol",
        "escalate escalation: acknowledgement:carol",
    ]
    assert one.measure(80).said == ["edit resolved", "broadcast resolved"]


@shows("A01")
def test_what_gets_worse_is_heard_though_somebody_looks_after_it():
    one = Scenario().measure(49).acknowledged().measure(5)
    assert one.said == ["edit worse", "broadcast worse"]
    assert one.told.ack is None
    assert [post.broken for post in one.posts] == ["", "carol"]
    assert [post.broken for post in one.wait(DAY).measure(5).posts] == [""]


@shows("A01")
@pytest.mark.parametrize("blind", [Cause.AUTH, None], ids=["error", "no data"])
def test_what_fires_can_be_acknowledged_while_nobody_sees_it(blind):
    one = Scenario().measure(49)
    one.fail(blind) if blind else one.measure(None, None, None)
    assert one.standing.blind
    assert one.acknowledged().told.ack is not None


def test_there_is_nothing_to_acknowledge_when_it_is_over():
    one = Scenario().measure(49, 80)
    with pytest.raises(NothingFires) as refused:
        one.acknowledged()
    assert refused.value.closed_at == START + 15 * MINUTE


@shows("A02")
def test_an_acknowledgement_that_ran_out_is_told_while_it_still_fires():
    one = Scenario().measure(49).acknowledged().wait(DAY).measure(49)
    assert one.said == ["edit acknowledgement over", "broadcast acknowledgement over"]
    assert one.told.ack is None
    assert one.measure(49).said == []


@shows("A03")
def test_a_snooze_keeps_repeats_escalation_and_edits_back():
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR,))).measure(5)
    assert one.snoozed(START + 48 * HOUR).said == ["edit standing"]
    one.wait(DAY).measure(5)
    assert one.said == []
    assert one.kept_back == ["broadcast repeat: snooze:carol", "escalate escalation: snooze:carol"]
    assert one.measure(9).kept_back == ["edit value: snooze:carol"]
    assert one.measure(8).kept_back == []  # an hour later at the earliest, as if it had been said


@shows("A02")
def test_that_nobody_looks_after_it_any_more_is_only_shown_while_it_is_snoozed():
    one = Scenario().measure(49).acknowledged().snoozed(START + 48 * HOUR, by="bob").wait(DAY).measure(49)
    assert one.said == ["edit acknowledgement over"]
    assert one.kept_back == ["broadcast acknowledgement over: snooze:bob"]
    assert one.wait(DAY).measure(49).said == ["edit snooze over", "broadcast snooze over"]


@shows("A03")
def test_what_gets_worse_breaks_a_snooze():
    one = Scenario().measure(49).snoozed(START + DAY).measure(5)
    assert one.said == ["edit worse", "broadcast worse"]
    assert one.told.snooze is None
    assert one.posts[-1].broken == "carol"


@shows("A04")
def test_that_a_snooze_is_over_is_heard_though_somebody_looks_after_it():
    one = Scenario().measure(49).acknowledged().snoozed(START + HOUR).wait(HOUR).measure(49)
    assert one.said == ["edit snooze over", "broadcast snooze over"]
    assert one.told.ack is not None


@shows("A01")
def test_an_escalation_that_was_kept_back_comes_when_nothing_keeps_it_back_any_more():
    one = Scenario(manner=Manner(escalate_after=(4 * HOUR, 8 * HOUR))).measure(5).acknowledged(lasts=6 * HOUR)
    assert one.wait(4 * HOUR).measure(5).kept_back == ["escalate escalation: acknowledgement:carol"]
    assert one.measure(5).kept_back == []  # once, not at every evaluation
    one.wait(HOUR + 30 * MINUTE).measure(5)
    assert one.said == ["edit acknowledgement over", "broadcast acknowledgement over", "escalate escalation"]
    assert one.posts[-1].step == 1
    assert one.wait(2 * HOUR).measure(5).said == ["escalate escalation"]
    assert one.posts[-1].step == 2


@shows("S02")
@pytest.mark.parametrize("quiet", [SILENCED, QUIET, BELOW_ANOTHER])
def test_an_escalation_and_a_repeat_that_were_due_in_the_quiet_come_when_it_ends(quiet):
    manner = Manner(escalate_after=(4 * HOUR,))
    one = Scenario(manner=manner).measure(5).wait(3 * HOUR).changed(hush=quiet).measure(5)
    assert one.wait(HOUR).measure(5).kept_back == [f"escalate escalation: {quiet.reason}"]
    assert one.wait(20 * HOUR).measure(5).kept_back == [f"broadcast repeat: {quiet.reason}"]
    assert (one.measure(5).said, one.kept_back) == ([], [])
    assert one.measure(4).said == ["edit value"]  # what is only seen goes on
    one = one.changed(hush=Hush()).measure(4)
    assert one.said == ["broadcast repeat", "edit standing", "escalate escalation"]
    assert one.measure(4).said == []


@shows("S02")
def test_what_fired_in_a_silence_and_was_snoozed_is_told_when_the_snooze_ends():
    one = Scenario(hush=SILENCED).measure(49).snoozed(START + 10 * HOUR).changed(hush=Hush()).measure(49)
    assert (one.said, one.kept_back) == ([], ["open still firing: snooze:carol"])
    assert (one.measure(49, 49).said, one.kept_back) == ([], [])
    assert one.wait(10 * HOUR).measure(49).said == ["open snooze over"]


@shows("A05")
def test_a_snooze_that_ends_as_it_closes_keeps_nothing_back():
    one = Scenario().measure(49).snoozed(START + 15 * MINUTE).measure(80)
    assert one.said == ["edit resolved", "broadcast resolved"]


@shows("A03")
def test_what_gets_better_in_a_snooze_is_shown_and_the_snooze_goes_on():
    one = Scenario().measure(5).snoozed(START + DAY).measure(30)
    assert one.said == ["edit eased", "reply eased"]
    assert one.told.snooze is not None


@shows("A03")
def test_a_snooze_until_it_changes_ends_with_its_level():
    one = Scenario().measure(5).snoozed(None).measure(30)
    assert one.said == ["edit eased", "reply eased"]
    assert one.told.snooze is None


@shows("A04")
def test_when_a_snooze_ends_and_it_still_fires_that_is_heard_at_once():
    one = Scenario().measure(49).snoozed(START + HOUR).measure(49)
    assert one.said == []
    assert one.wait(HOUR).measure(49).said == ["edit snooze over", "broadcast snooze over"]
    assert one.measure(49).said == []


@shows("A05")
def test_what_closes_while_it_is_snoozed_turns_green_without_a_noise():
    one = Scenario().measure(49).snoozed(START + DAY).measure(80)
    assert one.said == ["edit resolved"]
    assert one.kept_back == ["broadcast resolved: snooze:carol"]
    assert one.told.snooze is None


@shows("S01")
def test_a_silence_keeps_the_news_back_and_says_why():
    one = Scenario(hush=SILENCED).measure(49)
    assert (one.phase, one.said, one.kept_back) == (Phase.FIRING, [], ["open fired: silence:7f3a"])
    assert one.measure(49).kept_back == []  # once, not at every evaluation
    assert one.measure(5, 5).heard == 0


@shows("S01")
def test_a_message_shows_that_it_is_silenced():
    one = Scenario().measure(49).changed(hush=SILENCED).measure(49)
    assert one.said == ["edit standing"]


@shows("S02")
def test_when_a_silence_ends_what_was_never_told_is_told_at_once():
    one = Scenario(hush=SILENCED).measure(49, 49).changed(hush=Hush()).measure(49)
    assert one.said == ["open still firing"]


@shows("S02")
def test_when_a_silence_ends_what_got_worse_in_it_is_told_at_once():
    one = Scenario().measure(49).changed(hush=SILENCED).measure(5)
    assert (one.said, one.kept_back) == (["edit worse"], ["broadcast worse: silence:7f3a"])
    one = one.changed(hush=Hush()).measure(5)
    assert one.said == ["edit still firing", "broadcast still firing"]
    assert one.measure(5).said == []


@shows("S02")
def test_when_a_silence_ends_and_nothing_changed_the_pause_of_the_repeats_goes_on():
    one = Scenario().measure(49).changed(hush=SILENCED).measure(49).changed(hush=Hush()).measure(49)
    assert one.said == ["edit standing"]
    assert one.wait(72 * HOUR).measure(49).said == ["broadcast repeat"]


@shows("S03")
def test_what_was_posted_is_closed_during_a_silence_without_a_noise():
    one = Scenario().measure(49).changed(hush=SILENCED).measure(80)
    assert (one.said, one.kept_back) == (["edit resolved"], ["broadcast resolved: silence:7f3a"])


@shows("S04")
def test_what_came_and_went_in_a_silence_is_history_alone():
    one = Scenario(hush=SILENCED).measure(49, 80)
    assert (one.phase, one.said, one.kept_back) == (Phase.RESOLVED, [], ["open resolved: silence:7f3a"])
    assert one.changed(hush=Hush()).measure(80, 80).heard == 0


@shows("S04")
def test_what_ends_as_its_silence_ends_was_kept_back_by_that():
    one = Scenario(hush=SILENCED).measure(49).changed(hush=Hush()).measure(80)
    assert (one.said, one.kept_back) == ([], ["open resolved: silence:7f3a"])


@shows("M01")
def test_quiet_hours_put_the_news_off_to_their_end():
    one = Scenario(hush=QUIET).measure(49)
    assert one.kept_back == ["open fired: quiet-hours:night"]
    assert one.changed(hush=Hush()).measure(49).said == ["open still firing"]


@shows("M01")
def test_what_is_critical_waits_for_the_end_of_quiet_hours_unless_its_rule_says_otherwise():
    assert Scenario(hush=QUIET).measure(5).kept_back == ["open fired: quiet-hours:night"]


@shows("M01")
def test_what_is_critical_may_be_heard_in_quiet_hours():
    one = Scenario(hush=QUIET, manner=Manner(through_quiet_hours=True)).measure(49)
    assert one.said == []
    assert one.measure(5).said == ["open worse"]


@shows("I01")
def test_what_something_worse_says_already_is_not_said():
    one = Scenario(hush=BELOW_ANOTHER).measure(49)
    assert (one.said, one.kept_back) == ([], ["open fired: inhibited:r2/ab"])
    assert one.changed(hush=Hush()).measure(49).said == ["open still firing"]


@shows("F01")
def test_what_flaps_is_told_once_and_then_only_shown():
    one = Scenario()
    heard = [one.measure(value).said for value in (49, 80, 49, 80, 49, 80, 49, 80)]
    assert heard[4] == ["edit flapping", "broadcast flapping"]
    assert heard[5:] == [["edit resolved"], ["edit reopened"], ["edit resolved"]]


@shows("F01")
def test_what_flaps_slowly_keeps_its_message():
    one = Scenario(rule(reopen_within=timedelta()))
    anchors = []
    for value in (49, 80, 49, 80, 49, 80, 49):
        one.measure(value)
        anchors.append({post.anchor for post in one.posts})
    assert anchors[4] == anchors[5] == anchors[6] == {"i5"}
    assert one.said == ["edit flapping"]


@shows("F01", "T16")
@pytest.mark.parametrize("reopen_within", [timedelta(), 30 * MINUTE], ids=["new", "again"])
def test_what_is_critical_is_heard_each_time_though_it_flaps(reopen_within):
    one = Scenario(rule(reopen_within=reopen_within)).measure(49, 80, 49, 80, 49, 80)
    word = "broadcast reopened" if reopen_within else "broadcast fired"
    for _ in range(3):
        assert one.measure(5).said[1:] == [word]
        assert one.measure(5, 80).said == ["edit resolved"]


@shows("F01")
@pytest.mark.parametrize("reopen_within", [timedelta(), 30 * MINUTE], ids=["new", "again"])
def test_a_warning_that_stays_after_it_flapped_has_not_got_worse(reopen_within):
    one = Scenario(rule(reopen_within=reopen_within)).measure(49, 80, 49, 80, 49, 80, 49)
    assert len(one.said) == 1
    assert [kept.rpartition(": ")[2] for kept in one.kept_back] == ["flapping"]
    assert one.measure(49, 49).log[-1][1].why is not Why.WORSE
    assert one.measure(49).said == []
    assert one.measure(5).said == ["edit worse", "broadcast worse"]


@shows("F01")
def test_a_warning_that_stays_after_it_flapped_is_told_again_in_its_pace():
    one = Scenario(rule(reopen_within=timedelta())).measure(49, 80, 49, 80, 49, 80, 49)
    assert one.wait(3 * DAY).measure(49).said == ["broadcast repeat"]


@shows("F01")
def test_a_message_that_is_new_as_it_begins_to_flap_says_so_in_its_thread():
    one = Scenario(rule(reopen_within=timedelta())).measure(49, 80, 49, 80, 49)
    assert one.said == ["open flapping", "reply flapping"]
    assert one.measure(80, 49).said == ["edit flapping"]


@shows("F01", "S02")
def test_what_began_to_flap_in_a_silence_says_so_when_that_ends():
    one = Scenario(rule(reopen_within=timedelta()), hush=SILENCED).measure(49, 80, 49, 80, 49)
    assert (one.said, one.kept_back) == ([], ["open flapping: silence:7f3a"])
    assert one.changed(hush=Hush()).measure(49).said == ["open still firing", "reply flapping"]


@shows("F01")
def test_what_has_calmed_down_is_heard_again():
    one = Scenario().measure(49, 80, 49, 80, 49, 80).wait(DAY).measure(80, 49)
    assert one.said == ["open fired"]
    assert not one.told.flapping


@shows("F01")
def test_it_flaps_until_it_is_much_calmer():
    one = Scenario(rule(reopen_within=timedelta())).measure(49, 80, 49, 80).wait(20 * HOUR).measure(49)
    one.wait(4 * HOUR).measure(80)
    assert one.said == ["edit resolved"]
    assert len(one.told.flips) < 5


@shows("F01")
def test_a_recovery_that_makes_it_flap_says_so():
    one = Scenario(rule(reopen_within=timedelta())).measure(49).wait(25 * HOUR).measure(80, 49, 80, 49)
    assert not one.told.flapping
    one.measure(80)
    assert (one.told.flapping, one.said) == (True, ["edit resolved", "broadcast flapping"])


def test_what_gets_worse_is_heard_though_it_flaps():
    one = Scenario().measure(49, 80, 49, 80, 49, 5)
    assert one.said == ["edit worse", "broadcast worse"]


@shows("R03")
def test_a_changed_rule_under_which_it_is_bad_goes_on_firing():
    one = Scenario().measure(49).revise(rule(ladder=levels(warning="60")))
    assert (one.phase, one.rows, one.said) == (Phase.FIRING, ("R03",), ["edit standing"])


@shows("R03")
def test_a_changed_rule_with_the_same_lines_closes_nothing_between_firing_and_recovery():
    one = Scenario().measure(49, 52)
    same = one.changed().revise(rule())
    other = one.changed().revise(rule(reopen_within=HOUR))
    for after in (same, other):
        assert (after.phase, after.standing.rank, after.said) == (Phase.FIRING, 1, ["edit standing"])


@shows("R03")
def test_a_changed_rule_that_decides_as_before_goes_on_waiting():
    slow = rule(ladder=levels(hold=Hold(evaluations=2)))
    assert Scenario(slow).measure(49).revise(slow).measure(49).said == ["open fired"]


@shows("R03")
def test_a_changed_rule_under_which_it_is_good_closes_with_the_reason():
    one = Scenario().measure(49).revise(rule(ladder=levels(warning="40")))
    assert (one.phase, one.said) == (Phase.RESOLVED, ["edit resolved"])
    assert (one.standing.opened.because, one.standing.opened.closed_by) == ("its rule was changed", "dave")


@shows("R03")
def test_a_rule_that_lost_the_level_that_fires_closes_what_was_told():
    one = Scenario().measure(5).revise(rule(ladder=levels(warning="3", critical=None)))
    assert (one.phase, one.said) == (Phase.RESOLVED, ["edit resolved"])


@shows("R03")
def test_what_gets_worse_again_after_a_change_of_its_rule_is_heard():
    one = Scenario().measure(3, 10)
    one.revise(rule(ladder=levels(critical="9")))
    assert one.standing.rank == 1
    assert one.measure(3).said == ["edit worse", "broadcast worse"]


@shows("R03")
def test_a_rule_that_waits_longer_waits_again_and_closes_what_was_posted():
    one = Scenario().measure(49).revise(rule(ladder=levels(hold=Hold(HOUR))))
    assert (one.phase, one.said) == (Phase.PENDING, ["edit resolved"])
    assert one.measure(49).phase is Phase.PENDING
    assert one.measure(49, 49, 49).said == ["open fired"]


@shows("R04")
@pytest.mark.parametrize("because", ["paused by dave", "deleted by dave"])
def test_a_rule_that_is_taken_away_closes_with_the_reason(because):
    one = Scenario().measure(5).end(because)
    assert (one.phase, one.rows, one.said) == (Phase.RESOLVED, ("R04",), ["edit resolved"])
    assert one.standing.opened.because == because


def test_what_people_closed_is_not_opened_again():
    one = Scenario().measure(5).end("paused by dave").measure(5)
    assert one.said == ["open fired"]
    assert replace(one.standing.opened).id == "i2"
