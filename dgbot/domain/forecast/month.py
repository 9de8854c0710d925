"""Where a month's spend will end, and whether a budget is being outrun."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.profile import WINDOWS, WeekdayProfile, profile_of
from dgbot.domain.forecast.statistic import Z80

ELAPSED_DAYS, ELAPSED_WEEKDAYS = 5, 3
"""So much of a month must be over before its own days alone may raise an alert."""


class NoBudget(ValueError):
    """A budget of nothing has no percentage."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What a month will have cost in the end, with its 80 % band."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month as seen at the start of *as_of*, a day on which nothing is spent yet; amounts in the budget's unit.

    Percentages run from 0 to 100 and beyond. *linear* is what is left when weekdays are ignored, for comparison only.
    *telling* is false while the month is too young, and its forerunner unknown, for a projection to alarm anybody.
    """

    as_of: date
    days_done: int
    days_in_month: int
    spent: float
    percent_spent: float
    percent_elapsed: float
    linear: float | None
    profile: WeekdayProfile | None
    projection: Projection | None
    percent_projected: float | None
    telling: bool

    @property
    def pace(self) -> float:
        """How many points of percent the spend is ahead of the calendar."""
        return self.percent_spent - self.percent_elapsed


def month_end(days: Sequence[DaySpend], *, as_of: date, budget: Decimal) -> MonthEnd:
    """Return how the month of *as_of* goes on; *days* may begin in an earlier one, and those after *as_of* are ignored.

    Spent is what *days* tell of this month. Raises `NoBudget` if *budget* isn't above zero.
    """
    if not (budget.is_finite() and budget > 0):
        raise NoBudget(f"A budget of {budget} can't be compared with anything; it must be above zero.")
    past = [day for day in days if day.date < as_of]
    done, length = as_of.day - 1, calendar.monthrange(as_of.year, as_of.month)[1]
    this_month = [day for day in past if (day.date.year, day.date.month) == (as_of.year, as_of.month)]
    spent = math.fsum(day.amount for day in this_month)
    share = 100 / float(budget)
    profile = profile_of(past, whole_weeks=False)
    projection = _projection(spent, profile, as_of, length - done) if profile else None
    weekdays = sum(day.date.weekday() < 5 for day in this_month)
    return MonthEnd(
        as_of=as_of,
        days_done=done,
        days_in_month=length,
        spent=spent,
        percent_spent=spent * share,
        percent_elapsed=100 * done / length,
        linear=spent / done * length if done else None,
        profile=profile,
        projection=projection,
        percent_projected=projection.p50 * share if projection else None,
        telling=projection is not None
        and (len(past) >= WINDOWS[0] or (len(this_month) >= ELAPSED_DAYS and weekdays >= ELAPSED_WEEKDAYS)),
    )


def _projection(spent: float, profile: WeekdayProfile, as_of: date, remaining: int) -> Projection:
    to_come = math.fsum(profile.on(as_of + timedelta(days=ahead)) for ahead in range(remaining))
    variance = remaining * profile.variance + remaining**2 * profile.variance / profile.days
    middle, margin = spent + to_come, Z80 * math.sqrt(variance)
    return Projection(middle - margin, middle, middle + margin)
