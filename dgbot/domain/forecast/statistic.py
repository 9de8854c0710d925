"""The few numbers that every part of the forecast is made of."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

Z80 = 1.2815515655446004
"""Quantile of the normal distribution that leaves a tenth on either side: the edge of an 80 % band."""

NORMAL_MAD = 1.4826022185056018
"""Makes the median absolute deviation of normal values their standard deviation."""

NORMAL_MEAN_DEVIATION = 1.2533141373155
"""The same for the mean absolute deviation."""


def median_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the MADN, its robust standard deviation, of at least one value."""
    middle = statistics.median(values)
    return middle, NORMAL_MAD * statistics.median(abs(value - middle) for value in values)
