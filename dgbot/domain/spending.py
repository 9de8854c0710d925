"""What was spent, cut by whatever tells it apart, beside the time before; and what changed most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dgbot.domain.days import Days

ZERO = Decimal(0)

MOVES = Decimal("0.05")
"""What changed by less than this share of all that was spent is no mover."""


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars of one UTC day: with which key, for what (Deepgram's line item), under which tags."""

    day: date
    amount: Decimal
    key_id: str = ""
    item: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What *name* cost, and in the time before."""

    name: str
    amount: Decimal
    before: Decimal

    @property
    def change(self) -> Decimal:
        """By how much it is more; negative where it is less."""
        return self.amount - self.before


def shares(spent: Iterable[Spent], days: Days, names: Callable[[Spent], Iterable[str]]) -> list[Share]:
    """Return what each of its *names* cost in *days* and in the week before, the dearest first."""
    now, before = dict[str, Decimal](), dict[str, Decimal]()
    for one in spent:
        sums = now if one.day in days else before if one.day in days.a_week_before else None
        if sums is not None:
            for name in names(one):
                sums[name] = sums.get(name, ZERO) + one.amount
    found = [Share(name, now.get(name, ZERO), before.get(name, ZERO)) for name in {**now, **before}]
    return sorted(found, key=lambda share: (-share.amount, share.name))


def movers(found: Sequence[Share]) -> list[Share]:
    """Return those of *found* that changed noticeably, the largest change first; none where nothing was before."""
    spent, before = sum((one.amount for one in found), ZERO), sum((one.before for one in found), ZERO)
    if before <= 0:
        return []
    least = MOVES * max(spent, before)
    moved = [one for one in found if abs(one.change) >= least and one.change]
    return sorted(moved, key=lambda share: (-abs(share.change), share.name))


def total(spent: Iterable[tuple[date, Decimal]], days: Days) -> Decimal:
    """Sum what was spent in *days*."""
    return sum((amount for day, amount in spent if day in days), ZERO)
