"""What can be watched of a project's spending: budgets, where a month ends, and days out of the ordinary.

Deepgram tells spending by UTC days, so days and months are UTC's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from dgbot import (
    Check,
    DaySpend,
    Hold,
    Sample,
    SampleContext,
    Severity,
    Side,
    TooEarly,
    hookimpl,
    month_end,
    spike,
)
from dgbot_plugins._balances import dollars
from dgbot_plugins._figures import choice, number, rounded

BACK = 63
"""Days of spending that a forecast or a comparison looks back: nine of each weekday."""

ONE = timedelta(days=1)
PERIOD = ("month", "day")
AMOUNT = {"amount": "the budget in US dollars"}
SPENT = ((Severity.INFO, Decimal(50)), (Severity.WARNING, Decimal(80)), (Severity.CRITICAL, Decimal(100)))
PROJECTED = ((Severity.WARNING, Decimal(100)), (Severity.CRITICAL, Decimal(125)))
OUTLYING = ((Severity.WARNING, Decimal(20)),)
"""US dollars above the usual."""


async def budget(ctx: SampleContext, params: Mapping[str, str]) -> list[Sample]:
    """Measure which share of the budget of this month, or day, is spent."""
    amount, monthly = number(params, "amount", fits="500"), choice(params, "period", *PERIOD) == "month"
    today = ctx.now.date()
    days = await spending(ctx, today.replace(day=1) if monthly else today, today)
    spent = sum(days.values(), Decimal(0))
    period = f"{today:%Y-%m}" if monthly else today.isoformat()
    when = f"in {today:%B}" if monthly else "today (UTC)"
    line = f"{dollars(rounded(spent))} of {dollars(amount)} are spent {when}."
    labels = {"period": period, "budget_id": f"{amount:f}"}
    return [Sample(rounded(spent * 100 / amount), "percent", labels, detail=(line,))]


async def budget_forecast(ctx: SampleContext, params: Mapping[str, str]) -> list[Sample]:
    """Measure which share of the budget this month is going to take."""
    amount, today = number(params, "amount", fits="500"), ctx.now.date()
    end = month_end(whole_days(await spending(ctx, today - BACK * ONE, today), today), as_of=today, budget=amount)
    if not end.telling or end.projection is None:
        raise TooEarly(
            f"There are too few days of spending of {ctx.project.name} to tell where the month ends; it takes four "
            "weeks, or five days of this month."
        )
    low, high = (rounded(max(edge, 0.0)) for edge in (end.projection.p10, end.projection.p90))
    line = (
        f"{dollars(rounded(end.spent))} of {dollars(amount)} are spent before today; {today:%B} ends at about "
        f"{dollars(rounded(end.projection.p50))} (80 %: {dollars(low)} to {dollars(high)})."
    )
    labels = {"period": f"{today:%Y-%m}", "budget_id": f"{amount:f}"}
    return [Sample(rounded(end.percent_projected or 0.0), "percent", labels, detail=(line,))]


async def usage_spike(ctx: SampleContext, params: Mapping[str, str]) -> list[Sample]:
    """Measure by how much yesterday's spending was above the usual; nothing if it was not out of the ordinary."""
    today = ctx.now.date()
    days = whole_days(await spending(ctx, today - BACK * ONE, today), today)
    if not days:
        return []
    found = spike(days[-1], days[:-1], least=Decimal(0))
    if found is None:
        return [Sample(Decimal(0), "usd", {"day": days[-1].date.isoformat()})]
    usual, spent = rounded(found.usual), rounded(found.day.amount)
    against = f"{found.compared} {days[-1].date:%A}s" if found.same_weekday else f"the {found.compared} days"
    line = f"{days[-1].date:%A} cost {dollars(spent)}; {dollars(usual)} is usual, by {against} before."
    return [Sample(spent - usual, "usd", {"day": days[-1].date.isoformat()}, detail=(line,))]


async def spending(ctx: SampleContext, first: date, last: date) -> dict[date, Decimal]:
    """Return what was spent on each UTC day of which Deepgram tells."""
    told = await ctx.deepgram.get_billing_breakdown(ctx.project.id, start=first, end=last)
    days: dict[date, Decimal] = {}
    for one in told.results:
        day = one.grouping.start_date
        if day is not None and first <= day <= last:
            days[day] = days.get(day, Decimal(0)) + one.dollars_exact
    return days


def whole_days(spent: Mapping[date, Decimal], today: date) -> list[DaySpend]:
    """Return every day from the first with spending to yesterday; one of which nothing is told cost nothing."""
    first = min((day for day, amount in spent.items() if amount), default=today)
    return [
        DaySpend(first + count * ONE, float(spent.get(first + count * ONE, 0))) for count in range((today - first).days)
    ]


def fits_budget(params: Mapping[str, str]) -> None:
    """Refuse a budget of nothing, and a period that is none; raises ValueError."""
    number(params, "amount", fits="500")
    choice(params, "period", *PERIOD)


@hookimpl
def dgbot_checks() -> list[Check]:
    over = "its period is over, or the budget was changed"
    return [
        Check(
            "budget",
            "which share of a budget is spent",
            budget,
            says="{value} of the budget spent",
            unit="percent",
            params={**AMOUNT, "period": "month or day, in UTC; month"},
            fits=fits_budget,
            side=Side.ABOVE,
            levels=SPENT,
            hysteresis=Decimal(1),
            recovers=False,
            every=timedelta(hours=1),
            gone=over,
            repeats=False,
        ),
        Check(
            "budget-forecast",
            "which share of a month's budget will be spent at its end",
            budget_forecast,
            says="{value} of the budget by the end of the month",
            unit="percent",
            params=AMOUNT,
            fits=fits_budget,
            side=Side.ABOVE,
            levels=PROJECTED,
            hold=Hold(evaluations=2),
            every=timedelta(hours=6),
            gone=over,
            repeats=False,
            about="budget",
        ),
        Check(
            "usage-spike",
            "by how many US dollars a day was above the usual",
            usage_spike,
            says="{value} more than usual yesterday",
            advice="Look which key and model it was: /deepgram usage --last 7d.",
            unit="usd",
            side=Side.ABOVE,
            levels=OUTLYING,
            hold=Hold(evaluations=2),
            hysteresis=Decimal(1),
            recovers=False,
            every=timedelta(hours=1),
            gone="another day has begun",
            repeats=False,
        ),
    ]
