"""How a balance was used up: what came in and what left at one blow is told apart from what was spent."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

from dgbot.domain.forecast.readings import Level
from dgbot.domain.forecast.statistic import median_and_spread

ROUNDING = Decimal("0.005")
"""A rise up to this is rounding; a larger one is a top-up."""

GAP = timedelta(hours=36)
"""Readings further apart tell what was spent in all, and not on which day."""

DAY = 86400.0
SHORTEST_DAY = 23 / 24
"""What leaves within a whole day, and the shortest one has 23 hours, may have been spent in it: a spike, no step."""

BLOW = Decimal("0.1")
"""A step takes more than this share of the balance before it ..."""

DEVIATIONS = 8
"""... at a rate so many deviations above the usual one; a deviation is at least a quarter of that rate."""

HABIT = 3
HABIT_WITHIN = 28 * DAY
"""What happens so often within four weeks is no one-off step but how this balance is spent."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A top-up, or a one-off step down, somewhere between two readings.

    *observed* is how far the balance moved; *amount* is what came or went, once the usual spend of that time is put
    aside. Both are positive.
    """

    after: datetime
    before: datetime
    observed: Decimal
    amount: float


@dataclass(frozen=True, slots=True)
class BurnCurve:
    """What was spent since the first reading, free of top-ups and steps.

    *times* are seconds since 1970, *spent* the amount by then; *usual* is the median rate a day, None where no interval
    shows one; *gaps* are the stretches in which only the total is known.
    """

    times: tuple[float, ...]
    spent: tuple[float, ...]
    usual: float | None
    topups: tuple[Jump, ...]
    steps: tuple[Jump, ...]
    gaps: tuple[tuple[float, float], ...]

    def spent_by(self, moment: float) -> float:
        """Return what was spent by *moment*, a time between the first and the last reading, evenly in between."""
        right = min(bisect_right(self.times, moment), len(self.times) - 1)
        left = right - 1
        if left < 0:
            return self.spent[0]
        share = (moment - self.times[left]) / (self.times[right] - self.times[left])
        return self.spent[left] + share * (self.spent[right] - self.spent[left])


def burn_curve(levels: Sequence[Level]) -> BurnCurve:
    """Return the curve through *levels*, which must be clean and at least one."""
    times = tuple(level.at.timestamp() for level in levels)
    days = [(after - before) / DAY for before, after in pairwise(times)]
    drops = [before.amount - after.amount for before, after in pairwise(levels)]
    rates = [None if drop < -ROUNDING else float(drop) / span for drop, span in zip(drops, days, strict=True)]
    known = [rate for rate in rates if rate is not None]
    usual = statistics.median(known) if known else None
    rate = max(usual or 0.0, 0.0)
    steps = set(_steps(levels, times, rates))
    amounts = [
        rate * span if known is None or at in steps else float(drop)
        for at, (drop, known, span) in enumerate(zip(drops, rates, days, strict=True))
    ]

    def jump(at: int) -> Jump:
        moved = abs(drops[at])
        return Jump(levels[at].at, levels[at + 1].at, moved, abs(float(drops[at]) - rate * days[at]))

    return BurnCurve(
        times=times,
        spent=tuple(accumulate(amounts, initial=0.0)),
        usual=usual,
        topups=tuple(jump(at) for at, known in enumerate(rates) if known is None),
        steps=tuple(jump(at) for at in sorted(steps)),
        gaps=tuple((before, after) for before, after in pairwise(times) if after - before > GAP.total_seconds()),
    )


def _steps(levels: Sequence[Level], times: Sequence[float], rates: Sequence[float | None]) -> Iterator[int]:
    """Yield the intervals in which something left at one blow.

    The interval after it must be there and be normal, so that the first hour of a spike is never taken for a step.
    """
    known = [rate for rate in rates if rate is not None]
    if not known:
        return
    usual, spread = median_and_spread(known)
    limit = usual + DEVIATIONS * max(spread, abs(usual) / 4)
    fast = [rate is not None and rate > limit for rate in rates]
    found = [
        at
        for at in range(len(rates) - 1)
        if fast[at]
        and not any(fast[max(at - 1, 0) : at])
        and not fast[at + 1]
        and times[at + 1] - times[at] < SHORTEST_DAY * DAY
        and levels[at].amount - levels[at + 1].amount > BLOW * abs(levels[at].amount)
    ]
    when = [times[at] for at in found]
    for at, moment in zip(found, when, strict=True):
        if bisect_left(when, moment + HABIT_WITHIN) - bisect_right(when, moment - HABIT_WITHIN) < HABIT:
            yield at
