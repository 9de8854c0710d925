"""Deliveries from Slack, each kept once and finished once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, leases, outbox
from dgbot.adapters.storage.columns import instant_text, json_text
from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.statements import Prepared, insert
from dgbot.adapters.storage.tables import inbox
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice

_INSERT = Prepared(
    lambda dialect: (
        insert(dialect, inbox).values({c.name: sa.bindparam(c.name) for c in inbox.c}).on_conflict_do_nothing()
    )
)
_FINISH = Prepared(
    lambda _: (
        sa.update(inbox)
        .where(inbox.c.id == sa.bindparam("delivery_id"), inbox.c.finished_at.is_(None))
        .values(finished_at=sa.bindparam("now"))
    )
)


def receive(connection: Connection, delivery: Delivery, me: str) -> bool:
    """Keep *delivery*, which is *me*'s to work on; False if its id or its occasion was there before."""
    kept = _INSERT.run(
        connection,
        {
            "id": delivery.id,
            "occasion": delivery.occasion,
            "kind": delivery.kind,
            "payload": json_text(delivery.payload),
            "received_at": instant_text(delivery.received_at),
            "begun": delivery.begun,
            "finished_at": None,
            "owner": me,
        },
    )
    return kept == 1


def begin(connection: Connection, delivery_id: str, event: AuditEvent, me: str) -> None:
    """Note that an effect outside is about to be tried by *me*.

    Raises StorageError for an id that is not there, and for one that another bot has taken over.
    """
    mine = sa.and_(inbox.c.id == delivery_id, inbox.c.owner == me)
    if connection.execute(sa.update(inbox).where(mine).values(begun=True)).rowcount == 0:
        raise _unknown(delivery_id)
    audit.record(connection, [event])


def finish(
    connection: Connection,
    delivery_id: str,
    now: datetime,
    notices: Sequence[Notice],
    events: Sequence[AuditEvent],
) -> None:
    """Mark the work as done and keep what it leaves; a second finish leaves nothing.

    Raises StorageError for an id that is not there.
    """
    if _FINISH.run(connection, {"delivery_id": delivery_id, "now": instant_text(now)}) == 0:
        if connection.execute(sa.select(inbox.c.id).where(inbox.c.id == delivery_id)).first() is None:
            raise _unknown(delivery_id)
        return
    outbox.queue(connection, notices, now)
    audit.record(connection, events)


def unfinished(connection: Connection) -> list[Delivery]:
    """Return what was received and not finished, oldest first."""
    return _read(connection, _UNFINISHED, {})


def in_hand(connection: Connection, delivery_id: str, me: str) -> Delivery | None:
    """Return a delivery as it is kept; None if it is finished, or not *me*'s any more."""
    found = _read(connection, _IN_HAND, {"delivery_id": delivery_id, "me": me})
    return found[0] if found else None


def take_over(connection: Connection, me: str, *, own: bool) -> list[Delivery]:
    """Let *me* work on what is unfinished and no living bot has in hand, oldest first; with *own*, on my own, too."""
    leases.take_turn(connection)
    taken = _read(connection, _left(connection.dialect.name, own=own), {"me": me})
    if taken:
        connection.execute(sa.update(inbox).where(inbox.c.id.in_([one.id for one in taken])).values(owner=me))
    return taken


_UNFINISHED = sa.select(inbox).where(inbox.c.finished_at.is_(None)).order_by(inbox.c.received_at, inbox.c.id)
_ME = sa.bindparam("me", type_=sa.Text)
_IN_HAND = _UNFINISHED.where(inbox.c.id == sa.bindparam("delivery_id", type_=sa.Text), inbox.c.owner == _ME)


@cache
def _left(dialect_name: str, *, own: bool) -> sa.Select[Any]:
    """Build what every tick asks: the work that no living bot has in hand; with *own*, mine too."""
    free = sa.and_(leases.free(dialect_name, inbox.c.owner), inbox.c.owner != _ME)
    left = _UNFINISHED.where(sa.or_(free, inbox.c.owner == _ME) if own else free)
    return left.with_for_update()  # whoever begins meanwhile is waited for, or is too late


def _read(connection: Connection, asked: sa.Select[Any], values: dict[str, Any]) -> list[Delivery]:
    rows = connection.execute(asked, values)
    return [Delivery(row.id, row.occasion, row.kind, row.received_at, row.payload, row.begun) for row in rows]


def count_unfinished(connection: Connection) -> int:
    """Return how many deliveries are not finished."""
    return connection.scalars(sa.select(sa.func.count()).where(inbox.c.finished_at.is_(None))).one()


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most *limit* deliveries that were finished before *before*, and return how many it were."""
    return connection.execute(_PRUNE, {"before": before, "at_most": limit}).rowcount


_PRUNE = sa.delete(inbox).where(
    inbox.c.id.in_(
        sa.select(inbox.c.id)
        .where(inbox.c.finished_at < sa.bindparam("before", type_=inbox.c.finished_at.type))
        .limit(sa.bindparam("at_most", type_=sa.Integer))
    )
)


def _unknown(delivery_id: str) -> StorageError:
    return StorageError(f"The inbox has no delivery {delivery_id} that is this bot's to work on.")
