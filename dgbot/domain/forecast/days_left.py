"""When a balance is used up, with the band that four of five such forecasts keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dgbot.domain.forecast.profile import WeekdayProfile
from dgbot.domain.forecast.statistic import Z80

HORIZON = 365
"""Days; what lasts longer is told as "over a year", because nobody knows."""

FAR = 1e9
"""Days beyond which even the early edge means nothing."""


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """Days until a balance is empty: *p10* is the early edge of the 80 % band, *p90* the late one; None is never.

    Never means: not within the horizon.
    """

    p10: float | None = None
    p50: float | None = None
    p90: float | None = None

    def less(self, days: float) -> DaysLeft:
        """Return what is left *days* later, if nothing else became known; it does not fall below zero."""
        return DaysLeft(*(None if left is None else max(left - days, 0.0) for left in (self.p10, self.p50, self.p90)))


def days_left(balance: Decimal, profile: WeekdayProfile, *, today: date, rest: float = 1.0) -> DaysLeft:
    """Return how long *balance*, in the profile's unit, lasts when *rest* of the day *today* is still to come.

    With weekdays: the expected spend of the days to come, plus or minus what it strays by, which grows with the days
    and with the doubt about their mean. A flat profile has a closed form. An empty balance has zero days left.
    """
    amount = float(balance)
    if amount <= 0:
        return DaysLeft(0.0, 0.0, 0.0)
    if not profile.weekly:
        return _at_one_rate(amount, profile)
    return DaysLeft(*(_passage(amount, profile, today.weekday(), rest, z) for z in (Z80, 0.0, -Z80)))


def _passage(amount: float, profile: WeekdayProfile, weekday: int, rest: float, z: float) -> float | None:
    """Return when spend that strays *z* deviations upwards first reaches *amount*; linear within each day."""
    mean = before = begun = 0.0
    span, days = rest, profile.days
    while begun < HORIZON:
        ended = min(begun + span, HORIZON)
        mean += (ended - begun) * profile.means[weekday % 7]
        spent = mean + z * math.sqrt(ended * profile.variance + ended * ended * profile.variance / days)
        if spent >= amount:
            return begun + (ended - begun) * (amount - before) / (spent - before)
        before, begun, span, weekday = spent, ended, 1.0, weekday + 1
    return None


def _at_one_rate(amount: float, profile: WeekdayProfile) -> DaysLeft:
    """Return the first passage of a random walk with drift, widened by the doubt about the drift."""
    rate = profile.rate
    if rate <= 0 or not (days := amount / rate) < FAR:
        return DaysLeft()
    deviation = math.sqrt(profile.variance) / rate * math.sqrt(days + days * days / profile.days)
    edges = (max(days - Z80 * deviation, 0.0), days, days + Z80 * deviation)
    return DaysLeft(*(edge if edge <= HORIZON else None for edge in edges))
