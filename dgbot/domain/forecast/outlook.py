"""From readings of one balance to what there is to say about its future."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from dgbot.domain.forecast.curve import DAY, BurnCurve, Jump, burn_curve
from dgbot.domain.forecast.daily import DaySpend, daily_spend, rest_of_day
from dgbot.domain.forecast.days_left import DaysLeft, days_left
from dgbot.domain.forecast.profile import WeekdayProfile, profile_of
from dgbot.domain.forecast.readings import Level, Reading, levels
from dgbot.domain.forecast.trend import trend

FEWEST_READINGS = 8
SHORTEST_SPAN = timedelta(hours=24)


class Confidence(StrEnum):
    """How much a forecast is worth, in a word: see `forecast`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What *unit* of a balance is left at *read_at*, how it was spent, and for how long it lasts from now on.

    *balance* and *read_at* are None without a reading that counts, *profile* is None where there was too little to go
    by; then `days_left` names no day. *trend* is the mean spend a day with more weight on this week.
    """

    unit: str
    balance: Decimal | None
    read_at: datetime | None
    topups: tuple[Jump, ...]
    steps: tuple[Jump, ...]
    daily_spend: tuple[DaySpend, ...]
    profile: WeekdayProfile | None
    days_left: DaysLeft
    trend: float | None
    confidence: Confidence


def forecast(readings: Iterable[Reading], now: datetime, unit: str, zone: tzinfo = UTC) -> Forecast:
    """Return the forecast of a balance in *unit* from *readings* in the order of their arrival; days are *zone*'s.

    Fewer than 8 readings or 3 whole days: no forecast. Confidence is low then, if the readings span less than 24 hours,
    and where the band is wider than twice its middle; it is high from 14 days on, and medium between. Days left are
    counted from *now*, not from the latest reading. Raises `UnitsDiffer` at a reading in another unit.
    """
    known = levels(readings, now, unit)
    if not known:
        return Forecast(unit, None, None, (), (), (), None, DaysLeft(), None, Confidence.LOW)
    curve, last = burn_curve(known), known[-1]
    days = daily_spend(curve, zone)
    profile = profile_of(days) if len(known) >= FEWEST_READINGS else None
    left = _left(last, curve, profile, now, zone) if profile else DaysLeft()
    return Forecast(
        unit=unit,
        balance=last.amount,
        read_at=last.at,
        topups=curve.topups,
        steps=curve.steps,
        daily_spend=days,
        profile=profile,
        days_left=left,
        trend=trend(days),
        confidence=_confidence(known, profile, left),
    )


def _left(last: Level, curve: BurnCurve, profile: WeekdayProfile, now: datetime, zone: tzinfo) -> DaysLeft:
    today, rest = rest_of_day(curve.times[-1], zone)
    age = max((now - last.at).total_seconds(), 0.0) / DAY
    return days_left(last.amount, profile, today=today, rest=rest).less(age)


def _confidence(known: tuple[Level, ...], profile: WeekdayProfile | None, left: DaysLeft) -> Confidence:
    if profile is None or known[-1].at - known[0].at < SHORTEST_SPAN:
        return Confidence.LOW
    if left.p10 is not None and (left.p50 is None or left.p90 is None or left.p90 - left.p10 > 2 * left.p50):
        return Confidence.LOW
    return Confidence.HIGH if profile.weekly else Confidence.MEDIUM
