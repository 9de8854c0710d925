"""Whatever happens in whatever order: what was told is closed, and nobody is told twice."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dgbot.domain.alerting import speaking
from dgbot.domain.alerting.answering import SeenAlready
from dgbot.domain.alerting.levels import Hold, Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.scene import Manner
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import LOUD, Act, Hush, Why
from tests.unit.domain.alerting.scenario import HOUR, MINUTE, Scenario, levels
from tests.unit.domain.alerting.scenario import rule as criteria

VALUES = st.sampled_from([3, 9, 10, 11, 30, 49, 50, 54, 55, 56, 80])
SPANS = st.sampled_from([MINUTE, HOUR, 5 * HOUR, timedelta(days=1), timedelta(days=4)])
HUSHES = st.sampled_from([Hush(), Hush(silenced="s1"), Hush(muted="night"), Hush(inhibited="r2/1")])
RULES = st.builds(
    lambda hold, keep, reopen, warning: criteria(
        ladder=levels(warning=warning, hold=Hold(hold)), keep_firing=keep, reopen_within=reopen
    ),
    st.sampled_from([timedelta(), 30 * MINUTE]),
    st.sampled_from([timedelta(), HOUR]),
    st.sampled_from([timedelta(), 30 * MINUTE]),
    st.sampled_from(["50", "30"]),
)


class Promises(RuleBasedStateMachine):
    """An instance to which anything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.one = Scenario(manner=Manner(escalate_after=(4 * HOUR,)))
        self.measured = False
        self.critical_from: int | None = None

    @property
    def critical(self) -> bool:
        """Whether it fires as bad as it can be."""
        standing = self.one.standing
        return standing.fires and self.one.rule.ladder[standing.rank].severity is Severity.CRITICAL

    @rule(values=st.lists(VALUES, min_size=1, max_size=6))
    def measure(self, values: list[int]) -> None:
        for value in values:
            said, was = len(self.one.log), self.measured and self.critical
            self.one.measure(value)
            self.measured = True
            if self.critical and not was:
                self.critical_from = said
            self.what_is_critical_and_may_be_heard_was_heard()

    @rule(times=st.integers(1, 5))
    def see_nothing(self, times: int) -> None:
        self.one.measure(*[None] * times)
        self.measured = True

    @rule(cause=st.sampled_from(Cause), times=st.integers(1, 3))
    def fail(self, cause: Cause, times: int) -> None:
        self.one.fail(cause, times)
        self.measured = True

    @rule(span=SPANS)
    def wait(self, span: timedelta) -> None:
        self.one.wait(span)

    @rule(span=SPANS)
    def set_the_clock_back(self, span: timedelta) -> None:
        self.one.wait(-span)

    @rule(hush=HUSHES)
    def keep_quiet(self, hush: Hush) -> None:
        self.one.hush = hush

    @precondition(lambda self: self.measured and self.one.standing.fires)
    @rule()
    def acknowledge(self) -> None:
        with contextlib.suppress(SeenAlready):
            self.one.acknowledged()

    @precondition(lambda self: self.measured and self.one.standing.fires)
    @rule(span=st.none() | SPANS)
    def snooze(self, span: timedelta | None) -> None:
        self.one.snoozed(None if span is None else self.one.now + span)

    @precondition(lambda self: self.measured)
    @rule(changed=RULES)
    def change_the_rule(self, changed: object) -> None:
        self.one.revise(changed)  # type: ignore[arg-type]

    @precondition(lambda self: self.measured)
    @rule()
    def pause(self) -> None:
        self.one.end("paused by dave")

    @precondition(lambda self: self.measured)
    @rule()
    def vanish(self) -> None:
        self.one.vanish()

    @invariant()
    def what_was_posted_as_firing_is_closed(self) -> None:
        if self.measured and not self.one.standing.fires:
            assert not self.one.told.open
            last = {post.anchor: post.why for _, post in self.one.log if post.act in {Act.OPEN, Act.EDIT}}
            assert set(last.values()) <= {Why.RESOLVED}

    @invariant()
    def nothing_is_closed_that_was_not_told(self) -> None:
        opened: set[str] = set()
        for _, post in self.one.log:
            assert post.act is Act.OPEN or post.anchor in opened
            opened.add(post.anchor)

    @invariant()
    def each_post_has_its_own_number(self) -> None:
        numbers = [post.number for _, post in self.one.log]
        assert numbers == sorted(set(numbers))

    @invariant()
    def each_message_is_opened_once(self) -> None:
        opened = Counter(post.anchor for _, post in self.one.log if post.act is Act.OPEN)
        assert all(count == 1 for count in opened.values())

    @invariant()
    def there_is_at_most_one_repeat_in_its_pause(self) -> None:
        repeats = [at for at, post in self.one.log if post.why is Why.REPEAT]
        shortest = min(pause for pause in self.one.manner.repeat.values() if pause is not None)
        assert all(later - one >= shortest for one, later in pairwise(repeats))

    @invariant()
    def what_fires_and_may_be_heard_was_told(self) -> None:
        fires = self.measured and self.one.standing.fires and self.one.standing.phase is Phase.FIRING
        heard_now = self.one.rows and not self.one.told.hushed and self.one.told.snooze is None
        if fires and heard_now and self.one.told.incident_id == self.one.standing.opened.id:
            assert self.one.told.anchor

    @invariant()
    def what_is_critical_and_may_be_heard_was_heard(self) -> None:
        if not self.measured or not self.critical or self.one.told.snooze is not None:
            self.critical_from = None
        elif self.critical_from is not None and not self.one.hush.reason and not self.one.told.hushed:
            assert any(post.act in LOUD for _, post in self.one.log[self.critical_from :])

    @invariant()
    def quiet_is_quiet(self) -> None:
        if self.one.posts and self.one.told.hushed and self.one.hush.reason == self.one.told.hushed:
            assert not any(post.act in LOUD for post in self.one.posts)


Promises.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
test_promises = Promises.TestCase


def test_the_same_input_gives_the_same_words():
    one, other = Scenario(), Scenario()
    for value in (80, 49, 49, 5, 30, 80, 49):
        assert one.measure(value).posts == other.measure(value).posts
        assert (one.state, one.told) == (other.state, other.told)


def test_flapping_begins_at_five_changes_a_day():
    assert (speaking.FLAPS_FROM, speaking.CALM_BELOW) == (5, 2)
