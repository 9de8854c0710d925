"""How a digest reads: what it cost and for how long the balance lasts, then whatever else there is to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dgbot.domain.charts import Chart, Series
from dgbot.domain.days import ONE, Days
from dgbot.domain.digests import WEEKDAYS, Digest
from dgbot.domain.forecast.daily import DaySpend
from dgbot.domain.forecast.days_left import DaysLeft, days_left
from dgbot.domain.forecast.month import month_end
from dgbot.domain.forecast.profile import WeekdayProfile, profile_of
from dgbot.domain.forecast.words import empty_about, rough_dollars, span_left, usual_spend
from dgbot.domain.names import one_line
from dgbot.domain.replies import Button, Buttons, Note, Part, Reply, Text, run_button
from dgbot.domain.spending import ZERO, total
from dgbot.services.digests.gathering import Gathered
from dgbot.services.digests.lists import cut, ending, firing, split, waiting

CHARTED = timedelta(days=13)
"""The chart shows two weeks: a day alone is no picture."""

LONGEST_REASON = 200


def said(known: Gathered, digest: Digest | None) -> Reply:
    """Return the message of *digest*; of none, for somebody who wants to see it now."""
    profile = _profile(known)
    parts: list[Part] = [
        *_forecast(known, profile, digest),
        *firing(known),
        *_chart(known),
        *split(known),
        *ending(known),
        *waiting(known),
        *(Text(f"Deepgram did not tell {gap.part}: {cut(gap.reason, LONGEST_REASON)}") for gap in known.gaps),
        Buttons(tuple(_buttons(known))),
        Note(_origin(digest)),
    ]
    return Reply(_headline(known, profile), tuple(parts))


def _headline(known: Gathered, profile: WeekdayProfile | None) -> str:
    left = _left(known, profile)
    if known.daily is None:
        return f"{one_line(known.project.name)}, {known.days}: what was spent is not known{left}"
    spent, before = (total(known.daily.items(), days) for days in (known.days, known.days.a_week_before))
    cost = f"{rough_dollars(spent)} spent" if spent else "nothing was spent"
    return f"{one_line(known.project.name)}, {known.days}: {cost}, {_compared(spent, before, known.days)}{left}"


def _compared(spent: Decimal, before: Decimal, days: Days) -> str:
    then = f"the {WEEKDAYS[days.last.weekday()]} before" if len(days) == 1 else "the week before"
    if spent == before:
        return f"as {then}"
    if before <= 0:
        return f"and nothing {then}"
    percent = round((spent - before) * 100 / before)
    if percent == 0:
        return f"as much as {then}"
    return f"{abs(percent):,} % {'more' if percent > 0 else 'less'} than {then}"


def _left(known: Gathered, profile: WeekdayProfile | None) -> str:
    if known.balance is None:
        return ""
    if known.balance <= 0:
        return f"; nothing is left ({rough_dollars(known.balance)})" if known.balance < 0 else "; nothing is left"
    amount = rough_dollars(known.balance)
    if profile is None:
        return f"; {amount} is left"
    return f"; {amount} lasts {span_left(_outlook(known, known.balance, profile))}"


def _profile(known: Gathered) -> WeekdayProfile | None:
    """Return what a day usually costs, by what Deepgram billed of the last weeks; None from too few days."""
    return profile_of(_whole_days(known.daily, known.days)) if known.daily is not None else None


def _whole_days(daily: Mapping[date, Decimal], days: Days) -> list[DaySpend]:
    first = min((day for day, amount in daily.items() if amount), default=None)
    if first is None or first > days.last:
        return []
    return [DaySpend(day, float(daily.get(day, ZERO))) for day in days.since(first)]


def _outlook(known: Gathered, balance: Decimal, profile: WeekdayProfile) -> DaysLeft:
    now = known.at.astimezone(UTC)
    midnight = datetime.combine(now.date() + ONE, datetime.min.time(), UTC)
    return days_left(balance, profile, today=now.date(), rest=(midnight - now) / ONE)


def _forecast(known: Gathered, profile: WeekdayProfile | None, digest: Digest | None) -> list[Part]:
    told = list[str]()
    if profile is not None and profile.rate > 0:
        told.append(usual_spend(profile))
        if known.balance is not None and known.balance > 0:
            zone = ZoneInfo(digest.rhythm.zone if digest else "UTC")
            when = empty_about(_outlook(known, known.balance, profile), known.at, zone)
            told.append(f"The balance is {when}." if when.startswith("empty") else f"The balance {when}.")
    lines = [" ".join(told)] if told else []
    if known.daily is not None:
        lines += _month(_whole_days(known.daily, known.days), known.days.last)
    return [Text("\n".join(lines))] if lines else []


def _month(days: Sequence[DaySpend], last: date) -> list[str]:
    """Return where the month of *last* stands, and where it is going to end if that can be told."""
    if not days:
        return []
    if (last + ONE).day == 1:
        spent = sum(day.amount for day in days if day.date.replace(day=1) == last.replace(day=1))
        return [f"{last:%B} has cost {rough_dollars(spent)}."]
    end = month_end(days, as_of=last + ONE, budget=Decimal(1))  # the budget is asked for, and not looked at
    so_far = f"{last:%B} has cost {rough_dollars(end.spent)} so far"
    if not end.telling or end.projection is None:
        return [f"{so_far}."]
    low, middle, high = (rough_dollars(max(edge, end.spent)) for edge in (
        end.projection.p10, end.projection.p50, end.projection.p90,
    ))  # fmt: skip
    band = f" (80 %: {low} to {high})" if low != high else ""
    return [f"{so_far}, and ends at about {middle}{band}."]


def _chart(known: Gathered) -> list[Part]:
    if known.daily is None:
        return []
    days = known.days.since(known.days.last - CHARTED)
    amounts = tuple(round(float(known.daily.get(day, ZERO)), 2) for day in days)
    if not any(amounts):
        return []
    points = tuple(f"{day:%a} {day.day}" for day in days)
    return [Chart("Spent a day, in US dollars", "bar", points, (Series("spent", amounts),), "usd", sums=True)]


def _buttons(known: Gathered) -> Iterable[Button]:
    yield run_button("Usage", "usage --last 7d")
    if known.alerts:
        yield run_button("Alerts", "alerts")
    if known.keys is not None:
        yield run_button("Keys", "keys")
    if known.waiting:
        yield run_button("Approvals", "approvals")


def _origin(digest: Digest | None) -> str:
    if digest is None:
        return "Days as Deepgram bills them, in UTC"
    return f"Digest {digest.name} · {digest.rhythm} · days as Deepgram bills them, in UTC"
