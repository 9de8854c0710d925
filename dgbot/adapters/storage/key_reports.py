"""What the latest review of each project's keys told, changed by compare-and-set alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, outbox
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import key_reports
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.key_reports import KeyReport
from dgbot.domain.reconciliation import Finding

_FINDINGS = msgspec.json.Decoder(tuple[Finding, ...])
_ROW = key_reports.c


def key_report(connection: Connection, project_id: str) -> KeyReport | None:
    """Return what is remembered of a project's keys; findings that can't be read are told anew."""
    row = connection.execute(sa.select(key_reports).where(_ROW.project_id == project_id)).first()
    if row is None:
        return None
    try:
        findings = _FINDINGS.decode(row.findings)
    except (ValueError, TypeError):  # msgspec's errors are ValueErrors
        findings = ()
    return KeyReport(project_id, row.due_at, findings, row.number, row.failing_since, row.failures, row.revision)


def put(
    connection: Connection,
    before: KeyReport | None,
    after: KeyReport,
    now: datetime,
    notices: Sequence[Notice],
    events: Sequence[AuditEvent],
) -> bool:
    """Keep *after* if nobody kept anything since *before* was read; False if somebody did, and nothing is kept then."""
    values: dict[str, Any] = {
        "due_at": after.due_at,
        "findings": msgspec.json.encode(after.findings).decode(),
        "number": after.number,
        "failing_since": after.failing_since,
        "failures": after.failures,
        "revision": after.revision,
    }
    if before is None:
        row = insert(connection.dialect.name, key_reports).values(project_id=after.project_id, **values)
        kept = connection.execute(row.on_conflict_do_nothing().returning(_ROW.project_id)).first() is not None
    else:
        same = sa.and_(_ROW.project_id == before.project_id, _ROW.revision == before.revision)
        kept = connection.execute(sa.update(key_reports).where(same).values(values)).rowcount == 1
    if kept:
        outbox.queue(connection, notices, now)
        audit.record(connection, events)
    return kept
