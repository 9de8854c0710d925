"""What is known of a project's past, and an account that answers checks with it as if it were then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NoReturn, cast

from dgbot.deepgram import AsyncManageClient
from dgbot.deepgram.responses import (
    Balance,
    BalancesResponse,
    BillingBreakdownResponse,
    BillingBreakdownResult,
    BillingGrouping,
)
from dgbot.domain.forecast.readings import Reading
from dgbot.domain.ports import Clock
from dgbot.plugin.context import Project
from dgbot.plugin.errors import CannotMeasure

GAPS = 3
"""A reading counts until so many usual pauses went by without another."""

DAY = timedelta(days=1)


class NotKept(Exception):
    """Nobody kept what is asked for."""


@dataclass(frozen=True)
class Past:
    """Readings of a *project*'s balance, oldest first, and what it *spent* by UTC day, as far as it is known.

    Its name is its id where nobody knows one. Of a day that is not over, as much is spent as has passed of it.
    """

    project: Project
    until: datetime
    readings: Sequence[Reading] = ()
    spent: Mapping[date, Decimal] = field(default_factory=dict[date, Decimal])

    @property
    def begins(self) -> datetime:
        """When it is known from; *until* if nothing is."""
        first = [one.at for one in self.readings[:1]]
        first += [datetime.combine(day, time(), self.until.tzinfo) for day in sorted(self.spent)[:1]]
        return min(first, default=self.until)

    @cached_property
    def times(self) -> Sequence[datetime]:
        """When it was read."""
        return [one.at for one in self.readings]

    @cached_property
    def lasts(self) -> timedelta:
        """For how long a reading counts."""
        pauses = sorted(after - before for before, after in pairwise(self.times))
        return GAPS * (pauses[len(pauses) // 2] if pauses else DAY)


class PastAccount:
    """Deepgram's management calls, as far as a past can answer them; everything else raises NotKept."""

    def __init__(self, past: Past, clock: Clock) -> None:
        self._past, self._clock = past, clock

    def __getattr__(self, name: str) -> NoReturn:
        raise NotKept(name)

    @property
    def client(self) -> AsyncManageClient:
        """Itself, for checks, which take it for the client."""
        return cast(AsyncManageClient, self)

    async def get_balances(self, project_id: str) -> BalancesResponse:
        """Return what was left by the latest reading."""
        past, now = self._past, self._clock.now()
        if not past.readings:
            raise NotKept("get_balances")
        latest = bisect_right(past.times, now) - 1
        if latest < 0 or now - past.times[latest] > past.lasts:
            raise CannotMeasure("Nothing was read then.")
        one = past.readings[latest]
        return BalancesResponse(balances=[Balance(amount_exact=one.amount or Decimal(0), units=one.unit)])

    async def get_billing_breakdown(self, project_id: str, *, start: date, end: date) -> BillingBreakdownResponse:
        """Return what was spent on each day."""
        past, now = self._past, self._clock.now()
        if not past.spent:
            raise NotKept("get_billing_breakdown")
        results = list[BillingBreakdownResult]()
        for days in range((min(end, now.date()) - start).days + 1):
            day = start + days * DAY
            share = (
                Decimal((now - datetime.combine(day, time(), now.tzinfo)) / DAY) if day == now.date() else Decimal(1)
            )
            if day in past.spent:
                span = BillingGrouping(start=day.isoformat(), end=day.isoformat())
                amount = (past.spent[day] * share).quantize(Decimal("0.0001"))
                results.append(BillingBreakdownResult(dollars_exact=amount, grouping=span))
        return BillingBreakdownResponse(results=results)

    async def recall(self, project_id: str, series: str, fingerprint: str, since: datetime) -> list[Reading]:
        """Return the readings of the balance that there were by now; of anything else none were kept."""
        past = self._past
        if series != "balance":
            return []
        first, last = (
            bisect_right(past.times, since - timedelta(microseconds=1)),
            bisect_right(past.times, self._clock.now()),
        )
        return list(past.readings[first:last])
