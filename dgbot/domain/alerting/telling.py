"""What people were told of an instance, and what they said to it: the second axis, beside where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody looks after it: no repeats and no escalation while it is no worse than *rank*, and until *until*."""

    by: str
    at: datetime
    rank: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Snooze:
    """Nobody wants to hear of it until *until* (None: until its level changes), unless it gets worse than *rank*."""

    by: str
    at: datetime
    rank: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hush:
    """Why nothing loud may be said now, in the order in which it counts; an empty text is no reason.

    *inhibited* names what fires above it, *silenced* the silence, *muted* the quiet hours of its route.
    """

    inhibited: str = ""
    silenced: str = ""
    muted: str = ""

    @property
    def reason(self) -> str:
        """The first reason that holds, such as ``silence:7f3a``; empty if none does."""
        named = (("inhibited", self.inhibited), ("silence", self.silenced), ("quiet-hours", self.muted))
        return next((f"{kind}:{what}" for kind, what in named if what), "")

    @classmethod
    def told(cls, reason: str) -> Hush:
        """Return what keeps quiet for *reason*, as it was told before; nothing for an empty one."""
        kind, _, what = reason.partition(":")
        names = {"inhibited": "inhibited", "silence": "silenced", "quiet-hours": "muted"}
        return cls(**{names[kind]: what}) if kind in names else cls()


@dataclass(frozen=True, slots=True)
class Place:
    """A channel in which an incident is told; *called* is the worst rank for which people were called there."""

    channel_id: str
    called: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an instance so far.

    *anchor* names the message in Slack, after the first incident that it told of; empty if there is none.
    *incident_id* is the incident of which it tells, *open* until that is closed, and *rank* the level that was said
    aloud. *repeats_from* is when the pause before the next repeat began. *escalated* counts the steps of an escalation
    that were told since it is critical, *elsewhere* those that have a message in this incident. *hushed* is why the
    last word was kept back, *owed* whether it was a loud one, *noted* what was kept back since and by what, once each.
    *flips* are the moments of the last day at which it fired or resolved. *said* counts posts. *places* have a message
    each, the first of which is the anchor. *under* are the bulletins that tell of it, too.
    """

    anchor: str = ""
    incident_id: str = ""
    open: bool = False
    rank: int = 0
    notified_at: datetime | None = None
    repeats_from: datetime | None = None
    edited_at: datetime | None = None
    edited_value: Decimal | None = None
    escalated: int = 0
    elsewhere: int = 0
    ack: Acknowledgement | None = None
    snooze: Snooze | None = None
    hushed: str = ""
    owed: bool = False
    noted: tuple[str, ...] = ()
    flips: tuple[datetime, ...] = ()
    flapping: bool = False
    said: int = 0
    places: tuple[Place, ...] = ()
    under: tuple[str, ...] = ()


class Act(StrEnum):
    """How something is said: OPEN, BROADCAST and ESCALATE are heard, EDIT and REPLY are only seen."""

    OPEN = "open"
    EDIT = "edit"
    REPLY = "reply"
    BROADCAST = "broadcast"
    ESCALATE = "escalate"


LOUD = frozenset({Act.OPEN, Act.BROADCAST, Act.ESCALATE})


class Why(StrEnum):
    """What a post is about."""

    FIRED = "fired"
    WORSE = "worse"
    EASED = "eased"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    REPEAT = "repeat"
    ESCALATION = "escalation"
    ACK_OVER = "acknowledgement over"
    SNOOZE_OVER = "snooze over"
    HUSH_OVER = "still firing"
    FLAPPING = "flapping"
    VALUE = "value"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Post:
    """Something to be said about the message *anchor*; *number* grows with every post of the instance.

    *step* is the step of an escalation; of an edit, the last one whose message there is. *broken* is who had
    acknowledged it, or snoozed it, while it was less bad.
    """

    act: Act
    why: Why
    anchor: str
    number: int
    step: int = 0
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that was not said, and because of what."""

    act: Act
    why: Why
    because: str


@dataclass(frozen=True, slots=True)
class Speech:
    """What was told afterwards, what is to be posted, and what was kept back."""

    told: Told
    posts: tuple[Post, ...] = ()
    withheld: tuple[Withheld, ...] = ()
