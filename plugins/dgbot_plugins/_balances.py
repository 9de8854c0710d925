"""What is left of a project's money, read once and remembered for the forecast."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dgbot import CannotMeasure, Forecast, SampleContext, UnitsDiffer, empty_about, forecast, usual_spend

BALANCE = "balance"
"""The name of the check, and of the series of its readings."""

DAY = timedelta(days=1)


async def left(ctx: SampleContext) -> Decimal:
    """Sum what is left in US dollars; hours and other units are left aside, for they don't add up with money."""
    balances = (await ctx.deepgram.get_balances(ctx.project.id)).balances
    found = [balance.amount_exact for balance in balances if balance.units.strip().lower() == "usd"]
    if not found:
        raise CannotMeasure(f"Deepgram names no balance of {ctx.project.name} in US dollars.")
    total = sum(found, Decimal(0))
    ctx.keep(BALANCE, total, "usd")
    return total


async def outlook(ctx: SampleContext) -> Forecast | None:
    """Return what there is to say about the future of the balance; None where nothing is."""
    try:
        return forecast(await ctx.history(BALANCE), ctx.now, "usd")
    except UnitsDiffer:
        return None


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
