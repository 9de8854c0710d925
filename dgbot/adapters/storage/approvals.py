"""Approval requests, changed by compare-and-set alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, inbox, leases, outbox
from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.requests import columns_of, request_of, votes_text
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import approval_requests
from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.request_states import FINAL, IN_DOUBT, OPEN, State
from dgbot.domain.rulings import Quota

log = structlog.get_logger(__name__)

_ROW = approval_requests.c


def open_request(
    connection: Connection, request: ApprovalRequest, notices: Sequence[Notice], event: AuditEvent
) -> bool:
    """Keep a new request; False if its id was there before, and then nothing else is kept either."""
    ended = event.at if request.state in FINAL else None
    row = {"id": request.id, "ended_at": ended, **columns_of(request)}
    opened = insert(connection.dialect.name, approval_requests).values(row).on_conflict_do_nothing()
    if connection.execute(opened.returning(_ROW.id)).first() is None:
        return False
    _tell(connection, notices, event)
    return True


def open_by_quota(
    connection: Connection,
    request: ApprovalRequest,
    quota: Quota,
    accounts: frozenset[str],
    known: frozenset[str],
    notices: Sequence[Notice],
    event: AuditEvent,
    work: Delivery | None = None,
    me: str = "",
) -> bool:
    """Keep a request that the settings approve by themselves; False if *accounts* have had as many as *quota* says.

    False, too, if anybody beside *known* and *accounts* has had something. Of two that are opened at once, the second
    waits for the first.
    """
    leases.take_turn(connection)
    had = had_by_quota(connection, event.at - quota.period)
    if sum(had[one] for one in accounts) >= quota.requests or had.keys() - known - accounts:
        return False
    opened = open_request(connection, request, notices, event)
    if opened and work is not None:
        inbox.receive(connection, work, me)
    return opened


def had_by_quota(connection: Connection, since: datetime) -> Counter[str]:
    """Return how many requests of whom a quota has approved after *since*."""
    by_quota = sa.and_(_ROW.decided_by == BY_QUOTA, _ROW.decided_at > since)
    counted = sa.select(_ROW.requester_id, sa.func.count()).where(by_quota).group_by(_ROW.requester_id)
    return Counter({row[0]: row[1] for row in connection.execute(counted)})


def request(connection: Connection, request_id: str) -> ApprovalRequest | None:
    """Return a request as it stands."""
    row = connection.execute(sa.select(approval_requests).where(_ROW.id == request_id)).first()
    return None if row is None else request_of(row)


def move(
    connection: Connection,
    before: ApprovalRequest,
    after: ApprovalRequest,
    notices: Sequence[Notice],
    event: AuditEvent,
    work: Delivery | None = None,
    me: str = "",
) -> bool:
    """Change *before* to *after*; False if its state, attempt, key id, votes or the old key's end are not as they were.

    *work* is left to do in the inbox, for *me*.

    A refused change leaves neither an audit row nor a notice.
    """
    if before.id != after.id:
        raise ValueError(f"Request {before.id} can't become request {after.id}; only its other fields may change.")
    changes = columns_of(after)
    if after.state not in FINAL:
        changes["ended_at"] = None
    elif before.state not in FINAL:
        changes["ended_at"] = event.at
    changed = connection.execute(
        sa.update(approval_requests)
        .where(
            _ROW.id == before.id,
            _ROW.state == before.state.value,
            _ROW.attempt == before.attempt,
            _ROW.key_id.is_not_distinct_from(before.key_id),
            _ROW.votes == votes_text(before.votes),
            _ROW.retired_at.is_not_distinct_from(before.retired_at),
        )
        .values(changes)
    )
    if changed.rowcount == 0:
        return False
    _tell(connection, notices, event)
    if work is not None:
        inbox.receive(connection, work, me)
    return True


def overdue(connection: Connection, now: datetime) -> list[ApprovalRequest]:
    """Return pending and approved requests whose time is up, oldest first."""
    return _select(connection, _OVERDUE, {"now": now})


def doubtful(connection: Connection) -> list[ApprovalRequest]:
    """Return requests between a claim and its end, oldest first."""
    return _select(connection, _DOUBTFUL, {})


def ended(connection: Connection, since: datetime) -> list[ApprovalRequest]:
    """Return requests that came to a final state after *since* and had at least one attempt, oldest first.

    The moment is that of the audit event of the change.
    """
    return _select(connection, _ENDED, {"since": since})


def granted(connection: Connection) -> list[ApprovalRequest]:
    """Return requests with a key on record, oldest first."""
    return _select(connection, _GRANTED, {})


def among(connection: Connection, ids: Collection[str]) -> list[ApprovalRequest]:
    """Return the requests with these *ids*, as far as there are any, oldest first."""
    return _select(connection, _OLDEST_FIRST.where(_ROW.id.in_(sorted(ids))), {})


def waiting(connection: Connection) -> list[ApprovalRequest]:
    """Return requests that wait for a person, or are between a claim and its end, oldest first."""
    return _select(connection, _WAITING, {})


def to_remind(connection: Connection, now: datetime) -> list[ApprovalRequest]:
    """Return requests of which somebody is to be reminded by now, oldest first; none between a claim and its end."""
    return _select(connection, _TO_REMIND, {"now": now})


_OLDEST_FIRST = sa.select(approval_requests).order_by(_ROW.asked_at, _ROW.id)
_NOW, _SINCE = sa.bindparam("now", type_=_ROW.closes_at.type), sa.bindparam("since", type_=_ROW.ended_at.type)

# Statements are built once: building one costs several times what executing it costs, and every tick asks these.
_OVERDUE = _OLDEST_FIRST.where(
    sa.or_(
        sa.and_(_ROW.state == State.PENDING.value, _ROW.closes_at <= _NOW),
        sa.and_(_ROW.state == State.APPROVED.value, _ROW.reveal_by <= _NOW),
    )
)
_DOUBTFUL = _OLDEST_FIRST.where(_ROW.state.in_(sorted(IN_DOUBT)))
_ENDED = _OLDEST_FIRST.where(_ROW.state.in_(sorted(FINAL)), _ROW.attempt > 0, _ROW.ended_at > _SINCE)
_WAITING = _OLDEST_FIRST.where(_ROW.state.in_(sorted(OPEN | IN_DOUBT)))
_GRANTED = _OLDEST_FIRST.where(_ROW.key_id.is_not(None))
_TO_REMIND = _OLDEST_FIRST.where(_ROW.remind_at <= _NOW, _ROW.state.not_in(sorted(IN_DOUBT)))


def _select(connection: Connection, asked: sa.Select[Any], values: dict[str, Any]) -> list[ApprovalRequest]:
    """Return the requests that fit, without those that somebody changed in the database."""
    rows = connection.execute(asked, values)
    found = []
    for row in rows:
        try:
            found.append(request_of(row))
        except StorageError as error:
            log.error("request left out", request=row.id, reason=str(error))  # noqa: TRY400  # expected, no traceback
    return found


def _tell(connection: Connection, notices: Sequence[Notice], event: AuditEvent) -> None:
    outbox.queue(connection, notices, event.at)
    audit.record(connection, [event])
