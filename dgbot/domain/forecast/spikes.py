"""Whether a day's spend is out of the ordinary, measured by days that deserve the comparison."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.statistic import NORMAL_MEAN_DEVIATION, median_and_spread

OUTLYING = 5.0
"""Robust standard deviations above the median ..."""

MANIFOLD = Decimal("1.5")
"""... and so many times the median ..."""

ROUNDING = 1e-9
"""Of the largest value; a spread up to this comes from adding floats and is none."""

SAME_WEEKDAYS = 4
RECENT_DAYS = 14
FEWEST_DAYS = 7
"""Below this many days there is no ordinary to be out of."""


@dataclass(frozen=True, slots=True)
class Score:
    """How a value stands among others: their *median*, MADN (*spread*) and mean deviation from the median."""

    median: float
    spread: float
    mean_deviation: float
    robust: float | None
    fallback: float | None

    @property
    def z(self) -> float | None:
        """The robust score; the fallback where more than half of the others are equal; None where all are."""
        return self.fallback if self.robust is None else self.robust


@dataclass(frozen=True, slots=True)
class Spike:
    """A day that stands out: *usual* is the median of the *compared* days; *z* is None where those were all equal."""

    day: DaySpend
    usual: float
    z: float | None
    compared: int
    same_weekday: bool


def score(value: float, others: Sequence[float]) -> Score:
    """Return how far *value* lies from at least one other."""
    median, spread = median_and_spread(others)
    deviation = statistics.fmean(abs(other - median) for other in others)
    nothing = ROUNDING * max(abs(other) for other in others)
    return Score(
        median=median,
        spread=spread,
        mean_deviation=deviation,
        robust=(value - median) / spread if spread > nothing else None,
        fallback=(value - median) / (NORMAL_MEAN_DEVIATION * deviation) if deviation > nothing else None,
    )


def spike(day: DaySpend, days: Sequence[DaySpend], *, least: Decimal) -> Spike | None:
    """Return *day* as a spike if it lies far out, *least* or more above the usual, and half as much again.

    It is compared with the earlier of *days* on the same weekday if there are four, else with the last fourteen; None
    below seven. Where the others are all equal, distance can't be measured and the other two conditions decide. A day
    that isn't over belongs among the same hours of other days: see `spend_until`.
    """
    earlier = [other for other in days if other.measured and other.date < day.date]
    alike = [other.amount for other in earlier if other.date.weekday() == day.date.weekday()]
    same_weekday = len(alike) >= SAME_WEEKDAYS
    others = alike if same_weekday else [other.amount for other in earlier[-RECENT_DAYS:]]
    if not same_weekday and len(others) < FEWEST_DAYS:
        return None
    found = score(day.amount, others)
    amount, usual = Decimal(day.amount), Decimal(found.median)
    if amount - usual < least or amount < MANIFOLD * usual or (found.z is not None and found.z <= OUTLYING):
        return None
    return Spike(day, found.median, found.z, len(others), same_weekday)
