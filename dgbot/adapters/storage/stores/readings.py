"""`ReadingStore` on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.storage import readings
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.forecast.readings import Reading

KEPT_AT_ONCE = 1000
"""Readings that one transaction adds."""


class SqlReadings(UnitStore):
    """What checks measured before."""

    async def keep_readings(self, kept: Sequence[KeptReading]) -> int:
        """Keep readings, each once, and return how many were new; at most 1,000 in one transaction."""
        new = 0
        for start in range(0, len(kept), KEPT_AT_ONCE):
            part = kept[start : start + KEPT_AT_ONCE]
            new += await self._run(lambda c, part=part: readings.keep(c, part))  # type: ignore[misc]
        return new

    async def readings(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return what was kept of a series from *since* on, oldest first."""
        return await self._run(lambda c: readings.since(c, project_id, series, fingerprint, since))
