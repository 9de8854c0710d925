"""What was read of a balance, put in order: late, doubled, missing and impossible readings among it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeGuard

from dgbot.domain.money import is_within

AHEAD = timedelta(minutes=5)
"""How far a clock may be ahead of ours."""

LARGEST = Decimal(10) ** 15
"""Beyond this, in any unit, a number is a mistake and no balance."""


class UnitsDiffer(ValueError):
    """Balances in different units were given as one; nothing converts one into the other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A balance as it arrived: at an aware time, in *unit*; None is an answer that named no amount."""

    at: datetime
    amount: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Level:
    """A balance that counts, at a time in UTC."""

    at: datetime
    amount: Decimal


def levels(readings: Iterable[Reading], now: datetime, unit: str) -> tuple[Level, ...]:
    """Return what counts of *readings*, in the order of time; of two at one time the one that arrived last.

    Left out is what has no amount, what is NaN or beyond any balance, and what lies further ahead of *now* than clocks
    differ. Raises `UnitsDiffer` at a reading in another unit than *unit*.
    """
    found: dict[datetime, Decimal] = {}
    latest = now + AHEAD
    for reading in readings:
        if reading.unit != unit:
            raise UnitsDiffer(
                f"A balance in {reading.unit!r} can't be added to one in {unit!r}; forecast each unit on its own."
            )
        if is_amount(reading.amount) and reading.at <= latest:
            found[reading.at.astimezone(UTC)] = reading.amount
    return tuple(Level(at, found[at]) for at in sorted(found))


def is_amount(number: Decimal | None) -> TypeGuard[Decimal]:
    """Say whether *number* can be a balance: there, finite, and of a size that somebody may own."""
    return number is not None and is_within(number, LARGEST)
