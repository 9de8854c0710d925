"""Whether a key is in use, as far as Deepgram tells within a few seconds: nobody waits for it with a leaked key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from dgbot import Context, Line
from dgbot.deepgram import DeepgramError, Key

T = TypeVar("T")

SECONDS = 3.0
"""How long a question about use may take; all are asked at once."""

DAYS = 7
"""Requests are counted over so many UTC days, today included."""

KEPT_DAYS = 90
"""How long Deepgram remembers single requests."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a key was used for: None is what Deepgram did not tell; *idle* is that it knows of no request at all."""

    requests: int | None
    last: datetime | None
    idle: bool

    @property
    def line(self) -> Line:
        """The use in words, with the moment of the last one."""
        if self.requests:
            told = f"{_counted(self.requests)} in the last {DAYS} days"
            return (f"{told}, the last ", self.last) if self.last else told
        if self.idle:
            return f"Deepgram shows no request in the last {KEPT_DAYS} days"
        if self.last:
            return ("last used ", self.last)
        if self.requests == 0:
            return f"Deepgram shows no request in the last {DAYS} days"
        return "Deepgram doesn't tell how it is used"

    @property
    def loss(self) -> str:
        """What is lost with the key, in plain words."""
        if self.requests:
            return f"{_counted(self.requests)} used it in the last {DAYS} days. They will fail at once."
        if self.idle or self.requests == 0:
            return f"Deepgram shows no request with it in the last {KEPT_DAYS if self.idle else DAYS} days."
        return "Whatever uses it fails at once."


async def use_of(ctx: Context, key: Key) -> Use:
    """Ask how often *key* was used, and when last."""
    counted, (last, idle) = await asyncio.gather(requests_by_key(ctx, key.api_key_id), _last(ctx, key.api_key_id))
    requests = None if counted is None else counted.get(key.api_key_id, 0)
    lags = requests == 0 and last is not None and ctx.now - last < timedelta(days=DAYS)
    return Use(None if lags else requests, last, idle)


async def requests_by_key(ctx: Context, key_id: str | None = None) -> Mapping[str, int] | None:
    """Count the requests of each key, or of one, over the last DAYS days; None if Deepgram does not tell."""
    end = ctx.now.date()
    start = end - timedelta(days=DAYS - 1)
    asked = ctx.deepgram.get_usage_breakdown(ctx.project.id, start=start, end=end, accessor=key_id, grouping="accessor")
    found = await within(asked)
    if found is None or any(one.requests and not one.grouping.accessor for one in found.results):
        return None
    counts: Counter[str] = Counter()
    for one in found.results:
        counts[one.grouping.accessor or ""] += one.requests
    return counts


async def within(asked: Awaitable[T]) -> T | None:
    """Return what *asked* finds; None if Deepgram refuses, fails or is slow."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asked
    except (DeepgramError, TimeoutError):
        return None


async def _last(ctx: Context, key_id: str) -> tuple[datetime | None, bool]:
    """Return the moment of the last request, and whether Deepgram surely knows of none."""
    found = await within(ctx.deepgram.get_usage_requests(ctx.project.id, accessor=key_id, limit=1))
    if found is None or not found.requests:
        return None, found is not None
    last = found.requests[0]
    its_own = key_id in {last.api_key_id, last.accessor}
    return (last.created_at if its_own else None), False


def _counted(requests: int) -> str:
    return f"{requests:,} request{'' if requests == 1 else 's'}"
