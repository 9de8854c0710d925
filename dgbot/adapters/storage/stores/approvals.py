"""`ApprovalStore` on SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from dgbot.adapters.storage import approvals, audit, outbox
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.rulings import Quota


class SqlApprovals(UnitStore):
    """Requests, and what was decided on them."""

    async def open_request(self, request: ApprovalRequest, *, notices: Sequence[Notice], audit: AuditEvent) -> bool:
        """Keep a new request; False if its id was there before, and then nothing else is kept either."""
        return await self._run(lambda connection: approvals.open_request(connection, request, notices, audit))

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
        """Keep a request that is approved by *quota*; False if its requester, with all *accounts*, has used that up.

        False, too, if somebody who is not *known* has had something by quota: they may be the same person.
        """
        return await self._run(
            lambda connection: approvals.open_by_quota(
                connection, request, quota, accounts, known, notices, audit, work, self._me
            )
        )

    async def had_by_quota(self, since: datetime) -> frozenset[str]:
        """Return the user ids for whom a quota has approved something after *since*."""
        return await self._run(lambda connection: frozenset(approvals.had_by_quota(connection, since)))

    async def request(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands; raises StorageError if its plan is not the one that was asked for."""
        return await self._run(lambda connection: approvals.request(connection, request_id))

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
        return await self._run(
            lambda connection: approvals.move(connection, before, after, notices, audit, work, self._me)
        )

    async def waiting_requests(self) -> list[ApprovalRequest]:
        """Return requests that are not at their end, oldest first."""
        return await self._run(approvals.waiting)

    async def requests_to_remind(self, now: datetime) -> list[ApprovalRequest]:
        """Return requests of which somebody is to be reminded by now, oldest first."""
        return await self._run(lambda connection: approvals.to_remind(connection, now))

    async def overdue_requests(self, now: datetime) -> list[ApprovalRequest]:
        """Return pending and approved requests whose time is up."""
        return await self._run(lambda connection: approvals.overdue(connection, now))

    async def doubtful_requests(self) -> list[ApprovalRequest]:
        """Return requests between a claim and its end, oldest first."""
        return await self._run(approvals.doubtful)

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep one line of the audit log by itself, with what it leaves to say."""

        def unit(connection: Connection) -> None:
            audit.record(connection, [event])
            outbox.queue(connection, notices, event.at)

        await self._run(unit)

    async def ended_requests(self, since: datetime) -> list[ApprovalRequest]:
        """Return requests with an attempt that ended after *since*, for the sweeper."""
        return await self._run(lambda connection: approvals.ended(connection, since))

    async def granted_requests(self) -> list[ApprovalRequest]:
        """Return requests with a key on record, oldest first."""
        return await self._run(approvals.granted)

    async def requests_among(self, ids: Collection[str]) -> list[ApprovalRequest]:
        """Return the requests with these *ids*, as far as there are any, oldest first."""
        return await self._run(lambda connection: approvals.among(connection, ids))
