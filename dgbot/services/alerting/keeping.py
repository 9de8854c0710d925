"""Readings that are kept for forecasts: one an hour of each thing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog

from dgbot.domain.alerting.readings import KeptReading

log = structlog.get_logger(__name__)

MANY = 500
"""Readings after which everything else gets its turn."""

_Thing = tuple[str, str, str]


class ReadingStore(Protocol):
    """Where readings are kept."""

    async def keep_readings(self, readings: Sequence[KeptReading]) -> int:
        """Keep readings, each once, and return how many were new."""


class HourlyReadings:
    """Keeps what checks want to remember, once an hour for each thing: more would tell no forecast anything."""

    def __init__(self, store: ReadingStore) -> None:
        self._store = store
        self._kept_in: dict[_Thing, datetime] = {}

    async def keep(self, kept: Sequence[KeptReading]) -> None:
        """Keep those of *kept* whose thing has none of that hour yet; a store that fails is only logged."""
        new, hour_of = dict[_Thing, KeptReading](), dict[_Thing, datetime]()
        for number, one in enumerate(kept, start=1):
            thing = (one.project_id, one.series, one.fingerprint)
            hour = one.reading.at.replace(minute=0, second=0, microsecond=0)
            if self._kept_in.get(thing) != hour:
                new[thing], hour_of[thing] = one, hour
            if number % MANY == 0:
                await asyncio.sleep(0)
        if not new:
            return
        try:
            await self._store.keep_readings(list(new.values()))
        except Exception:  # nothing of what was evaluated hangs on it
            log.exception("readings not kept", count=len(new))
        else:
            self._kept_in.update(hour_of)
