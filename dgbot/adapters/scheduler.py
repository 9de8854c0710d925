"""APScheduler turns the clock into ticks, and does nothing else: what is due when is stored in our own tables."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK_SECONDS = 15


def ticking(tick: Callable[[], Awaitable[None]], *, seconds: float = TICK_SECONDS) -> AsyncIOScheduler:
    """Return a scheduler that awaits *tick* every so many *seconds*: never twice at once, once after a pause."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick, IntervalTrigger(seconds=seconds), id="tick", coalesce=True, max_instances=1, misfire_grace_time=None
    )
    return scheduler
