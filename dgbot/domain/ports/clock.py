"""What tells the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells business time: expiry, due, slots, what people read as a date. Durations are monotonic, not from here."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
