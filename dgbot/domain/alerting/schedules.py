"""When something is due: every so often, or at local times of a zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Due *every* so often, in slots counted from 1970; with *cron* at those local times of the IANA *zone* instead.

    With *cron*, *every* is the usual pause, by which it is judged whether values are missing. Raises ValueError for a
    pause that is none.
    """

    every: timedelta
    cron: str = ""
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.every <= timedelta():
            raise ValueError("A schedule needs a pause longer than nothing.")

    def slot(self, now: datetime) -> datetime:
        """Return the beginning of the slot in which *now* lies: a late evaluation moves none of them."""
        return now if self.cron else now - (now - _EPOCH) % self.every
