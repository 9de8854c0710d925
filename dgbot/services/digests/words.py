"""How a digest reads: what it cost and for how long the balance lasts, then whatever else there is to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from dgbot.domain.reconciliation import LivingKey
from dgbot.domain.replies import Button, Buttons, Facts, Line, Note, Part, Piece, Reply, Text, run_button
from dgbot.domain.spending import ZERO, Share, Spent, movers, shares, total
from dgbot.services.digests.gathering import Gathered

MOST = 5
"""Names in a list, alerts and keys that are told; the rest is counted."""

MOVED = 3
CHARTED = timedelta(days=13)
"""The chart shows two weeks: a day alone is no picture."""

SOON = timedelta(days=30)
"""A key that ends within this is told."""

LONGEST_NAME = 40
LONGEST_REASON = 200


def said(known: Gathered, digest: Digest | None) -> Reply:
    """Return the message of *digest*; of none, for somebody who wants to see it now."""
    profile = _profile(known)
    parts: list[Part] = [
        *_forecast(known, profile, digest),
        *_alerts(known),
        *_chart(known),
        *_split(known),
        *_ending(known),
        *_waiting(known),
        *(Text(f"Deepgram did not tell {gap.part}: {_cut(gap.reason, LONGEST_REASON)}") for gap in known.gaps),
        Buttons(tuple(_buttons(known))),
        Note(_origin(digest)),
    ]
    return Reply(_headline(known, profile), tuple(parts))


def _headline(known: Gathered, profile: WeekdayProfile | None) -> str:
    left = _left(known, profile)
    if known.daily is None:
        return f"{known.project.name}, {known.days}: what was spent is not known{left}"
    spent, before = (total(known.daily.items(), days) for days in (known.days, known.days.a_week_before))
    cost = f"{rough_dollars(spent)} spent" if spent else "nothing was spent"
    return f"{known.project.name}, {known.days}: {cost}, {_compared(spent, before, known.days)}{left}"


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


def _split(known: Gathered) -> list[Part]:
    if known.split is None:
        return []
    names = _names(known)

    def key(one: Spent) -> str:
        return names.get(one.key_id, f"a key that is gone …{one.key_id[-4:]}" if names else f"key …{one.key_id[-4:]}")

    spent = sum((one.amount for one in known.split if one.day in known.days), ZERO)

    def cut_by(of: Callable[[Spent], Iterable[str]]) -> list[Share]:
        return shares(known.split or (), known.days, of)

    def both(one: Spent) -> Iterable[str]:
        return (", ".join(filter(None, (key(one) if one.key_id else "", _item(one.item)))),)

    pairs: list[tuple[str, Line]] = [
        (title, "\n".join(lines))
        for title, lines in (
            ("Models", _listed(cut_by(lambda one: (_item(one.item),) if one.item else ()), spent)),
            ("Keys", _listed(cut_by(lambda one: (key(one),) if one.key_id else ()), spent)),
            ("Tags", _listed(cut_by(lambda one: dict.fromkeys(one.tags)), spent)),
            ("Moved most", [_moved(one) for one in movers(cut_by(both))[:MOVED]]),
        )
        if lines
    ]
    return [Facts(tuple(pairs))] if pairs else []


def _listed(found: Sequence[Share], spent: Decimal) -> list[str]:
    """Return a line for each share of what was *spent*; tags may overlap."""
    costly = [one for one in found if one.amount > 0]
    lines = [f"{rough_dollars(one.amount)} ({_percent(one.amount, spent)}) {_cut(one.name)}" for one in costly[:MOST]]
    if rest := costly[MOST:]:
        lines.append(f"{rough_dollars(sum((one.amount for one in rest), ZERO))} for {len(rest)} more")
    return lines


def _percent(amount: Decimal, of: Decimal) -> str:
    share = round(amount * 100 / of) if of > 0 else 0
    return f"{share}\N{NO-BREAK SPACE}%" if share else "under 1\N{NO-BREAK SPACE}%"


def _moved(one: Share) -> str:
    change = rough_dollars(one.change) if one.change < 0 else f"+{rough_dollars(one.change)}"
    return f"{change} (was {rough_dollars(one.before)}) {_cut(one.name, 2 * LONGEST_NAME)}"


def _item(item: str) -> str:
    """Return Deepgram's ``streaming::nova-3`` as people say it: ``nova-3 streaming``."""
    how, _, what = item.partition("::")
    return f"{what} {how}" if what else item


def _names(known: Gathered) -> Mapping[str, str]:
    return {} if known.keys is None else {key.id: _called(key) for key in known.keys.keys}


def _called(key: LivingKey) -> str:
    return f"{_cut(key.name) or 'a key without a name'} …{key.id[-4:]}"


def _alerts(known: Gathered) -> list[Part]:
    if not known.alerts:
        return []
    count = "One alert fires" if len(known.alerts) == 1 else f"{len(known.alerts)} alerts fire"
    more = [f"and {len(known.alerts) - MOST} more"] if len(known.alerts) > MOST else []
    return [Text("\n".join([f"{count}:", *(_cut(one.headline, 150) for one in known.alerts[:MOST]), *more]))]


def _ending(known: Gathered) -> list[Part]:
    if known.keys is None:
        return []
    ends = sorted(
        (key.ends_at, key.id, key)
        for key in known.keys.keys
        if key.ends_at is not None and known.at < key.ends_at <= known.at + SOON
    )
    parts = list[Part]()
    if ends:
        count = "One key ends" if len(ends) == 1 else f"{len(ends)} keys end"
        line: list[Piece] = [f"{count} within {SOON.days} days:"]
        for at, _, key in ends[:MOST]:
            line += [f"\n{_called(key)}, ", at]
        if len(ends) > MOST:
            line.append(f"\nand {len(ends) - MOST} more")
        parts.append(Text(tuple(line)))
    if unknown := sum(not key.end_told for key in known.keys.keys):
        parts.append(Note(f"Deepgram did not tell when {unknown} of the keys end."))
    return parts


def _waiting(known: Gathered) -> list[Part]:
    if not known.waiting:
        return []
    one = len(known.waiting) == 1
    count = "One request waits for a yes, since " if one else f"{len(known.waiting)} requests wait for a yes, since "
    return [Text((count, min(request.asked_at for request in known.waiting)))]


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


def _cut(text: str, longest: int = LONGEST_NAME) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
