"""A clock for processes that race at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Still:
    """Business time, which stands still at *moment*."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment
