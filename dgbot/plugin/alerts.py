"""The alerts that fire, as a command sees and answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.labels import Labels, Matcher
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Told
from dgbot.domain.replies import Button, Line, Menu


class Until(StrEnum):
    """Ends of a snooze that are no duration: tomorrow at nine where the person lives, and a change of its level."""

    TOMORROW = "tomorrow"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Alert:
    """An incident that is open: where it stands, what was told, and how both read.

    *labels* are those that silences look at. *headline* stands alone, *overlay* says who looks after it and what keeps
    it quiet; *acts* is what one can do about it.
    """

    id: str
    rule: AlertRule
    labels: Labels
    severity: Severity
    state: AlertState
    told: Told
    headline: str
    overlay: Line
    acts: tuple[Button | Menu, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that *rule* watches in the *project* of this name, and that nobody can measure *since* a moment."""

    rule: AlertRule
    project: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Snoozed:
    """*alert* after it was snoozed, by the clock of *zone*; that is empty where Slack does not tell the person's."""

    alert: Alert
    zone: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of what happened to an incident, and why something was said or kept back."""

    at: datetime
    line: Line


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to an incident, oldest first; *about* says what it is about, empty if nobody knows any more.

    *channels* have a message of it; there are none for one that another incident took the place of.
    """

    about: str
    channels: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What matchers fit now: *fits* of *known* alerts, those which fire and those which do not; *firing* of them.

    *never* says why nothing could ever fit them, such as a kind that there isn't; empty if something may.
    """

    fits: int
    known: int
    firing: tuple[Alert, ...]
    never: str = ""


class NoSuchSilence(Exception):
    """No silence that lasts has this id."""


class NoSuchAlert(Exception):
    """No incident has this id, or it is forgotten."""


class Alerts(Protocol):
    """What fires now; every answer is audited under the invocation's principal.

    An id that nobody knows raises NoSuchAlert; to answer what is over raises NothingFires.
    """

    async def firing(self) -> list[Alert]:
        """Return every incident that is open, the worst and then the oldest first."""

    async def unseen(self) -> list[Unseen]:
        """Return what can't be measured now, by the rule's name; what it fired keeps firing with its last value."""

    async def acknowledge(self, alert_id: str) -> Alert:
        """Look after it: no repeats and no escalation for a day; raises SeenAlready."""

    async def snooze(self, alert_id: str, lasts: timedelta | Until) -> Snoozed:
        """Hear nothing of it for so long, unless it gets worse or closes."""

    async def wake(self, alert_id: str) -> Alert:
        """Take back an acknowledgement and a snooze, whoever's they are; raises AwakeAlready."""

    async def why(self, alert_id: str) -> Story:
        """Return what happened to it; of one that is over, too."""

    async def reach(self, matchers: tuple[Matcher, ...]) -> Reach:
        """Return what a silence with these matchers would keep quiet now."""

    async def silences(self) -> list[Silence]:
        """Return the silences that last, the one that ends first first."""

    async def silence(self, matchers: tuple[Matcher, ...], *, lasts: timedelta, because: str) -> Silence:
        """Keep quiet what *matchers* fit, from now on; raises ValueError for one that can't be."""

    async def unsilence(self, silence_id: str) -> Silence:
        """End a silence, and return it; what fires is spoken of at once. Raises NoSuchSilence."""
