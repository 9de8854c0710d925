"""Everything that a digest tells of, asked for at once; what can't be told is named with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import structlog

from dgbot.deepgram import (
    AsyncManageClient,
    BillingBreakdownResult,
    DeepgramAuthError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramPaymentError,
    DeepgramRequestError,
    DeepgramScopeError,
)
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.days import WEEK, Days
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.reconciliation import KeyReview
from dgbot.domain.request_states import State
from dgbot.domain.spending import Spent
from dgbot.plugin.alerts import Alert
from dgbot.plugin.context import Project

log = structlog.get_logger(__name__)

T = TypeVar("T")

SECONDS = 60
"""How long each question to Deepgram may take, all its retries included."""

BACK = timedelta(days=34)
"""So many days of spending before the last one: a month to its end, and four of each weekday for the forecast."""

_FOR_GOOD = (
    DeepgramAuthError,
    DeepgramScopeError,
    DeepgramNotFoundError,
    DeepgramPaymentError,
    DeepgramRequestError,
)

Firing = Callable[[Project], Awaitable[Sequence[Alert]]]
Review = Callable[[str], Awaitable[KeyReview]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A *part* that Deepgram did not tell, and why; one that *passes* is worth another try."""

    part: str
    reason: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known at the moment *at* of the spending in *days*; None is what Deepgram did not tell (*gaps*).

    *daily* are US dollars by UTC day, also of weeks before; *split* those of *days* and of the week before by key, item
    and tags. *balance* is None, too, where none is in US dollars. *waiting* are the requests that nobody has decided
    on.
    """

    project: Project
    days: Days
    at: datetime
    daily: Mapping[date, Decimal] | None
    split: Sequence[Spent] | None
    balance: Decimal | None
    keys: KeyReview | None
    waiting: Sequence[ApprovalRequest]
    alerts: Sequence[Alert]
    gaps: tuple[Gap, ...] = ()

    @property
    def may_be_told_later(self) -> bool:
        """Whether something is missing that another try may bring."""
        return any(gap.passes for gap in self.gaps)


class Gathering:
    """Asks Deepgram four things, however many keys there are, and the store for the rest."""

    def __init__(
        self, deepgram: AsyncManageClient, store: ApprovalStore, clock: Clock, *, review: Review, firing: Firing
    ) -> None:
        self._deepgram = deepgram
        self._store = store
        self._clock = clock
        self._review = review
        self._firing = firing

    async def gather(self, project: Project, days: Days) -> Gathered:
        """Return all that can be told now."""
        now, gaps = self._clock.now(), list[Gap]()
        daily, split, balance, keys = await asyncio.gather(
            _asked("spending by day", self._daily(project.id, days), gaps),
            _asked("spending by model, key and tag", self._split(project.id, days), gaps),
            _asked("the balance", self._balance(project.id), gaps),
            _asked("the keys", self._review(project.id), gaps),
        )
        for gap in gaps:
            log.warning("digest lacks something", project=project.id, part=gap.part, reason=gap.reason)
        waiting = [
            one for one in await self._store.waiting_requests() if one.state is State.PENDING and not one.overdue(now)
        ]
        alerts = await self._firing(project)
        told = tuple(sorted(gaps, key=lambda gap: gap.part))
        return Gathered(project, days, now, daily, split, balance, keys, waiting, alerts, told)

    async def _daily(self, project_id: str, days: Days) -> Mapping[date, Decimal]:
        first = min(days.last - BACK, days.last.replace(day=1))
        told = await self._deepgram.get_billing_breakdown(project_id, start=first, end=days.last)
        found: dict[date, Decimal] = {}
        for one in _spent(told.results):
            if first <= one.day <= days.last:  # what was not asked for is no day of ours
                found[one.day] = found.get(one.day, Decimal(0)) + one.amount
        return found

    async def _split(self, project_id: str, days: Days) -> Sequence[Spent]:
        told = await self._deepgram.get_billing_breakdown(
            project_id, start=days.first - WEEK, end=days.last, grouping=["accessor", "line_item", "tags"]
        )
        return _spent(told.results)

    async def _balance(self, project_id: str) -> Decimal | None:
        told = (await self._deepgram.get_balances(project_id)).balances
        found = [one.amount_exact for one in told if one.units.strip().lower() == "usd"]
        return sum(found, Decimal(0)) if found else None


async def _asked(part: str, asked: Awaitable[T], gaps: list[Gap]) -> T | None:
    """Return what *asked* brings; None if Deepgram does not tell, and then that is one of *gaps*."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asked
    except DeepgramError as error:
        gaps.append(Gap(part, str(error) or type(error).__name__, passes=not isinstance(error, _FOR_GOOD)))
    except TimeoutError:
        gaps.append(Gap(part, f"no answer within {SECONDS} seconds", passes=True))
    return None


def _spent(results: Sequence[BillingBreakdownResult]) -> list[Spent]:
    return [
        Spent(
            one.grouping.start_date,
            one.dollars_exact,
            one.grouping.accessor or "",
            one.grouping.line_item or "",
            tuple(one.grouping.tags or ()),
        )
        for one in results
        if one.grouping.start_date is not None
    ]
