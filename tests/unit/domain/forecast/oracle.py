"""Estimators that the product doesn't use, by scipy, and what a vector compares: see tests/samples/alerting."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from scipy import stats

from dgbot.domain.forecast.curve import DAY, BurnCurve
from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.readings import Level, Reading

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[3] / "samples" / "alerting" / "vectors.json").read_text())


def agree(found: float | None, told: float | None) -> bool:
    if found is None or told is None:
        return found is told
    return math.isfinite(found) and abs(found - told) <= 1e-6 * max(1, abs(found), abs(told))


def readings(series: dict[str, Any]) -> list[Reading]:
    return [
        Reading(datetime.fromisoformat(at), None if amount is None else Decimal(str(amount)), series["unit"])
        for at, amount in series["samples"]
    ]


def days_from(first: str, amounts: Sequence[float]) -> list[DaySpend]:
    return [DaySpend(date.fromisoformat(first) + timedelta(days=at), amount) for at, amount in enumerate(amounts)]


class Points:
    """A balance over time, in days since the first reading, and straight lines through it."""

    def __init__(self, times: Sequence[float], amounts: Sequence[float]) -> None:
        self.days = [(moment - times[0]) / DAY for moment in times]
        self.amounts = amounts

    def theil_sen(self) -> dict[str, float]:
        found = stats.theilslopes(self.amounts, self.days, alpha=0.90, method="separate")
        names = ("slope", "intercept", "low_slope", "high_slope")
        return {name: float(value) for name, value in zip(names, found, strict=True)}

    def least_squares(self) -> float:
        return float(stats.linregress(self.days, self.amounts).slope)


def raw(levels: Sequence[Level]) -> Points:
    return Points([level.at.timestamp() for level in levels], [float(level.amount) for level in levels])


def without_topups(levels: Sequence[Level], curve: BurnCurve) -> Points:
    return Points(curve.times, [float(levels[0].amount) - spent for spent in curve.spent])


def days_at(slope: float, balance: float) -> float | None:
    return None if slope >= -1e-12 else balance / -slope


def classic_z(value: float, others: Sequence[float]) -> float | None:
    spread = statistics.stdev(others)
    return (value - statistics.fmean(others)) / spread if spread else None
