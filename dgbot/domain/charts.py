"""Numbers in a row as a picture, whoever draws it: Slack, or nothing but letters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_STEPS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one row of bars, with a value for each point of the chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """*series* over *points*, such as days; *sums* says that neighbours may be added up where room is short.

    *unit* is said with the numbers, ``usd`` as dollars. Raises ValueError for series that do not fit the points, for
    values that are no numbers, and for names that come twice.
    """

    title: str
    kind: Literal["line", "bar"]
    points: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    sums: bool = False

    def __post_init__(self) -> None:
        if not self.points or not self.series:
            raise ValueError("A chart needs a point and a series.")
        for one in self.series:
            if len(one.values) != len(self.points):
                raise ValueError(f"The series {one.name!r} has {len(one.values)} values for {len(self.points)} points.")
            if not all(math.isfinite(value) for value in one.values):
                raise ValueError(f"The series {one.name!r} has a value that is no number.")
        if len({one.name for one in self.series}) != len(self.series):
            raise ValueError("Two series of a chart have one name.")

    def within(self, most: int) -> Chart:
        """Return it with at most *most* points: neighbours are added up, or only the last of them is kept."""
        if len(self.points) <= most:
            return self
        size = math.ceil(len(self.points) / most)
        starts = range(0, len(self.points), size)
        ends = [min(start + size, len(self.points)) for start in starts]
        return Chart(
            self.title,
            self.kind,
            tuple(_span(self.points[start], self.points[end - 1]) for start, end in zip(starts, ends, strict=True)),
            tuple(
                Series(
                    one.name,
                    tuple(
                        sum(one.values[start:end]) if self.sums else one.values[end - 1]
                        for start, end in zip(starts, ends, strict=True)
                    ),
                )
                for one in self.series
            ),
            self.unit,
            self.sums,
        )

    def in_letters(self) -> str:
        """Return it as a line for each series: sparks, the numbers at both ends, the least and the most."""
        return "\n".join(self._line(one) for one in self.series)

    def _line(self, one: Series) -> str:
        low, high = min(one.values), max(one.values)
        ends = f"{self.points[0]} {self.number(one.values[0])} to {self.points[-1]} {self.number(one.values[-1])}"
        return f"{one.name} {spark(one.values)} {ends}, {self.number(low)}–{self.number(high)}"

    def number(self, value: float) -> str:
        """Return *value* as it is said."""
        text = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"
        if self.unit == "usd" and value < 0:
            return f"-${text[1:]}"
        return f"${text}" if self.unit == "usd" else f"{text} {self.unit}".strip()


def spark(values: Sequence[float]) -> str:
    """Return a bar of letters for each of *values*, the least at the bottom, the most at the top."""
    low, high = min(values), max(values)
    if low == high:
        return _STEPS[3] * len(values)
    return "".join(_STEPS[round((value - low) / (high - low) * (len(_STEPS) - 1))] for value in values)


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"
