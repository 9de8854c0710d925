"""What the project used, day by day, and whether that is more than before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from dgbot import (
    Chart,
    Command,
    Context,
    Duration,
    Help,
    Note,
    Reply,
    Series,
    Table,
    Text,
    UsageError,
    command,
    hookimpl,
    period,
    write_duration,
)
from dgbot.deepgram import UsageSummaryOptions, UsageSummaryResults

LONGEST = timedelta(days=366)
MOST_ROWS = 10


@command(
    "usage",
    permission="usage.read",
    topic="Usage and spend",
    repeat="safe",
    examples=("usage --last 7d",),
)
async def usage(
    ctx: Context,
    *,
    last: Annotated[Duration, Help("How far back, in whole days up to today")] = timedelta(days=7),
) -> Reply:
    """Show hours, requests and the change against the period before."""
    if last > LONGEST:
        raise UsageError(
            f'last: "{write_duration(last)}" is more than {LONGEST.days}d, the most that one report covers.'
        )
    if last < timedelta(days=1):
        raise UsageError(f'last: "{write_duration(last)}" is less than a day; usage comes in days, such as 24h or 7d.')
    days = -(-last // timedelta(days=1))
    end = ctx.now.date()
    start = end - timedelta(days=days - 1)
    now, before = await asyncio.gather(
        _between(ctx, start, end),
        _between(ctx, start - timedelta(days=days), start - timedelta(days=1)),
    )
    return report(ctx.project.name, start, end, now, before)


async def _between(ctx: Context, start: date, end: date) -> Sequence[UsageSummaryResults]:
    options = UsageSummaryOptions(start=start.isoformat(), end=end.isoformat())
    return (await ctx.deepgram.get_usage_summary(ctx.project.id, options)).results


def report(
    project: str, start: date, end: date, now: Sequence[UsageSummaryResults], before: Sequence[UsageSummaryResults]
) -> Reply:
    """Return what happened from *start* to *end* (UTC days, both included), next to the same time *before*."""
    hours, requests = sum(day.hours for day in now), sum(day.requests for day in now)
    when = f"{project}, {period(start, end)}"
    if not hours and not requests:
        return Reply(f"{when}: nothing was used", (Text(_change(now, before, start, end)),))
    days = sorted(now, key=lambda day: day.start, reverse=True)
    rows = tuple((_day(day.start), _hours(day.hours), f"{day.requests:,}") for day in days)
    return Reply(
        f"{when}: {_hours(hours)} of audio, {requests:,} {'request' if requests == 1 else 'requests'}",
        (
            Text(_change(now, before, start, end)),
            *_chart(days),
            Table(("Day", "Audio", "Requests"), rows[:MOST_ROWS], more=max(0, len(rows) - MOST_ROWS)),
            Note(_totals(now)),
        ),
    )


def _chart(days: Sequence[UsageSummaryResults]) -> list[Chart]:
    """Draw the hours of each day, oldest first; a day alone is no picture."""
    drawn = {_day(day.start): day.hours for day in reversed(days)}
    if len(drawn) < 2 or not any(drawn.values()):
        return []
    hours = Series("audio", tuple(round(value, 2) for value in drawn.values()))
    return [Chart("Hours of audio a day", "bar", tuple(drawn), (hours,), "h", sums=True)]


def _change(now: Sequence[UsageSummaryResults], before: Sequence[UsageSummaryResults], start: date, end: date) -> str:
    days = (end - start).days + 1
    against = "the day before" if days == 1 else f"the {days} days before"
    spent, was = sum(day.hours for day in now), sum(day.hours for day in before)
    told = _hours(was)
    if not spent and not was:
        spent, was = sum(day.requests for day in now), sum(day.requests for day in before)
        told = f"{was:,} requests"
    if not was:
        return f"Nothing was used in {against}."
    percent = round((spent - was) / was * 100)
    if percent == 0:
        return f"As much as in {against} ({told})."
    return f"{'+' if percent > 0 else '−'}{abs(percent):,} % against {against} ({told})."


def _totals(now: Sequence[UsageSummaryResults]) -> str:
    facts = [
        ("TTS", sum(day.tts_characters for day in now), "characters"),
        ("", sum(day.tokens for day in now), "tokens"),
    ]
    told = [f"{name} {_short(count)} {unit}".strip() for name, count, unit in facts if count]
    return " · ".join([*told, "days in UTC, today so far"])


def _hours(hours: float) -> str:
    return f"{hours:,.0f} h" if hours >= 100 or hours == 0 else f"{hours:.1f} h" if hours >= 0.05 else "under 0.1 h"


def _short(count: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            return f"{count / size:.1f} {letter}" if count < 10 * size else f"{count / size:,.0f} {letter}"
    return str(count)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{day:%a} {day.day} {day:%b}"


@hookimpl
def dgbot_commands() -> list[Command]:
    return [usage]
