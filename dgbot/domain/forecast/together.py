"""Several balances of one project: those of a unit are used up together, those of two units are never added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.days_left import HORIZON


@dataclass(frozen=True, slots=True)
class Held:
    """A balance and what is spent of it a day, in *unit*; both are sums once several were added."""

    unit: str
    amount: Decimal
    rate: float

    @property
    def days(self) -> float | None:
        """Days until nothing is left; None if that's beyond the horizon, or nothing is spent."""
        if self.amount <= 0:
            return 0.0
        if self.rate <= 0 or float(self.amount) > HORIZON * self.rate:
            return None
        return float(self.amount) / self.rate


def together(balances: Iterable[Held]) -> Mapping[str, Held]:
    """Return one sum a unit; which balance is used first isn't known, so only their sum can be said to run out."""
    sums: dict[str, Held] = {}
    for held in balances:
        so_far = sums.get(held.unit, Held(held.unit, Decimal(), 0.0))
        sums[held.unit] = Held(held.unit, so_far.amount + held.amount, so_far.rate + held.rate)
    return sums


def spent_together(balances: Sequence[Sequence[DaySpend]]) -> tuple[DaySpend, ...]:
    """Return the daily spend of several balances of one unit, for the days that all of them tell."""
    by_date: dict[date, list[DaySpend]] = {}
    for days in balances:
        for day in days:
            by_date.setdefault(day.date, []).append(day)
    return tuple(
        DaySpend(day, sum(part.amount for part in parts), all(part.measured for part in parts))
        for day, parts in sorted(by_date.items())
        if len(parts) == len(balances)
    )
