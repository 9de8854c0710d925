"""What rules would have posted, had they watched readings that were kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from dgbot.domain.alerting.rules import EVERY_PROJECT, AlertRule
from dgbot.domain.forecast import forecast
from dgbot.domain.forecast.readings import Reading
from dgbot.plugin.check import Check
from dgbot.services.alerting.rehearsal.notation import Missing, Point
from dgbot.services.alerting.rehearsal.script import Script, Series

BALANCE, DAYS_LEFT = "balance", "days-left"
PLAYED = (BALANCE, DAYS_LEFT)
"""Kinds whose values follow from readings of a balance."""

LOOKED_AT = timedelta(days=35)
"""Readings before this are no part of a forecast: its window is 28 whole days."""

GAPS = 3
"""A reading counts until so many usual pauses went by without another."""

FAR, EDGE = Decimal(366), Decimal(2)
"""Days that stand for "longer than anybody can tell", and below which the early edge of the band counts."""


def backtest(
    rules: Sequence[AlertRule],
    readings: Sequence[Reading],
    *,
    project: str,
    until: datetime,
    zone: ZoneInfo,
    checks: Mapping[str, Check],
) -> Script:
    """Return the script in which those of *rules* that can be played watch *readings*, from the first one on.

    Every rule watches the *project*, whichever it names: it is the only one of which there are readings.
    """
    known = sorted((one for one in readings if one.amount is not None), key=lambda one: one.at)
    played = tuple(replace(rule, project_id=EVERY_PROJECT) for rule in rules if rule.check in PLAYED)
    start = known[0].at if known else until
    every = min((rule.schedule.every for rule in played), default=timedelta(minutes=15))
    moments = [start + every * number for number in range((until - start) // every + 1)]
    series = []
    for kind in {rule.check for rule in played}:
        pause = min(rule.schedule.every for rule in played if rule.check == kind)
        series.append(Series(kind, project, _points(kind, known, moments, pause)))
    return Script(start, every, zone, played, tuple(series), checks=dict(checks))


def _points(kind: str, readings: Sequence[Reading], moments: Sequence[datetime], pause: timedelta) -> tuple[Point, ...]:
    """Return what *kind* finds at *moments*; what takes a forecast is worked out once a *pause*."""
    times = [one.at for one in readings]
    pauses = sorted(after - before for before, after in pairwise(times))
    usual = pauses[len(pauses) // 2] if pauses else timedelta(days=1)
    points, worked_out = list[Point](), datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    for now in moments:
        latest = bisect_right(times, now) - 1
        if latest < 0 or now - times[latest] > max(GAPS * usual, pause):
            points.append(Missing())
        elif kind == BALANCE:
            points.append(readings[latest].amount or Decimal(0))
        elif points and now - worked_out < pause:
            points.append(points[-1])
        else:
            worked_out = now
            begins = bisect_right(times, now - LOOKED_AT)
            points.append(_days_left(readings[begins : latest + 1], now))
    return tuple(points)


def _days_left(readings: Sequence[Reading], now: datetime) -> Point:
    """Return the middle of the forecast's band, or its early edge where that is too soon; as the check does."""
    told = forecast(readings, now, readings[-1].unit) if readings else None
    if told is None or told.profile is None:
        return Missing()
    middle, early = (FAR if one is None else Decimal(f"{one:.2f}") for one in (told.days_left.p50, told.days_left.p10))
    return early if early < EDGE else max(middle, EDGE)
