"""Approval requests, changed by compare-and-set alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import ColumnElement, Connection

from dgbot.adapters.storage import audit, outbox
from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import approval_requests
from dgbot.domain.approvals import FINAL, IN_DOUBT, ApprovalRequest, KeyPlan, State
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice

log = structlog.get_logger(__name__)

_PLAN = msgspec.json.Decoder(KeyPlan)
_ROW = approval_requests.c


def open_request(
    connection: Connection, request: ApprovalRequest, notices: Sequence[Notice], event: AuditEvent
) -> bool:
    """Keep a new request; False if its id was there before, and then nothing else is kept either."""
    ended = event.at if request.state in FINAL else None
    row = {"id": request.id, "ended_at": ended, **_columns(request)}
    opened = insert(connection.dialect.name, approval_requests).values(row).on_conflict_do_nothing()
    if connection.execute(opened.returning(_ROW.id)).first() is None:
        return False
    _tell(connection, notices, event)
    return True


def request(connection: Connection, request_id: str) -> ApprovalRequest | None:
    """Return a request as it stands."""
    row = connection.execute(sa.select(approval_requests).where(_ROW.id == request_id)).first()
    return None if row is None else _value(row)


def move(
    connection: Connection,
    before: ApprovalRequest,
    after: ApprovalRequest,
    notices: Sequence[Notice],
    event: AuditEvent,
) -> bool:
    """Change *before* to *after* if its state, attempt and key id are still what they were; False if not.

    A refused change leaves neither an audit row nor a notice.
    """
    if before.id != after.id:
        raise ValueError(f"Request {before.id} can't become request {after.id}; only its other fields may change.")
    changes = _columns(after)
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
        )
        .values(changes)
    )
    if changed.rowcount == 0:
        return False
    _tell(connection, notices, event)
    return True


def overdue(connection: Connection, now: datetime) -> list[ApprovalRequest]:
    """Return pending and approved requests whose time is up, oldest first."""
    return _select(
        connection,
        sa.or_(
            sa.and_(_ROW.state == State.PENDING.value, _ROW.closes_at <= now),
            sa.and_(_ROW.state == State.APPROVED.value, _ROW.reveal_by <= now),
        ),
    )


def doubtful(connection: Connection) -> list[ApprovalRequest]:
    """Return requests between a claim and its end, oldest first."""
    return _select(connection, _ROW.state.in_(sorted(IN_DOUBT)))


def ended(connection: Connection, since: datetime) -> list[ApprovalRequest]:
    """Return requests that came to a final state after *since* and had at least one attempt, oldest first.

    The moment is that of the audit event of the change.
    """
    return _select(connection, sa.and_(_ROW.state.in_(sorted(FINAL)), _ROW.attempt > 0, _ROW.ended_at > since))


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[ApprovalRequest]:
    """Return the requests that fit, without those that somebody changed in the database."""
    rows = connection.execute(sa.select(approval_requests).where(condition).order_by(_ROW.asked_at, _ROW.id))
    found = []
    for row in rows:
        try:
            found.append(_value(row))
        except StorageError as error:
            log.error("request left out", request=row.id, reason=str(error))  # noqa: TRY400  # expected, no traceback
    return found


def _tell(connection: Connection, notices: Sequence[Notice], event: AuditEvent) -> None:
    outbox.queue(connection, notices, event.at)
    audit.record(connection, [event])


def _columns(request: ApprovalRequest) -> dict[str, Any]:
    return {
        "plan": msgspec.json.encode(request.plan).decode(),
        "plan_digest": request.plan.digest,
        "requester_id": request.requester_id,
        "reason": request.reason,
        "nonce": request.nonce,
        "asked_at": request.asked_at,
        "closes_at": request.closes_at,
        "state": request.state.value,
        "decided_by": request.decided_by,
        "decided_at": request.decided_at,
        "denied_because": request.denied_because,
        "reveal_by": request.reveal_by,
        "attempt": request.attempt,
        "key_id": request.key_id,
        "touched_at": request.touched_at,
        "ended_because": request.ended_because,
    }


def _value(row: sa.Row[Any]) -> ApprovalRequest:
    try:
        plan, state = _PLAN.decode(row.plan), State(row.state)
    except (ValueError, TypeError) as error:  # msgspec's errors are ValueErrors
        raise StorageError(
            f"Request {row.id} can't be read: {error}. Somebody changed the database; ask again for the key."
        ) from None
    if plan.digest != row.plan_digest:
        raise StorageError(
            f"The plan of request {row.id} is not the one that was asked for: its digest is {plan.digest}, "
            f"not {row.plan_digest}. Somebody changed the database; deny the request and ask again."
        )
    return ApprovalRequest(
        id=row.id,
        plan=plan,
        requester_id=row.requester_id,
        reason=row.reason,
        nonce=row.nonce,
        asked_at=row.asked_at,
        closes_at=row.closes_at,
        state=state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        denied_because=row.denied_because,
        reveal_by=row.reveal_by,
        attempt=row.attempt,
        key_id=row.key_id,
        touched_at=row.touched_at,
        ended_because=row.ended_because,
    )
