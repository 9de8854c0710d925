"""How bad a value is: the lines that a rule draws, from mild to worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class Severity(StrEnum):
    """How loud a level is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Side(StrEnum):
    """On which side of its line a value is bad."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Hold:
    """How long, and for how many evaluations, a value has to be bad before it is news; both have to be reached."""

    lasts: timedelta = timedelta()
    evaluations: int = 1

    @property
    def waits(self) -> bool:
        """Whether the first bad value is not news yet."""
        return self.lasts > timedelta() or self.evaluations > 1


@dataclass(frozen=True, slots=True)
class Level:
    """Bad beyond *threshold* (strictly), good again at *clear_at*; both in the unit of the rule's check."""

    severity: Severity
    threshold: Decimal
    clear_at: Decimal
    hold: Hold = Hold()


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of one rule from mild to worst; a level's *rank* is its place in it, from 1. Rank 0 is no level.

    Raises ValueError if the levels are not in order, or if one recovers on its bad side.
    """

    side: Side
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("A rule needs at least one level.")
        lines = [self._badness(level.threshold) for level in self.levels]
        if lines != sorted(set(lines)):
            worse = "lower" if self.side is Side.BELOW else "higher"
            raise ValueError(f"Levels go from mild to worst: each threshold has to be {worse} than the one before.")
        for level in self.levels:
            if self._badness(level.clear_at) > self._badness(level.threshold):
                raise ValueError(
                    f"A level that fires {self.side} {level.threshold} can't recover at {level.clear_at}, "
                    "which is worse."
                )

    def __getitem__(self, rank: int) -> Level:
        return self.levels[rank - 1]

    @property
    def lines(self) -> Sequence[tuple[Decimal, Decimal]]:
        """Where each level fires and where it recovers, mild first."""
        return [(level.threshold, level.clear_at) for level in self.levels]

    @property
    def ranks(self) -> range:
        """Every rank, mild first."""
        return range(1, len(self.levels) + 1)

    def breached(self, value: Decimal) -> Sequence[int]:
        """Return the ranks beyond whose thresholds *value* is."""
        return [rank for rank in self.ranks if self._badness(value) > self._badness(self[rank].threshold)]

    def standing(self, value: Decimal, *, up_to: int) -> int:
        """Return the worst rank, *up_to* one that fired, from which *value* has not recovered; 0 if from all."""
        bad = self._badness(value)
        return max((r for r in self.ranks if r <= up_to and bad > self._badness(self[r].clear_at)), default=0)

    def excess(self, value: Decimal | None) -> Decimal:
        """Return how far beyond the mildest line *value* is, as a share of that line: what is more is more urgent."""
        if value is None:
            return Decimal(0)
        line = self.levels[0].threshold
        return (self._badness(value) - self._badness(line)) / max(abs(line), Decimal(1))

    def worse(self, one: Decimal, other: Decimal) -> Decimal:
        """Return the worse of two values."""
        return max(one, other, key=self._badness)

    def _badness(self, value: Decimal) -> Decimal:
        return -value if self.side is Side.BELOW else value
