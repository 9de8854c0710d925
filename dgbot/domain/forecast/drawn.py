"""A balance as a line: how it fell, and where it goes from here."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from dgbot.domain.charts import Chart, Series
from dgbot.domain.forecast.daily import rest_of_day
from dgbot.domain.forecast.outlook import Forecast
from dgbot.domain.forecast.profile import WeekdayProfile
from dgbot.domain.forecast.readings import Level, Reading, levels
from dgbot.domain.forecast.statistic import Z80

PAST_DAYS = 14
POINTS = 20
"""What a chart of Slack's holds."""

LIKELY, EARLY, LATE = "balance", "if spent fast", "if spent slowly"


def balance_chart(readings: Iterable[Reading], told: Forecast, now: datetime, zone: tzinfo = UTC) -> Chart | None:
    """Return the balance of two weeks and where the forecast *told* leads, at the time of day of *now*.

    A point is a day, or two where the balance lasts longer than fits. The edges of the 80 % band are lines of their
    own, left out where they are no other than the middle. None without a profile, or with a single day to show.
    """
    if told.profile is None or told.balance is None:
        return None
    known = levels(readings, now, told.unit)
    late = told.days_left.p90 if told.days_left.p90 is not None else told.days_left.p50
    pace = 1 if late is not None and late <= POINTS - PAST_DAYS else 2
    past = [
        (now - timedelta(days=days), round(float(level.amount), 2))
        for days in range((PAST_DAYS - 1) // pace * pace, 0, -pace)
        if (level := _at(known, now - timedelta(days=days))) is not None
    ]
    if not past:
        return None
    ahead = [pace * step for step in range(1, POINTS - (PAST_DAYS - 1) // pace)]
    moments = [*(at for at, _ in past), now, *(now + timedelta(days=days) for days in ahead)]
    before = (*(amount for _, amount in past), round(float(told.balance), 2))
    lines = [
        Series(name, (*before, *(_left(told.profile, float(told.balance), now, days, z, zone) for days in ahead)))
        for name, z in ((EARLY, Z80), (LATE, -Z80), (LIKELY, 0.0))
    ]
    shown = [*(one for one in lines[:2] if one.values != lines[2].values), lines[2]]  # what is drawn last is on top
    return Chart(_title(told.unit), "line", tuple(_day(at, zone) for at in moments), tuple(shown), told.unit)


def _at(known: tuple[Level, ...], moment: datetime) -> Level | None:
    """Return the latest of *known* by *moment*; None before the first."""
    number = bisect_right(known, moment, key=lambda level: level.at)
    return known[number - 1] if number else None


def _left(profile: WeekdayProfile, balance: float, now: datetime, days: int, z: float, zone: tzinfo) -> float:
    """Return what is left *days* after *now* if spend strays *z* deviations upwards.

    That is no less than nothing, and no more than now.
    """
    today, rest = rest_of_day(now.timestamp(), zone)
    shares = [rest, *[1.0] * (days - 1), 1.0 - rest]
    mean = sum(share * profile.on(today + timedelta(days=number)) for number, share in enumerate(shares))
    strays = z * math.sqrt(days * profile.variance + days * days * profile.variance / profile.days)
    return round(min(max(balance - mean - strays, min(balance, 0.0)), balance), 2)


def _title(unit: str) -> str:
    return f"Balance and forecast, {'US dollars' if unit == 'usd' else unit}"


def _day(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b}"
