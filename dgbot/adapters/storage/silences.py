"""What people keep quiet by labels, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import audit
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import alert_silences
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.audit import AuditEvent

log = structlog.get_logger(__name__)

_ROW = alert_silences.c


def silences(connection: Connection, now: datetime) -> list[Silence]:
    """Return those that hold at *now* or later, the one that ends first first; what can't be read holds nothing."""
    query = sa.select(alert_silences).where(_ROW.ends > now, _ROW.ended_at.is_(None)).order_by(_ROW.ends, _ROW.id)
    return [read for row in connection.execute(query) if (read := _silence(row)) is not None]


def between(connection: Connection, since: datetime, until: datetime) -> tuple[tuple[Silence, datetime | None], ...]:
    """Return those that held at any time from *since* to *until*, each with when somebody ended it, if anybody did."""
    query = sa.select(alert_silences).where(_ROW.begins <= until, _ROW.ends >= since).order_by(_ROW.begins, _ROW.id)
    rows = [row for row in connection.execute(query) if row.ended_at is None or row.ended_at >= since]
    return tuple((read, row.ended_at) for row in rows if (read := _silence(row)) is not None)


def open_silence(connection: Connection, silence: Silence, event: AuditEvent) -> bool:
    """Keep *silence*; False if its id is there already."""
    row = insert(connection.dialect.name, alert_silences).values(
        id=silence.id,
        matchers="\n".join(map(str, silence.matchers)),
        begins=silence.begins,
        ends=silence.ends,
        by=silence.by,
        comment=silence.comment,
        ended_at=None,
    )
    if connection.execute(row.on_conflict_do_nothing().returning(_ROW.id)).first() is None:
        return False
    audit.record(connection, [event])
    return True


def end_silence(connection: Connection, silence_id: str, event: AuditEvent) -> bool:
    """Let a silence end now; False if it is over already, or never was."""
    holds = sa.and_(_ROW.id == silence_id, _ROW.ended_at.is_(None), _ROW.ends > event.at)
    if connection.execute(sa.update(alert_silences).where(holds).values(ended_at=event.at)).rowcount == 0:
        return False
    audit.record(connection, [event])
    return True


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most *limit* silences that were over before *before*, and return how many it were."""
    over = sa.select(_ROW.id).where(sa.or_(_ROW.ends < before, _ROW.ended_at < before)).limit(limit)
    return connection.execute(sa.delete(alert_silences).where(_ROW.id.in_(over))).rowcount


def _silence(row: sa.Row[Any]) -> Silence | None:
    try:
        matchers = tuple(matcher(line) for line in row.matchers.split("\n"))
        return Silence(row.id, matchers, row.begins, row.ends, row.by, row.comment)
    except ValueError as error:
        log.warning("silence can't be read", silence=row.id, reason=str(error))
        return None
