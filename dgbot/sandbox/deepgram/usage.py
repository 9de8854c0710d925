"""What the projects' applications consume, day by day: the same days again for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

DAY_SECONDS = 86_400

Unit = Literal["seconds", "characters", "tokens"]


@dataclass(frozen=True)
class Workload:
    """An application that uses one key, one model and one endpoint every day."""

    number: int
    accessor: str
    """The id of the key that it uses."""
    endpoint: Literal["listen", "speak", "read"]
    method: Literal["sync", "async", "streaming"]
    model: str
    model_id: str
    language: str
    tags: tuple[str, ...]
    features: frozenset[str]
    line_item: str
    label: str
    unit: Unit
    price: Decimal
    """USD a unit: a second of audio, a character, a token read (a token written costs twice that)."""
    weekday: Decimal
    """USD on an ordinary weekday, give or take a fifth."""
    weekend: Decimal
    request_units: int
    """Units in a request of average size."""
    born: datetime
    ends: datetime | None = None
    """When its key was deleted, and its spending stopped."""


@dataclass(frozen=True)
class Slice:
    """What one workload consumed on one day."""

    day: date
    workload: Workload
    requests: int = 0
    seconds: int = 0
    characters: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def dollars(self) -> Decimal:
        """Exactly what these units cost."""
        return self.workload.price * (self.seconds + self.characters + self.tokens_in + 2 * self.tokens_out)

    @property
    def hours(self) -> float:
        """Hours of audio sent."""
        return self.seconds / 3600

    @property
    def total_hours(self) -> float:
        """Hours of audio with every channel counted, which is a little more."""
        return (self.seconds + self.seconds // 500) / 3600


def slice_of(workload: Workload, day: date, seed: int, *, until: datetime) -> Slice:
    """What *workload* consumed on *day* before *until*: spread evenly over the 24 hours (UTC) of the day."""
    units, requests = whole_day(workload, day, seed)
    begin = elapsed(day, workload.born)
    end = elapsed(day, until if workload.ends is None else min(until, workload.ends))

    def part(whole: int) -> int:
        return max(0, whole * end // DAY_SECONDS - whole * begin // DAY_SECONDS)

    if workload.unit == "seconds":
        return Slice(day, workload, part(requests), seconds=part(units))
    if workload.unit == "characters":
        return Slice(day, workload, part(requests), characters=part(units))
    return Slice(day, workload, part(requests), tokens_in=part(units), tokens_out=part(units // 4))


def slices(workloads: Iterable[Workload], seed: int, first: date, last: date, *, until: datetime) -> Iterator[Slice]:
    """The slices of all *workloads* from *first* to *last*, both included, without those of no requests."""
    lots = tuple(workloads)
    for day in days(first, min(last, until.astimezone(UTC).date())):
        for workload in lots:
            consumed = slice_of(workload, day, seed, until=until)
            if consumed.requests or consumed.dollars:
                yield consumed


def spent(workloads: Iterable[Workload], seed: int, *, since: datetime, until: datetime) -> Decimal:
    """USD spent from *since* to *until*, to the last digit what the slices of that time add up to."""
    total = Decimal(0)
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    lots = tuple(workloads)
    for day in days(first, last):
        for workload in lots:
            total += slice_of(workload, day, seed, until=until).dollars
            if day == first:
                total -= slice_of(workload, day, seed, until=min(since, until)).dollars
    return total


def days(first: date, last: date) -> Iterator[date]:
    """Every day from *first* to *last*, both included."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)


def midnight(day: date) -> datetime:
    """The moment at which *day* begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def elapsed(day: date, moment: datetime) -> int:
    """Whole seconds of *day* that have passed at *moment*, 0 to 86400."""
    return max(0, min(DAY_SECONDS, (moment - midnight(day)) // timedelta(seconds=1)))


def whole_day(workload: Workload, day: date, seed: int) -> tuple[int, int]:
    """Units and requests of *workload* on the whole of *day*, if its key lives all day."""
    busy = Random(f"{seed}:{day}").uniform(0.93, 1.07)  # noqa: S311 (a busy day is busy for every workload)
    own = Random(f"{seed}:{day}:{workload.number}").uniform(0.9, 1.1)  # noqa: S311
    budget = workload.weekend if day.weekday() >= 5 else workload.weekday
    unit_price = workload.price * Decimal("1.5") if workload.unit == "tokens" else workload.price
    units = int(float(budget / unit_price) * busy * own)
    return units, max(1, units // workload.request_units)
