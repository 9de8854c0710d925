"""What one evaluation found: a value, nothing, a failure of our own, or that there is nothing to measure any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Value:
    """A measured *amount* in *unit*, as it was at *sampled_at*."""

    amount: Decimal
    sampled_at: datetime
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """The source answered, and had no value; *reason* is a sentence for people.

    *early* means that there will be one, when there is enough to go by: nobody has to hear of that.
    """

    reason: str = ""
    early: bool = False


class Cause(StrEnum):
    """Why we could not measure."""

    AUTH = "auth"
    RATE = "rate"
    NET = "net"
    API = "api"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Fail:
    """We could not measure; *reason* is a sentence for people."""

    cause: Cause
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was measured is no more; *reason* says so, such as ``balance no longer exists``."""

    reason: str


Outcome = Value | Empty | Fail | Gone

FUTURE = timedelta(minutes=5)
"""A sample from later than this is the mistake of a clock, and no value."""


def judged(outcome: Outcome, now: datetime, *, max_age: timedelta) -> Outcome:
    """Return what *outcome* is worth: an old value is none, and what can't be compared is Deepgram's failure."""
    if not isinstance(outcome, Value):
        return outcome
    if not outcome.amount.is_finite():
        return Fail(Cause.API, f"The value {outcome.amount} is no amount.")
    if outcome.sampled_at > now + FUTURE:
        return Fail(Cause.API, f"The value is from {outcome.sampled_at:%Y-%m-%d %H:%M} UTC, which is still to come.")
    return Empty() if now - outcome.sampled_at > max_age else outcome
