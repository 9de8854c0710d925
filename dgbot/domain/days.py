"""Whole days in a row, as Deepgram reckons spending (in UTC), and how people write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

ONE = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Days:
    """From *first* to *last*, both included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        """Yield each of them, the oldest first."""
        return (self.first + count * ONE for count in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __str__(self) -> str:
        return period(self.first, self.last) if len(self) > 1 else f"{self.last:%a} {period(self.first, self.last)}"

    @property
    def a_week_before(self) -> Days:
        """The same weekdays of the week before: what a day or a week is compared with."""
        return Days(self.first - WEEK, self.last - WEEK)

    def since(self, first: date) -> Days:
        """Return the days from *first* up to the same last one."""
        return Days(first, self.last)


def whole_days_before(moment: datetime, count: int) -> Days:
    """Return the latest *count* days, by UTC, that were over at *moment*."""
    last = moment.astimezone(UTC).date() - ONE
    return Days(last - (count - 1) * ONE, last)


def period(first: date, last: date) -> str:
    """Return both days as people write them, such as ``16–22 Nov`` or ``28 Oct–3 Nov``."""
    if first == last:
        return f"{last.day} {last:%b}"
    if first.year != last.year:
        return f"{first.day} {first:%b %Y}–{last.day} {last:%b %Y}"
    if first.month != last.month:
        return f"{first.day} {first:%b}–{last.day} {last:%b}"
    return f"{first.day}–{last.day} {last:%b}"
