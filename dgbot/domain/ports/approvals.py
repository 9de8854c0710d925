"""Where requests are kept, and what was decided on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.rulings import Quota


class ApprovalStore(Protocol):
    """Approval requests. Every change is a compare-and-set, in one transaction with audit and notices."""

    async def open_request(self, request: ApprovalRequest, *, notices: Sequence[Notice], audit: AuditEvent) -> bool:
        """Keep a new request; False if its id was there before, and then nothing else is kept either."""

    async def open_by_quota(
        self,
        request: ApprovalRequest,
        quota: Quota,
        *,
        accounts: frozenset[str],
        known: frozenset[str],
        notices: Sequence[Notice],
        audit: AuditEvent,
        work: Delivery | None = None,
    ) -> bool:
        """Keep a request that is approved by *quota*; False if that is used up, and then nothing is kept.

        *accounts* are all of its requester, as far as they are in *known*; False, too, if somebody who is not *known*
        has had something by quota in the period.
        """

    async def had_by_quota(self, since: datetime) -> frozenset[str]:
        """Return the user ids for whom a quota has approved something after *since*."""

    async def request(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands."""

    async def move(
        self,
        before: ApprovalRequest,
        after: ApprovalRequest,
        *,
        audit: AuditEvent,
        notices: Sequence[Notice] = (),
        work: Delivery | None = None,
    ) -> bool:
        """Change *before* to *after* if its state, attempt, key id and votes are what they were.

        False if they are not. *work* is kept in the inbox in the same transaction, for this bot.
        """

    async def waiting_requests(self) -> list[ApprovalRequest]:
        """Return requests that are not at their end, oldest first."""

    async def requests_to_remind(self, now: datetime) -> list[ApprovalRequest]:
        """Return requests of which somebody is to be reminded by now, oldest first."""

    async def overdue_requests(self, now: datetime) -> list[ApprovalRequest]:
        """Return pending and approved requests whose time is up."""

    async def doubtful_requests(self) -> list[ApprovalRequest]:
        """Return requests between a claim and its end, oldest first."""

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep one line of the audit log by itself, with what it leaves to say."""

    async def ended_requests(self, since: datetime) -> list[ApprovalRequest]:
        """Return requests with an attempt that ended after *since*, for the sweeper."""

    async def granted_requests(self) -> list[ApprovalRequest]:
        """Return requests with a key on record, oldest first; what somebody changed in the database is left out."""

    async def requests_among(self, ids: Collection[str]) -> list[ApprovalRequest]:
        """Return the requests with these *ids*, as far as there are any, oldest first; left out as above."""
