"""How often the 80 % band of days left holds, for use of every kind, in a simulation whose truth is known.

``python -m benchmarks.forecast [--runs N] [--seed N] [--hour H] [--kinds KIND ...]``. Each run draws four weeks of use
from a random weekday on, reads the balance each midnight and asks `forecast` for the days left; then the use goes on
until the balance, which is the kind's mean spend times the horizon, is empty. ``--hour`` asks at that hour of the day.

``coverage``    share of runs that were empty within the band; aimed at 0.8
``early_miss``  share that were empty before it
``width_days``  median width of the band, a late edge beyond a year counted as a year
``medAPE``      median distance of the middle from the truth, as a share of the truth

Ends with 1 if the coverage of a kind and horizon is out of its bounds.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from dgbot.domain.forecast import Forecast, Reading, forecast
from dgbot.domain.forecast.days_left import HORIZON

Draw = Callable[[Random, int], float]
"""The spend of a day, for a weekday with 0 as Monday."""

HISTORY = 28
HORIZONS = (5, 20)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
BOUNDS = (0.74, 0.86)
EXCEPTIONS = {("bursty", 20): (0.68, 0.86)}  # four weeks hold about four bursts, too few to know their mean by


@dataclass(frozen=True, slots=True)
class Usage:
    """A kind of use: its mean spend a day, and how a day is drawn."""

    mean: float
    draw: Draw


def _lognormal(random: Random, mean: float, shift: float, sigma: float) -> float:
    return math.exp(random.gauss(math.log(mean) - shift, sigma))


def _weekday_pattern(random: Random, weekday: int) -> float:
    return max(0.0, random.gauss(100, 15) if weekday < 5 else random.gauss(8, 3))


def _weekday_lognormal(random: Random, weekday: int) -> float:
    return _lognormal(random, 100, 0.08, 0.4) if weekday < 5 else _lognormal(random, 8, 0.125, 0.5)


def _bursty(random: Random, _: int) -> float:
    return random.expovariate(1 / 60) if random.random() < 0.15 else random.expovariate(1 / 3)


KINDS = {
    "iid-normal": Usage(12, lambda random, _: max(0.0, random.gauss(12, 3))),
    "lognormal": Usage(12, lambda random, _: _lognormal(random, 12, 0.18, 0.6)),
    "weekday-pattern": Usage(73.7, _weekday_pattern),
    "weekday-lognormal": Usage(73.7, _weekday_lognormal),
    "bursty": Usage(11.55, _bursty),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What the runs of one kind and horizon have shown."""

    kind: str
    horizon: int
    coverage: float
    early_miss: float
    width: float
    error: float

    def __str__(self) -> str:
        return (
            f"kind={self.kind} horizon={self.horizon} coverage={self.coverage:.3f} early_miss={self.early_miss:.3f} "
            f"width_days={self.width:.2f} medAPE={self.error:.3f}"
        )

    @property
    def holds(self) -> bool:
        """Whether the coverage is within its bounds."""
        least, most = EXCEPTIONS.get((self.kind, self.horizon), BOUNDS)
        return least <= self.coverage <= most


def main(words: Sequence[str] | None = None) -> int:
    """Simulate, print, and return 1 if a band promises too much or too little."""
    options = argparse.ArgumentParser(prog="benchmarks.forecast")
    options.add_argument("--runs", type=int, default=3000)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--hour", type=int, choices=range(24), default=0)
    options.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    chosen = options.parse_args(words)
    ended = 0
    for kind in chosen.kinds:
        for horizon in HORIZONS:
            figure = measured(kind, horizon, runs=chosen.runs, seed=chosen.seed, hour=chosen.hour)
            print(figure if figure.holds else f"{figure} OUT OF BOUNDS", flush=True)
            ended |= not figure.holds
    return int(ended)


def measured(kind: str, horizon: int, *, runs: int, seed: int, hour: int = 0) -> Figure:
    """Return what *runs* runs show; the same *seed* gives the same figure."""
    random = Random(f"{seed} {kind} {horizon}")  # noqa: S311 (dice, no secret)
    usage = KINDS[kind]
    within, early = 0, 0
    widths, errors = [], []
    for _ in range(runs):
        told, truth = _run(random, usage, usage.mean * horizon, hour / 24)
        first, middle, last = (HORIZON if edge is None else edge for edge in _edges(told))
        within += first <= truth and (truth <= last or last == HORIZON)
        early += truth < first
        widths.append(last - first)
        errors.append(abs(middle - truth) / truth)
    return Figure(kind, horizon, within / runs, early / runs, statistics.median(widths), statistics.median(errors))


def _run(random: Random, usage: Usage, balance: float, gone: float) -> tuple[Forecast, float]:
    """Return a forecast made when *gone* of a day was over, and after how many days *balance* was empty indeed."""
    start = MONDAY + timedelta(days=random.randrange(7))
    spent = [usage.draw(random, (start.weekday() + day) % 7) for day in range(HISTORY)]
    weekday = (start.weekday() + HISTORY) % 7
    today = usage.draw(random, weekday)
    times = [start + timedelta(days=day) for day in range(HISTORY + 1)]
    amounts = [balance + today * gone]
    for amount in reversed(spent):
        amounts.append(amounts[-1] + amount)
    readings = [_reading(at, amount) for at, amount in zip(times, reversed(amounts), strict=True)]
    now = times[-1] + timedelta(days=gone)
    if gone:
        readings.append(_reading(now, balance))
    left, days, rest = balance, 0.0, 1 - gone
    while (due := today * rest) < left:
        left, days, rest, weekday = left - due, days + rest, 1.0, (weekday + 1) % 7
        today = usage.draw(random, weekday)
    return forecast(readings, now, "usd"), days + left / today


def _reading(at: datetime, amount: float) -> Reading:
    return Reading(at, Decimal(f"{amount:.6f}"), "usd")


def _edges(told: Forecast) -> tuple[float | None, float | None, float | None]:
    return told.days_left.p10, told.days_left.p50, told.days_left.p90


if __name__ == "__main__":
    sys.exit(main())
