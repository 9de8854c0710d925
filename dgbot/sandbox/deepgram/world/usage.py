"""What the projects' applications consume, day by day: the same days again for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

DAY_SECONDS = 86_400
ZERO = Decimal(0)

Unit = Literal["seconds", "characters", "tokens"]


@dataclass(frozen=True)
class Use:
    """What was done with Deepgram, as far as filters and groupings tell uses apart."""

    accessor: str | None
    """The id of the key that was used."""
    endpoint: str
    method: str
    model: str
    model_id: str
    language: str
    version: str
    tags: tuple[str, ...]
    features: frozenset[str]
    line_item: str
    label: str
    deployment: str = "hosted"


@dataclass(frozen=True)
class Workload:
    """An application that uses one key, one model and one endpoint every day."""

    number: int
    use: Use
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
    """What one use came to on one day."""

    day: date
    use: Use
    requests: int = 0
    """Without those that asked for speech."""
    speeches: int = 0
    """Requests for speech."""
    characters: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    hours: Decimal = ZERO
    """Of audio sent."""
    total_hours: Decimal = ZERO
    """Of audio with every channel counted, which is a little more."""
    agent_hours: Decimal = ZERO
    dollars: Decimal = ZERO


def slice_of(workload: Workload, day: date, seed: int, *, until: datetime) -> Slice:
    """What *workload* consumed on *day* before *until*: spread evenly over the 24 hours (UTC) of the day."""
    units, requests = whole_day(workload, day, seed)
    begin = elapsed(day, workload.born)
    end = elapsed(day, until if workload.ends is None else min(until, workload.ends))

    def part(whole: int) -> int:
        return max(0, whole * end // DAY_SECONDS - whole * begin // DAY_SECONDS)

    use, price, count, amount = workload.use, workload.price, part(requests), part(units)
    if workload.unit == "seconds":
        sent, heard = _hours(amount), _hours(amount + amount // 500)
        return Slice(day, use, count, hours=sent, total_hours=heard, dollars=price * amount)
    if workload.unit == "characters":
        return Slice(day, use, speeches=count, characters=amount, dollars=price * amount)
    written = part(units // 4)
    return Slice(day, use, count, tokens_in=amount, tokens_out=written, dollars=price * (amount + 2 * written))


def slices(workloads: Iterable[Workload], seed: int, first: date, last: date, *, until: datetime) -> Iterator[Slice]:
    """The slices of all *workloads* from *first* to *last*, both included, without those of no requests."""
    lots = tuple(workloads)
    for day in days(first, min(last, until.astimezone(UTC).date())):
        for workload in lots:
            consumed = slice_of(workload, day, seed, until=until)
            if consumed.requests or consumed.speeches or consumed.dollars:
                yield consumed


def spent(workloads: Iterable[Workload], seed: int, *, since: datetime, until: datetime) -> Decimal:
    """USD spent from *since* to *until*, to the last digit what the slices of that time add up to."""
    total = ZERO
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


def _hours(seconds: int) -> Decimal:
    return Decimal(str(seconds / 3600))
