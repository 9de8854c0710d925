"""What can be watched of a project's keys: when each ends, and how many never end or do nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dgbot import CannotMeasure, Check, Sample, SampleContext, Severity, Side, hookimpl, shown_name
from dgbot.deepgram import DeepgramNotFoundError, Key
from dgbot_plugins._figures import rounded, span

AT_ONCE = 8
SHOWN = 5
KEPT = timedelta(days=90)
"""How long Deepgram remembers requests."""

ENDS = (
    (Severity.WARNING, Decimal(30)),
    (Severity.WARNING, Decimal(14)),
    (Severity.WARNING, Decimal(7)),
    (Severity.CRITICAL, Decimal(3)),
    (Severity.CRITICAL, Decimal(1)),
    (Severity.CRITICAL, Decimal(0)),
)
ANY = ((Severity.WARNING, Decimal(0)),)


async def key_expiry(ctx: SampleContext, params: Mapping[str, str]) -> list[Sample]:
    """Measure the days until each key ends; below zero it has."""
    return [
        Sample(
            rounded((end - ctx.now) / timedelta(days=1)),
            "day",
            {"key": called(key), "key_id": key.api_key_id},
            detail=(_date(end, ctx.now),),
        )
        for key, end in await ends(ctx)
        if end is not None
    ]


async def keys_without_expiry(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Count the keys that never end."""
    endless = [called(key) for key, end in await ends(ctx) if end is None]
    return Sample(Decimal(len(endless)), "count", detail=_listed(endless))


async def keys_unused(ctx: SampleContext, params: Mapping[str, str]) -> Sample:
    """Count the keys that may send requests, are older than so long, and were not used in that time."""
    past = span(params, "past", "30d", most=KEPT)
    first, last = (ctx.now - past).date(), ctx.now.date()
    keys, told = await asyncio.gather(
        ctx.deepgram.get_keys(ctx.project.id),
        ctx.deepgram.get_usage_breakdown(ctx.project.id, start=first, end=last, grouping="accessor"),
    )
    if any(one.requests and not one.grouping.accessor for one in told.results):
        raise CannotMeasure(f"Deepgram does not tell which keys of {ctx.project.name} were used.")
    used = {one.grouping.accessor for one in told.results if one.requests}
    idle = [
        called(key)
        for key in keys.api_keys
        if key.api_key_id not in used and "usage:write" in key.scopes and _older(key, ctx.now - past)
    ]
    return Sample(Decimal(len(idle)), "count", detail=_listed(idle))


async def ends(ctx: SampleContext) -> list[tuple[Key, datetime | None]]:
    """Return every key with its end; a list often leaves the end out, so those keys are asked for one by one."""
    free = asyncio.Semaphore(AT_ONCE)

    async def end(key: Key) -> tuple[Key, datetime | None] | None:
        if key.expiration_date:
            return key, key.expires_at
        async with free:
            try:
                return key, (await ctx.deepgram.get_key(ctx.project.id, key.api_key_id)).api_key.expires_at
            except DeepgramNotFoundError:  # it went between the list and the question
                return None

    listed = (await ctx.deepgram.get_keys(ctx.project.id)).api_keys
    return [one for one in await asyncio.gather(*map(end, listed)) if one is not None]


def called(key: Key) -> str:
    """Return how people know the key: its name, and the end of its id."""
    return f"{shown_name(key.comment) or 'a key without a name'} …{key.api_key_id[-4:]}"


def fits_unused(params: Mapping[str, str]) -> None:
    """Refuse a time that Deepgram does not look back; raises ValueError."""
    span(params, "past", "30d", most=KEPT)


def _date(end: datetime, now: datetime) -> str:
    """Say when a key ends, or has ended."""
    at = end.astimezone(UTC)
    year = f" {at.year}" if at.year != now.year else ""
    return f"It {'ends' if end > now else 'ended'} on {at:%a} {at.day} {at:%b}{year} at {at:%H:%M} UTC."


def _older(key: Key, moment: datetime) -> bool:
    return key.created_at is not None and key.created_at <= moment


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (f"{', '.join(sorted(names)[:SHOWN])}{more}.",) if names else ()


@hookimpl
def dgbot_checks() -> list[Check]:
    daily = timedelta(days=1)
    return [
        Check(
            "key-expiry",
            "how many days are left until each key ends",
            key_expiry,
            says="ends in {value}",
            advice="Whatever uses it fails then: /deepgram rotate-key makes a successor.",
            unit="day",
            levels=ENDS,
            hysteresis=Decimal(0),
            recovers=False,
            every=daily,
            gone="the key is gone",
            repeats=False,
        ),
        Check(
            "keys-without-expiry",
            "how many keys never end",
            keys_without_expiry,
            says="{value} keys never end",
            advice="Give them a successor that ends: /deepgram keys shows them.",
            unit="count",
            side=Side.ABOVE,
            levels=ANY,
            every=daily,
            repeats=False,
        ),
        Check(
            "keys-unused",
            "how many keys were not used for a while",
            keys_unused,
            says="{value} keys are not used",
            advice="Revoke what nobody needs: /deepgram keys shows them.",
            unit="count",
            params={"past": "for how long, up to 90d; 30d"},
            fits=fits_unused,
            side=Side.ABOVE,
            levels=ANY,
            every=daily,
            repeats=False,
        ),
    ]
