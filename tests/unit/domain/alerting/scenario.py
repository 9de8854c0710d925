"""One instance of one rule on a clock of its own: a test says what is measured and clicked, and reads what is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from dgbot.domain.alerting.answering import acknowledge, snooze
from dgbot.domain.alerting.evaluating import Criteria, step
from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.outcomes import Cause, Empty, Fail, Gone, Outcome, Value
from dgbot.domain.alerting.revising import ended, revised
from dgbot.domain.alerting.scene import Manner
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.states import AlertState, Phase, Row, Step
from dgbot.domain.alerting.telling import LOUD, Hush, Post, Speech, Told, Withheld

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AT_ONCE = Hold()

COVERED: dict[str, list[str]] = {}
"""Which tests show which transition."""


Test = TypeVar("Test", bound=Callable[..., object])


def shows(*rows: str) -> Callable[[Test], Test]:
    """Say which transitions of docs/alert-states.md a test shows."""

    def mark(test: Test) -> Test:
        for row in rows:
            COVERED.setdefault(row, []).append(test.__name__)
        return test

    return mark


def levels(
    *, warning: str = "50", critical: str | None = "10", hold: Hold = AT_ONCE, critical_hold: Hold = AT_ONCE
) -> Ladder:
    """Return the levels of a balance: each recovers a tenth above its threshold."""

    def level(severity: Severity, text: str, hold: Hold) -> Level:
        return Level(severity, Decimal(text), Decimal(text) * Decimal("1.1"), hold)

    drawn = [level(Severity.WARNING, warning, hold)]
    if critical is not None:
        drawn.append(level(Severity.CRITICAL, critical, critical_hold))
    return Ladder(Side.BELOW, tuple(drawn))


@dataclass
class Scenario:
    """Evaluations every *rule.every*; *posts* and *withheld* are those of the latest evaluation or click."""

    rule: Criteria = field(default_factory=lambda: Criteria(levels(), every=15 * MINUTE))
    manner: Manner = field(default_factory=Manner)
    now: datetime = START
    state: AlertState | None = None
    told: Told = field(default_factory=Told)
    hush: Hush = field(default_factory=Hush)
    rows: tuple[Row, ...] = ()
    posts: tuple[Post, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    log: list[tuple[datetime, Post]] = field(default_factory=list)
    incidents: int = 0

    @property
    def standing(self) -> AlertState:
        assert self.state is not None, "nothing was evaluated yet"
        return self.state

    @property
    def phase(self) -> Phase:
        return self.standing.phase

    @property
    def said(self) -> list[str]:
        """The latest posts in words, such as ``open fired``."""
        return [f"{post.act} {post.why}" for post in self.posts]

    @property
    def kept_back(self) -> list[str]:
        """What the latest evaluation did not say, and why."""
        return [f"{one.act} {one.why}: {one.because}" for one in self.withheld]

    @property
    def heard(self) -> int:
        """How many posts made a noise so far."""
        return sum(post.act in LOUD for _, post in self.log)

    def measure(self, *values: str | int | None) -> Scenario:
        """Evaluate each of *values* in turn, an interval apart; None is an answer without a value."""
        for value in values:
            self.find(Empty() if value is None else Value(Decimal(value), self.now))
        return self

    def fail(self, cause: Cause, times: int = 1) -> Scenario:
        """Fail to measure."""
        for _ in range(times):
            self.find(Fail(cause, "It did not work."))
        return self

    def vanish(self) -> Scenario:
        """Find that there is nothing to measure any more."""
        return self.find(Gone("balance no longer exists"))

    def find(self, outcome: Outcome) -> Scenario:
        """Evaluate *outcome* now, and let an interval pass."""
        self.incidents += 1
        self._took(step(self.state, outcome, self.now, self.rule, incident_id=f"i{self.incidents}"))
        self.now += self.rule.every
        return self

    def acknowledged(self, by: str = "carol", lasts: timedelta = 24 * HOUR) -> Scenario:
        """Let somebody look after it."""
        return self._heard(acknowledge(self.told, self.standing, by=by, now=self.now, lasts=lasts))

    def snoozed(self, until: datetime | None, by: str = "carol") -> Scenario:
        """Let somebody put it off."""
        return self._heard(snooze(self.told, self.standing, by=by, now=self.now, until=until))

    def revise(self, rule: Criteria, by: str = "dave") -> Scenario:
        """Change the rule."""
        before, self.rule = self.rule, rule
        self._took(revised(self.standing, before, rule, by=by, now=self.now))
        return self

    def end(self, because: str) -> Scenario:
        """Pause the rule, or take it away."""
        self._took(ended(self.standing, because=because, now=self.now))
        return self

    def wait(self, span: timedelta) -> Scenario:
        """Let time pass without an evaluation."""
        self.now += span
        return self

    def changed(self, **changes: object) -> Scenario:
        """Return a copy that goes its own way."""
        return replace(self, log=list(self.log), **changes)  # type: ignore[arg-type]

    def _took(self, taken: Step) -> None:
        self.state, self.rows = taken.state, taken.rows
        self._heard(speak(self.told, taken, hush=self.hush, now=self.now, ladder=self.rule.ladder, manner=self.manner))

    def _heard(self, speech: Speech) -> Scenario:
        self.told, self.posts, self.withheld = speech.told, speech.posts, speech.withheld
        self.log += [(self.now, post) for post in speech.posts]
        return self


def rule(**changes: object) -> Criteria:
    """Return the rule of a scenario with *changes*."""
    usual: Mapping[str, object] = {"ladder": levels(), "every": 15 * MINUTE}
    return Criteria(**{**usual, **changes})  # type: ignore[arg-type]
