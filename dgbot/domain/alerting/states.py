"""Where one rule stands with one thing that it watches: the first axis, which no click and no silence changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dgbot.domain.alerting.outcomes import Cause


class Phase(StrEnum):
    """Where it stands; while NO_DATA and ERROR last, the phase beneath them is remembered."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no-data"
    ERROR = "error"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Breach:
    """How long the value has been beyond the line of a *rank* without a break: *count* evaluations *since*."""

    rank: int
    since: datetime
    count: int = 1


RECOVERED = "recovered"
"""Why an incident closes by itself; one that was closed for another reason is never opened again."""


@dataclass(frozen=True, slots=True)
class Incident:
    """From first firing to close; *worst* is the worst value seen in it, *because* why it closed.

    *closed_by* is the user who closed it, empty if it closed by itself. *reached* are the moments since which it is at
    least as bad as each rank up to the one that fires, mildest first; alerts of older versions have none.
    """

    id: str
    since: datetime
    worst: Decimal
    reopened: int = 0
    closed_at: datetime | None = None
    because: str = ""
    closed_by: str = ""
    reached: tuple[datetime, ...] = ()

    def bad_since(self, rank: int) -> datetime:
        """Return since when it is at least as bad as *rank*, without a break."""
        return self.reached[rank - 1] if 0 < rank <= len(self.reached) else self.since

    def at_rank(self, rank: int, now: datetime, *, was: int) -> Incident:
        """Return it as it stands at *rank* now, after it stood at *was*."""
        known = self.reached or (self.since,) * was
        return replace(self, reached=(*known[:rank], *(now,) * (rank - len(known))))


@dataclass(frozen=True, slots=True)
class AlertState:
    """What is known of one instance; *rank* is the level that fired, 0 for none.

    *good_at* is the last evaluation with a value (at first: when the instance was born), *evaluated_at* the last one
    of all. *value* is the last one, in *unit*. *misses* and *failures* count evaluations in a row without a value, for
    want of data and of access. *gone* says that what it watched is no more, until there is a value again.
    """

    good_at: datetime
    evaluated_at: datetime
    phase: Phase = Phase.OK
    beneath: Phase | None = None
    rank: int = 0
    breaches: tuple[Breach, ...] = ()
    recovers_since: datetime | None = None
    incident: Incident | None = None
    value: Decimal | None = None
    unit: str = ""
    misses: int = 0
    failures: int = 0
    failing: Cause | None = None
    gone: bool = False

    @property
    def blind(self) -> bool:
        """Whether nobody knows the value, and that was told."""
        return self.phase in {Phase.NO_DATA, Phase.ERROR}

    @property
    def underneath(self) -> Phase:
        """The phase that values led to."""
        return self.beneath or self.phase

    @property
    def fires(self) -> bool:
        """Whether an incident is open."""
        return self.underneath in {Phase.FIRING, Phase.RECOVERING}

    @property
    def opened(self) -> Incident:
        """The incident that is open, or that may be opened again; raises LookupError if there is none."""
        if self.incident is None:
            raise LookupError("This instance has no incident.")
        return self.incident


class Row(StrEnum):
    """The transitions, by the ids under which docs/alert-states.md lists them."""

    BORN = "T01"
    FIRED = "T02"
    PENDS = "T03"
    STILL_PENDS = "T04"
    HELD = "T05"
    CALMED = "T06"
    FROZEN = "T07"
    STILL_FIRES = "T08"
    WORSENED = "T09"
    EASED = "T10"
    RESOLVED = "T11"
    RECOVERS = "T12"
    IN_BETWEEN = "T12a"
    RELAPSED = "T12b"
    STILL_RECOVERS = "T12c"
    RECOVERED = "T12d"
    CLOSED = "T15"
    REOPENED = "T16"
    AGAIN = "T17"
    NO_DATA = "T20"
    MISSED = "T21"
    DATA_BACK = "T22"
    MISSING = "T23"
    FAILED = "T24"
    MENDED = "T25"
    FAILED_ONCE = "T26"
    RESTARTED = "R01"
    CLOCK_BACK = "R02"
    EDITED = "R03"
    ENDED = "R04"
    GOOD = "ok"


@dataclass(frozen=True, slots=True)
class Step:
    """The state after an evaluation, and the transitions that led there, in order."""

    state: AlertState
    rows: tuple[Row, ...] = ()
