"""Lines of the audit log: only ever added, always beside what they tell about."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import tables
from dgbot.adapters.storage.columns import instant_text, json_text
from dgbot.adapters.storage.statements import Prepared
from dgbot.domain.audit import AuditEvent

_INSERT = Prepared(
    lambda _: sa.insert(tables.audit).values(
        {name: sa.bindparam(name) for name in ("at", "actor", "action", "subject", "outcome", "details")}
    )
)


def record(connection: Connection, events: Iterable[AuditEvent]) -> None:
    """Add *events* in their order."""
    for event in events:
        _INSERT.run(
            connection,
            {
                "at": instant_text(event.at),
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "outcome": event.outcome,
                "details": json_text(event.details),
            },
        )
