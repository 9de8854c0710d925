"""Where readings are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.forecast.readings import Reading


class ReadingStore(Protocol):
    """What checks measured before."""

    async def keep_readings(self, readings: Sequence[KeptReading]) -> int:
        """Keep readings, each once, and return how many were new."""

    async def readings(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return what was kept of a series from *since* on, oldest first."""
