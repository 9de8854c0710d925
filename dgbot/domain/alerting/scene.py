"""All that a word about one instance depends on, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.domain.alerting.levels import Ladder, Severity
from dgbot.domain.alerting.states import AlertState, Incident, Row, Step
from dgbot.domain.alerting.telling import Hush

REPEATS: Mapping[Severity, timedelta | None] = {
    Severity.CRITICAL: timedelta(hours=24),
    Severity.WARNING: timedelta(hours=72),
    Severity.INFO: None,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a rule speaks: pauses between repeats, when it escalates, how often it edits.

    *escalate_after* counts from when it became critical. With *through_quiet_hours* a critical
    one is heard in quiet hours, too. An edit for a new value alone needs *edit_every* and a change of *edit_share*.
    """

    repeat: Mapping[Severity, timedelta | None] = field(default_factory=lambda: dict(REPEATS))
    escalate_after: tuple[timedelta, ...] = ()
    through_quiet_hours: bool = False
    edit_every: timedelta = timedelta(hours=1)
    edit_share: Decimal = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Scene:
    """An evaluation, what keeps its words back, and how the rule speaks; *flaps_now* is the moment it begins to."""

    step: Step
    hush: Hush
    now: datetime
    ladder: Ladder
    manner: Manner
    flaps_now: bool = False

    @property
    def state(self) -> AlertState:
        """Where the instance stands."""
        return self.step.state

    @property
    def incident(self) -> Incident:
        """The incident that is open, or that has just been closed; raises LookupError if there was none."""
        return self.state.opened

    @property
    def severity(self) -> Severity:
        """How bad it is now."""
        return self.ladder[self.state.rank].severity

    @property
    def critical(self) -> bool:
        """Whether it could not be worse."""
        return self.severity is Severity.CRITICAL

    @property
    def severe_since(self) -> datetime:
        """Since when it is as bad as its severity says, without a break."""
        mildest = next(rank for rank in self.ladder.ranks if self.ladder[rank].severity is self.severity)
        return self.incident.bad_since(mildest)

    def did(self, *rows: Row) -> bool:
        """Whether one of *rows* led here."""
        return any(row in self.step.rows for row in rows)
