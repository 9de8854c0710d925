"""What a day usually costs: a mean for each weekday, and how far days stray from it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dgbot.domain.forecast.daily import DaySpend

WINDOWS = (28, 21, 14)
"""Whole weeks, so that each weekday counts equally often; the longest that there are days for is taken."""

FEWEST_DAYS = 3


@dataclass(frozen=True, slots=True)
class WeekdayProfile:
    """Mean spend of each weekday, Monday first, and the *variance* of *days* days around it.

    *weekly* is false when there were too few days to tell weekdays apart: then all seven means are the same.
    """

    means: tuple[float, ...]
    variance: float
    days: int
    weekly: bool

    @property
    def rate(self) -> float:
        """Mean spend a day, over a whole week."""
        return statistics.fmean(self.means)

    def on(self, day: date) -> float:
        """Return what is expected to be spent on *day*."""
        return self.means[day.weekday()]


def weekday_profile(days: Sequence[DaySpend]) -> WeekdayProfile:
    """Return the profile of exactly the *days* given: at least 8, with every weekday among them.

    One variance is pooled over all weekdays, with a degree of freedom less for each of the seven means: what is left is
    the mean squared residual of a regression on weekdays.
    """
    by_weekday: tuple[list[float], ...] = ([], [], [], [], [], [], [])
    for day in days:
        by_weekday[day.date.weekday()].append(day.amount)
    if len(days) < 8 or not all(by_weekday):
        raise ValueError("A weekday profile needs 8 days or more, with each weekday among them.")
    means = tuple(statistics.fmean(amounts) for amounts in by_weekday)
    squares = sum((amount - means[weekday]) ** 2 for weekday in range(7) for amount in by_weekday[weekday])
    return WeekdayProfile(means, squares / (len(days) - 7), len(days), weekly=True)


def flat_profile(days: Sequence[DaySpend]) -> WeekdayProfile:
    """Return a profile that knows no weekdays: plain mean and sample variance of two days or more."""
    amounts = [day.amount for day in days]
    mean = statistics.fmean(amounts)
    return WeekdayProfile((mean,) * 7, statistics.variance(amounts, mean), len(amounts), weekly=False)


def profile_of(days: Sequence[DaySpend], *, whole_weeks: bool = True) -> WeekdayProfile | None:
    """Return the best profile that the latest of *days* support, or None below 3 measured days.

    28 days, else 21, else 14; with *whole_weeks* false any number from 14 to 28. Below 14, or if gaps have eaten every
    one of some weekday, it is flat.
    """
    measured = [day for day in days if day.measured]
    if len(measured) < FEWEST_DAYS:
        return None
    fitting = (length for length in WINDOWS if len(measured) >= length)
    window = measured[-next(fitting, len(measured)) :] if whole_weeks else measured[-WINDOWS[0] :]
    if len(window) >= WINDOWS[-1] and len({day.date.weekday() for day in window}) == 7:
        return weekday_profile(window)
    return flat_profile(window)
