"""Alert rules, when each is due, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, outbox
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import alert_rules, alert_states
from dgbot.domain.alerts import AlertRule, AlertState, Incident
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice

_DUE = (
    sa.select(alert_rules, alert_states)
    .join(alert_states, alert_states.c.rule_id == alert_rules.c.id)
    .where(alert_rules.c.next_due_at <= sa.bindparam("now", type_=alert_rules.c.next_due_at.type))
    .order_by(alert_rules.c.next_due_at, alert_rules.c.id)
)
"""Built once: every tick asks it."""


def rules(connection: Connection, project_id: str) -> list[AlertRule]:
    """Return every rule of a project, by name."""
    rows = connection.execute(
        sa.select(alert_rules)
        .where(alert_rules.c.project_id == project_id)
        .order_by(alert_rules.c.name, alert_rules.c.id)
    )
    return [_rule(row) for row in rows]


def put(connection: Connection, rule: AlertRule, event: AuditEvent) -> None:
    """Add *rule*, or change the one with its id; it is due from the moment of *event* on.

    A change keeps the incident and outdates evaluations under way, so that the new rule is not judged by the old line.
    """
    columns = _columns(rule) | {"next_due_at": event.at}
    connection.execute(
        insert(connection.dialect.name, alert_rules)
        .values(id=rule.id, **columns)
        .on_conflict_do_update(index_elements=[alert_rules.c.id], set_=columns)
    )
    connection.execute(
        insert(connection.dialect.name, alert_states)
        .values(rule_id=rule.id, revision=0)
        .on_conflict_do_update(index_elements=[alert_states.c.rule_id], set_={"revision": alert_states.c.revision + 1})
    )
    audit.record(connection, [event])


def remove(connection: Connection, rule_id: str, event: AuditEvent) -> bool:
    """Remove a rule and its state; False, and no audit row, if there is none."""
    if connection.execute(sa.delete(alert_rules).where(alert_rules.c.id == rule_id)).rowcount == 0:
        return False
    audit.record(connection, [event])
    return True


def due(connection: Connection, now: datetime) -> list[tuple[AlertRule, AlertState]]:
    """Return the rules whose next evaluation is due, each with its state, longest due first."""
    rows = connection.execute(_DUE, {"now": now})
    return [(_rule(row), _state(row)) for row in rows]


def evaluated(
    connection: Connection,
    before: AlertState,
    after: AlertState,
    next_due: datetime,
    notices: Sequence[Notice],
    events: Sequence[AuditEvent],
) -> bool:
    """Save *after* as the next revision if nobody saved since *before* was read; False if somebody did."""
    incident = after.incident
    saved = connection.execute(
        sa.update(alert_states)
        .where(alert_states.c.rule_id == before.rule_id, alert_states.c.revision == before.revision)
        .values(
            incident_id=incident and incident.id,
            incident_since=incident and incident.since,
            incident_lowest=incident and incident.lowest,
            last_value=after.last_value,
            last_good_at=after.last_good_at,
            revision=before.revision + 1,
        )
    )
    if saved.rowcount == 0:
        return False
    connection.execute(sa.update(alert_rules).where(alert_rules.c.id == before.rule_id).values(next_due_at=next_due))
    moment = events[0].at if events else after.last_good_at or next_due
    outbox.queue(connection, notices, moment)
    audit.record(connection, events)
    return True


def _columns(rule: AlertRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "check": rule.check,
        "project_id": rule.project_id,
        "channel_id": rule.channel_id,
        "threshold": rule.threshold,
        "clear_at": rule.clear_at,
        "every": rule.every,
        "origin": rule.origin,
        "created_by": rule.created_by,
        "params": rule.params,
    }


def _rule(row: sa.Row[Any]) -> AlertRule:
    return AlertRule(
        id=row.id,
        name=row.name,
        check=row.check,
        project_id=row.project_id,
        channel_id=row.channel_id,
        threshold=row.threshold,
        clear_at=row.clear_at,
        every=row.every,
        origin=row.origin,
        created_by=row.created_by,
        params=row.params,
    )


def _state(row: sa.Row[Any]) -> AlertState:
    incident = None
    if row.incident_id is not None:
        incident = Incident(row.incident_id, row.incident_since, row.incident_lowest)
    return AlertState(row.rule_id, incident, row.last_value, row.last_good_at, row.revision)
