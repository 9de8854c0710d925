"""What came of a rehearsal: everything that was posted or kept back, and where everything stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.states import Phase

TROUBLE = "trouble"
"""The act of a message to the operators about what the bot can't see; its why is ``told`` or ``over``."""

SUMMARY = "summary"
"""The act of the message that quiet hours end with, if they put off several alerts; it has no why."""


@dataclass(frozen=True, slots=True)
class Said:
    """One post: how, why, of which rule, where, and what it reads."""

    at: datetime
    act: str
    why: str
    rule: str
    labels: Labels
    channel: str
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What was not posted, and because of what."""

    at: datetime
    act: str
    why: str
    rule: str
    labels: Labels
    because: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instance stood from *at* on; *severity* is None while nothing fires.

    *phase* is None once it is forgotten, because it is no more.
    """

    at: datetime
    rule: str
    labels: Labels
    phase: Phase | None
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class Futile:
    """Somebody did what had no effect, and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Performance:
    """A rehearsal that was played to its end, everything in the order in which it happened."""

    said: tuple[Said, ...]
    unsaid: tuple[Unsaid, ...]
    standings: tuple[Standing, ...]
    futile: tuple[Futile, ...]
