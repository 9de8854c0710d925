"""Which way spending goes this week; never a forecast, because it leans towards whatever weekday it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dgbot.domain.forecast.daily import DaySpend

HALF_LIFE = 7
"""Days after which a day counts half."""


def trend(days: Sequence[DaySpend]) -> float | None:
    """Return the mean spend a day in which a day counts half of one a week later; None without days.

    Days that gaps touch are left out, but time goes on in them.
    """
    measured = [day for day in days if day.measured]
    if not measured:
        return None
    weights = [math.exp2(-(measured[-1].date - day.date).days / HALF_LIFE) for day in measured]
    return sum(weight * day.amount for weight, day in zip(weights, measured, strict=True)) / sum(weights)
