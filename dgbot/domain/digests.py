"""A digest: how often a channel hears what a project spent, when on which local day, and until when that is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.days import ONE, Days

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

AT_LEAST = timedelta(hours=2)
"""A digest that is due shortly before midnight may still come so long after."""


class Every(StrEnum):
    """How often a digest comes, and how many days it tells of."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        """The days that it tells of."""
        return 7 if self is Every.WEEK else 1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a digest comes: every day or on one *weekday* (0 is Monday), *at* which time of which IANA *zone*."""

    every: Every
    weekday: int
    at: time
    zone: str

    @property
    def schedule(self) -> Schedule:
        """The local times at which it is due."""
        on = str(self.weekday + 1) if self.every is Every.WEEK else "*"
        return Schedule(timedelta(days=self.every.days), f"{self.at.minute} {self.at.hour} * * {on}", self.zone)

    def after_midnight(self, year: int) -> bool:
        """Whether UTC's day has changed, too, by that time of the day; what holds in summer and winter counts."""
        zone, utc = ZoneInfo(self.zone), timedelta()
        ahead = max(datetime(year, month, 1, 12, tzinfo=zone).utcoffset() or utc for month in (1, 7))
        return timedelta(hours=self.at.hour, minutes=self.at.minute) >= ahead

    def __str__(self) -> str:
        on = WEEKDAYS[self.weekday] if self.every is Every.WEEK else "day"
        return f"every {on} at {self.at.hour}:{self.at.minute:02} ({self.zone})"


@dataclass(frozen=True, slots=True)
class Digest:
    """What *channel_id* hears of a project, in which rhythm; due moments before *since* are none of its own."""

    id: str
    name: str
    project_id: str
    channel_id: str
    rhythm: Rhythm
    created_by: str
    since: datetime

    def day_of(self, due_at: datetime) -> date:
        """Return the local date for which it is due: there is one digest for it, whatever happens."""
        return due_at.astimezone(ZoneInfo(self.rhythm.zone)).date()

    def days_told(self, day: date) -> Days:
        """Return the UTC days that the digest of a local date tells of; the last one was over all year at that time.

        They follow from the date alone, not from when it could be posted, so each day is told of once.
        """
        last = day - ONE if self.rhythm.after_midnight(day.year) else day - 2 * ONE
        return Days(last - (self.rhythm.every.days - 1) * ONE, last)

    def made_up_until(self, due_at: datetime) -> datetime:
        """Return until when it may come late: as long as its local date lasts, and two hours at least."""
        tomorrow = datetime.combine(self.day_of(due_at) + ONE, time(), ZoneInfo(self.rhythm.zone))
        return max(tomorrow.astimezone(UTC), due_at + AT_LEAST)
