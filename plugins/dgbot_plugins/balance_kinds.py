"""What can be watched of a project's money: what is left, for how long it lasts, and credit that lapses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from dgbot import Chart, Check, Hold, Sample, SampleContext, Severity, TooEarly, hookimpl, span_left
from dgbot_plugins._balances import BALANCE, chart, left, lines, outlook
from dgbot_plugins._figures import number, rounded

FAR = Decimal(366)
"""Days that stand for "longer than anybody can tell"."""

EDGE = Decimal(2)
"""Days: from below this until it has recovered, the early edge of the band counts instead of its middle."""

RECOVERS = Decimal("0.25")
"""By which share of a line the days have to be more before it is over."""

RUNS_OUT = (
    (Severity.WARNING, Decimal(7)),
    (Severity.CRITICAL, Decimal(2)),
)
LAPSES = (
    (Severity.WARNING, Decimal(30)),
    (Severity.WARNING, Decimal(14)),
    (Severity.WARNING, Decimal(7)),
    (Severity.CRITICAL, Decimal(3)),
    (Severity.CRITICAL, Decimal(1)),
)


async def balance(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Measure what is left, with the forecast where there is one."""
    purse = await left(ctx)

    async def explain() -> tuple[str | Chart, ...]:
        told = await outlook(ctx)
        return (*lines(told, ctx), *purse.lines(), *await chart(told, ctx))

    return Sample(purse.total, "usd", explain=explain)


async def days_left(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Measure the days until it is empty: the middle of the band, or its early edge where that is too soon."""
    purse = await left(ctx)
    told = await outlook(ctx)
    if told is None or told.profile is None:
        raise TooEarly(
            f"There are too few readings of the balance of {ctx.project.name} to tell for how long it lasts; "
            "a forecast takes 8 readings and 3 whole days."
        )
    middle = FAR if told.days_left.p50 is None else rounded(told.days_left.p50)
    early = FAR if told.days_left.p10 is None else rounded(told.days_left.p10)
    edge = number(params, "early", str(EDGE), fits="2")
    until = edge * (1 + RECOVERS)  # else what fires at the edge would end as soon as the edge is a little later
    soon = early < until
    value = early if soon else max(middle, until)
    doubt = (f"The middle of the forecast: {span_left(told.days_left)}.",) if soon else ()

    async def explain() -> tuple[str | Chart, ...]:
        return (*purse.lines(), *await chart(told, ctx))

    detail = (*lines(told, ctx), *doubt, f"Confidence: {told.confidence}.")
    return Sample(value, "day", detail=detail, explain=explain)


def fits_days_left(params: Mapping[str, str]) -> None:
    """Refuse an early edge that is no number of days; raises ValueError."""
    number(params, "early", str(EDGE), fits="2")


async def credit_expiry(ctx: SampleContext, params: Mapping[str, str]) -> list[Sample]:
    """Measure the days until each purchase lapses of which something is left."""
    balances = (await ctx.deepgram.get_balances(ctx.project.id)).balances
    rest = dict[str, dict[str, Decimal]]()
    for one in balances:
        if one.purchase and one.amount_exact > 0:
            of_it = rest.setdefault(one.purchase, {})
            of_it[one.units] = of_it.get(one.units, Decimal(0)) + one.amount_exact
    orders = (await ctx.deepgram.get_purchases(ctx.project.id, limit=1000)).orders
    return [
        Sample(
            max(rounded((order.expires_at - ctx.now) / timedelta(days=1)), Decimal(0)),
            "day",
            {"order": order.order_id},
            detail=tuple(f"{amount:,.2f} {unit} of it are left." for unit, amount in rest[order.order_id].items()),
        )
        for order in orders
        if order.expires_at is not None and order.order_id in rest
    ]


@hookimpl
def dgbot_checks() -> list[Check]:
    return [
        Check(
            BALANCE,
            "what is left on the project's account, in US dollars",
            balance,
            says="{value} left",
            advice="Top it up before it is empty: requests fail at zero. This message turns green when it recovers.",
            unit="usd",
            one_sided=True,
        ),
        Check(
            "days-left",
            "for how many days the balance lasts",
            days_left,
            says="{value} left",
            advice="Top it up before it is empty: requests fail at zero. This message turns green when it recovers.",
            unit="day",
            params={"early": "below so many days the early edge of the band counts instead of its middle; 2"},
            fits=fits_days_left,
            levels=RUNS_OUT,
            hold=Hold(evaluations=2),
            hysteresis=RECOVERS,
            every=timedelta(hours=1),
            about=BALANCE,
        ),
        Check(
            "credit-expiry",
            "how many days are left until a purchase of credit lapses",
            credit_expiry,
            says="{value} until its credit lapses",
            advice="Use it before it lapses, or ask Deepgram to prolong it.",
            unit="day",
            levels=LAPSES,
            hysteresis=Decimal(0),
            recovers=False,
            every=timedelta(days=1),
            gone="it has lapsed, or nothing of it is left",
            repeats=False,
        ),
    ]
