"""Balances for tests: steady ones, and arbitrary ones by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from dgbot.domain.forecast import Reading

START = datetime(2026, 6, 1, tzinfo=UTC)


def read(*amounts: float | str | None, every: float = 24, start: datetime = START, unit: str = "usd") -> list[Reading]:
    """Return readings *every* so many hours."""
    return [
        Reading(start + timedelta(hours=every * at), None if amount is None else Decimal(str(amount)), unit)
        for at, amount in enumerate(amounts)
    ]


def steady(rate: str, count: int, *, every: float = 6, balance: str = "1000", start: datetime = START) -> list[Reading]:
    """Return *count* readings of a balance that falls by *rate* a day."""
    step = Decimal(rate) * Decimal(str(every)) / 24
    return read(*(str(Decimal(balance) - step * at) for at in range(count)), every=every, start=start)


def later(readings: list[Reading], at: int, amount: str) -> list[Reading]:
    """Return the readings with *amount* more on the balance from the one numbered *at* on."""
    return [
        Reading(one.at, None if one.amount is None else one.amount + (Decimal(amount) if number >= at else 0), one.unit)
        for number, one in enumerate(readings)
    ]


@st.composite
def burnt(draw: st.DrawFn, least: int = 2, most: int = 60) -> list[Reading]:
    """Readings at odd times of a balance that falls by whole cents or stands still, with gaps now and then."""
    count = draw(st.integers(least, most))
    hours = draw(st.lists(st.sampled_from([1, 3, 6, 12, 24, 30, 48]), min_size=count, max_size=count))
    cents = draw(st.lists(st.integers(0, 5000), min_size=count, max_size=count))
    amount, at = Decimal(draw(st.integers(-1000, 500_000))) / 100, START + timedelta(hours=draw(st.integers(0, 200)))
    found = []
    for hour, cent in zip(hours, cents, strict=True):
        found.append(Reading(at, amount, "usd"))
        at, amount = at + timedelta(hours=hour), amount - Decimal(cent) / 100
    return found


@st.composite
def wild(draw: st.DrawFn) -> list[Reading]:
    """Readings as no balance ever was: any amount, any order, NaN, infinity and nothing among them."""
    amounts = st.one_of(
        st.none(),
        st.decimals(allow_nan=True, allow_infinity=True),
        st.decimals(-(10**15), 10**15, places=4),
        st.sampled_from([Decimal(0), Decimal("1e-300"), Decimal("-1e15"), Decimal("1e15"), Decimal("0.005")]),
    )
    hours = st.floats(0, 24 * 60, allow_nan=False)
    found = draw(st.lists(st.tuples(hours, amounts), max_size=60))
    return [Reading(START + timedelta(hours=hour), amount, "usd") for hour, amount in found]
