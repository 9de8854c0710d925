"""A rule that is changed while something fires or pends: what its last value means under the new lines."""

from __future__ import annotations

import pytest

from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.states import Phase
from tests.unit.domain.alerting.scenario import HOUR, Scenario, levels, rule


@pytest.mark.parametrize(
    ("critical", "rank", "said"),
    [("49.5", 2, ["edit worse", "broadcast worse"]), ("10", 1, [])],
    ids=["critical now", "as bad as before"],
)
def test_what_still_breaches_has_the_level_of_the_new_lines(critical, rank, said):
    one = Scenario().measure(49).revise(rule(ladder=levels(critical=critical)))
    assert (one.phase, one.standing.rank) == (Phase.FIRING, rank)
    assert [text for text in one.said if "worse" in text] == said


@pytest.mark.parametrize(
    ("hold", "waits"),
    [(Hold(HOUR), True), (Hold(evaluations=2), True), (Hold(), False)],
    ids=["an hour", "two evaluations", "at once"],
)
def test_what_has_to_last_longer_now_is_closed_and_pends(hold, waits):
    one = Scenario().measure(49).revise(rule(ladder=levels(hold=hold)))
    assert one.phase is (Phase.PENDING if waits else Phase.FIRING)
    assert ("edit resolved" in one.said) is waits


def test_a_level_that_is_taken_away_pends_no_more():
    one = Scenario(rule(ladder=levels(critical_hold=Hold(HOUR)))).measure(49, 5)
    assert {breach.rank for breach in one.standing.breaches} == {1, 2}
    one.revise(rule(ladder=levels(critical=None)))
    assert {breach.rank for breach in one.standing.breaches} == {1}
    assert one.wait(2 * HOUR).measure(5).standing.rank == 1


def test_what_only_pended_begins_anew():
    one = Scenario(rule(ladder=levels(hold=Hold(HOUR)))).measure(49).revise(rule(ladder=levels(hold=Hold(2 * HOUR))))
    assert one.standing.breaches == ()
    one.wait(HOUR).measure(49)
    assert one.phase is Phase.PENDING
