"""Notices on their way to Slack, in order along each lane: one target, one message that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from dgbot.adapters.storage import leases
from dgbot.adapters.storage.columns import instant_text, json_text
from dgbot.adapters.storage.statements import Prepared, insert
from dgbot.adapters.storage.tables import WAITING, messages, outbox
from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind, Queued

_INSERT = Prepared(
    lambda dialect: (
        insert(dialect, outbox)
        .values({c.name: sa.bindparam(c.name) for c in outbox.c if c is not outbox.c.number})
        .on_conflict_do_nothing()
    )
)
_EARLIER = outbox.alias("earlier")
_NOW = sa.bindparam("now", type_=outbox.c.due_at.type)
_ME = sa.bindparam("me", type_=sa.Text)


def _held_up_by(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return sa.exists().where(
        _EARLIER.c.sent_at.is_(None),
        _EARLIER.c.given_up_at.is_(None),
        _EARLIER.c.target == outbox.c.target,
        _EARLIER.c.about == outbox.c.about,
        _EARLIER.c.number < outbox.c.number,
        condition,
    )


# Statements are built once: building one costs several times what executing it costs.
_NEXT_DUE = sa.select(outbox.c.due_at).where(WAITING, ~_held_up_by(sa.true())).order_by(outbox.c.due_at).limit(1)
_SENT = (
    sa.update(outbox)
    .where(outbox.c.number == sa.bindparam("sent_number"), outbox.c.sent_at.is_(None))
    .values(sent_at=_NOW, attempts=outbox.c.attempts + 1)
    .returning(outbox.c.about)
)
_STANDING = sa.select(messages).where(messages.c.about == sa.bindparam("about"))
_COUNT_GIVEN_UP = sa.select(sa.func.count()).where(outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_not(None))
_BEFORE = sa.bindparam("before", type_=outbox.c.sent_at.type)
_PRUNE = sa.delete(outbox).where(
    outbox.c.number.in_(
        sa.union_all(
            sa.select(outbox.c.number).where(outbox.c.sent_at < _BEFORE),
            sa.select(outbox.c.number).where(outbox.c.sent_at.is_(None), outbox.c.given_up_at < _BEFORE),
        ).limit(sa.bindparam("at_most", type_=sa.Integer))
    )
)
_COUNT_DUE = sa.select(sa.func.count()).where(WAITING, outbox.c.due_at <= _NOW)


@cache
def _due(dialect_name: str) -> sa.Select[Any]:
    free = sa.or_(outbox.c.owner == _ME, leases.free(dialect_name, outbox.c.owner))
    theirs = sa.and_(_EARLIER.c.owner != _ME, ~leases.free(dialect_name, _EARLIER.c.owner))
    held_up = _held_up_by(sa.or_(_EARLIER.c.due_at > _NOW, theirs))
    return (
        sa.select(outbox)
        .where(WAITING, outbox.c.due_at <= _NOW, free, ~held_up)
        .order_by(outbox.c.number)
        .limit(sa.bindparam("at_most", type_=sa.Integer))
    )


def queue(connection: Connection, notices: Iterable[Notice], now: datetime) -> None:
    """Keep *notices*, due at once; one whose key was there before is not kept."""
    moment = instant_text(now)
    for notice in notices:
        _INSERT.run(
            connection,
            {
                "key": notice.key,
                "kind": notice.kind.value,
                "target": notice.target,
                "about": notice.about,
                "facts": json_text(notice.facts),
                "queued_at": moment,
                "due_at": moment,
                "attempts": 0,
                "sent_at": None,
                "given_up_at": None,
                "last_error": "",
                "owner": "",
            },
        )


def due(connection: Connection, now: datetime, limit: int, me: str) -> list[Queued]:
    """Return at most *limit* notices that may be tried now, oldest first, and let them be *me*'s until they are done.

    A notice stays behind while an earlier one of its lane waits for a later time, or is in another living bot's hand.
    """
    leases.take_turn(connection)
    rows = connection.execute(_due(connection.dialect.name), {"now": now, "at_most": limit, "me": me}).all()
    if fresh := [row.number for row in rows if row.owner != me]:
        connection.execute(sa.update(outbox).where(outbox.c.number.in_(fresh)).values(owner=me))
    return [
        Queued(
            row.number,
            Notice(row.key, NoticeKind(row.kind), row.target, row.facts, row.about),
            row.attempts,
            row.queued_at,
        )
        for row in rows
    ]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next notice may be tried: the earliest time among the heads of the lanes."""
    return connection.scalars(_NEXT_DUE).first()


def sent(connection: Connection, number: int, now: datetime, ref: MessageRef | None) -> None:
    """Note that a notice arrived, and where the message that it is about stands now."""
    about = connection.scalars(_SENT, {"sent_number": number, "now": now}).first()
    if about and ref is not None:
        stands = {"channel_id": ref.channel_id, "ts": ref.ts, "thread_ts": ref.thread_ts}
        connection.execute(
            insert(connection.dialect.name, messages)
            .values(about=about, **stands)
            .on_conflict_do_update(index_elements=[messages.c.about], set_=stands)
        )


def postpone(connection: Connection, number: int, until: datetime, reason: str) -> None:
    """Keep a notice for another try at *until*."""
    _tried(connection, number, due_at=until, last_error=reason)


def give_up(connection: Connection, number: int, now: datetime, reason: str) -> None:
    """Park a notice that can't be delivered; the ones behind it move up."""
    _tried(connection, number, given_up_at=now, last_error=reason)


def standing(connection: Connection, about: str) -> MessageRef | None:
    """Return the message that earlier notices *about* this left in Slack."""
    row = connection.execute(_STANDING, {"about": about}).first()
    return None if row is None else MessageRef(row.channel_id, row.ts, row.thread_ts)


def count_due(connection: Connection, now: datetime) -> int:
    """Return how many notices are waiting and due."""
    return connection.scalars(_COUNT_DUE, {"now": now}).one()


def count_given_up(connection: Connection) -> int:
    """Return how many notices of the last days could not be delivered."""
    return connection.scalars(_COUNT_GIVEN_UP).one()


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most *limit* notices that were sent or given up before *before*, and return how many it were."""
    return connection.execute(_PRUNE, {"before": before, "at_most": limit}).rowcount


def _tried(connection: Connection, number: int, **changes: datetime | str) -> None:
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.number == number, WAITING)
        .values(attempts=outbox.c.attempts + 1, owner="", **changes)
    )
