"""What was measured before, for forecasts that go on after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dgbot.domain.forecast.readings import Reading

KEPT_FOR = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading of *series* in a project; *fingerprint* tells apart what the series has several of."""

    project_id: str
    series: str
    fingerprint: str
    reading: Reading
