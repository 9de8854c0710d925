"""What was spent on each whole day, or by this time of each day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dgbot.domain.forecast.curve import BurnCurve

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What was spent on *date*; not *measured* if a part of the day lies in a gap and the amount is but a share."""

    date: date
    amount: float
    measured: bool = True


def daily_spend(curve: BurnCurve, zone: tzinfo = UTC) -> tuple[DaySpend, ...]:
    """Return the spend of each day of *zone* that lies wholly between the first and the last reading.

    A day is as long as that zone's clock makes it; one that the zone never had is left out.
    """
    return tuple(_day(curve, day, start, end) for day, start, end in _whole_days(curve, zone))


def spend_until(curve: BurnCurve, clock: time, zone: tzinfo = UTC) -> tuple[DaySpend, ...]:
    """Return what was spent on each day from its start until *clock*, to compare a day that is not over with.

    Days of which that part lies outside the readings are left out.
    """
    found = []
    day, last = _date(curve.times[0], zone), _date(curve.times[-1], zone)
    while day <= last:
        start, end = midnight(day, zone), datetime.combine(day, clock, zone).timestamp()
        if curve.times[0] <= start <= end <= curve.times[-1]:
            found.append(_day(curve, day, start, end))
        day += ONE_DAY
    return tuple(found)


def rest_of_day(moment: float, zone: tzinfo) -> tuple[date, float]:
    """Return the day of *moment* (seconds since 1970) and which share of it is still to come, in (0, 1]."""
    day = _date(moment, zone)
    start, end = midnight(day, zone), midnight(day + ONE_DAY, zone)
    return day, min((end - moment) / (end - start), 1.0)


def midnight(day: date, zone: tzinfo) -> float:
    """Return when *day* begins in *zone*, in seconds since 1970; where the clock leaps over 0:00, when it leaps."""
    return datetime.combine(day, time.min, zone).timestamp()


def _whole_days(curve: BurnCurve, zone: tzinfo) -> Iterator[tuple[date, float, float]]:
    day = _date(curve.times[0], zone)
    start = midnight(day, zone)
    while (end := midnight(day + ONE_DAY, zone)) <= curve.times[-1]:
        if curve.times[0] <= start < end:
            yield day, start, end
        day, start = day + ONE_DAY, end


def _day(curve: BurnCurve, day: date, start: float, end: float) -> DaySpend:
    measured = not any(start < until and since < end for since, until in curve.gaps)
    return DaySpend(day, curve.spent_by(end) - curve.spent_by(start), measured)


def _date(moment: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(moment, zone).date()
