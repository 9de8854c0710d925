"""What is left of a project's money, read once and remembered for the forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from dgbot import (
    CannotMeasure,
    Chart,
    Forecast,
    SampleContext,
    UnitsDiffer,
    balance_chart,
    empty_about,
    forecast,
    usual_spend,
)

BALANCE = "balance"
"""The name of the check, and of the series of its readings."""

DAY = timedelta(days=1)
SHOWN = 4
"""Balances of one project that are named."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What is left of a project's balances in US dollars (*dollars*), and of those in other units: a sum for each."""

    dollars: tuple[Decimal, ...]
    others: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])

    @property
    def total(self) -> Decimal:
        """All that is left in US dollars."""
        return sum(self.dollars, Decimal(0))

    def lines(self) -> tuple[str, ...]:
        """Return what makes up the total, and what does not count; nothing where there is one balance alone."""
        apart = sorted((amount for amount in self.dollars if amount), reverse=True)
        found = list[str]()
        if len(apart) > 1:
            named = [dollars(amount) for amount in apart[:SHOWN]]
            named += [f"{len(apart) - SHOWN} more"] if len(apart) > SHOWN else []
            found.append(f"On {len(apart)} balances: {', '.join(named[:-1])} and {named[-1]}.")
        if self.others:
            found.append(f"Not counted, for it is no money: {listed(self.others)}.")
        return tuple(found)


async def left(ctx: SampleContext) -> Purse:
    """Read what is left; hours and other units are kept apart, for they don't add up with money."""
    found, others = list[Decimal](), dict[str, Decimal]()
    for balance in (await ctx.deepgram.get_balances(ctx.project.id)).balances:
        unit = balance.units.strip().lower()
        if unit == "usd":
            found.append(balance.amount_exact)
        else:
            others[unit] = others.get(unit, Decimal(0)) + balance.amount_exact
    if not found:
        but = f"; it has {listed(others)}" if others else ""
        raise CannotMeasure(f"Deepgram names no balance of {ctx.project.name} in US dollars{but}.")
    purse = Purse(tuple(found), others)
    ctx.keep(BALANCE, purse.total, "usd")
    return purse


def listed(amounts: Mapping[str, Decimal]) -> str:
    """Return amounts of units other than money, such as ``900 hours and 3 tokens``."""
    return " and ".join(_counted(amount, unit) for unit, amount in sorted(amounts.items()))


def _counted(amount: Decimal, unit: str) -> str:
    number = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.1f}"
    return f"{number} {unit or 'of no unit'}{'s' * (bool(unit) and amount != 1)}"


async def outlook(ctx: SampleContext) -> Forecast | None:
    """Return what there is to say about the future of the balance; None where nothing is."""
    try:
        return forecast(await ctx.history(BALANCE), ctx.now, "usd")
    except UnitsDiffer:
        return None


async def chart(told: Forecast | None, ctx: SampleContext) -> Iterable[Chart]:
    """Return the balance and where it goes as a chart; nothing while too little is known."""
    drawn = told and balance_chart(await ctx.history(BALANCE), told, ctx.now)
    return (drawn,) if drawn else ()


def lines(told: Forecast | None, ctx: SampleContext) -> tuple[str, ...]:
    """Return how it is spent, when it is empty, and the last top-up; nothing while too little is known."""
    if told is None or told.profile is None:
        return ()
    when = empty_about(told.days_left, ctx.now)
    found = [f"{usual_spend(told.profile)} {when[:1].upper()}{when[1:]}."]
    if told.topups:
        last = told.topups[-1]
        amount = dollars(Decimal(str(round(last.amount, 2))))
        found.append(f"Last top-up: {amount} on {last.before:%a} {last.before.day} {last.before:%b}.")
    return tuple(found)


def dollars(amount: Decimal) -> str:
    """Return *amount* with its cents, if it has any."""
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"
