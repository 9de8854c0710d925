"""Alert rules, and when each is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, instances
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import alert_rules
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.audit import AuditEvent

log = structlog.get_logger(__name__)

_RULE = msgspec.json.Decoder(AlertRule, strict=False)
_ROW = alert_rules.c


def rules(connection: Connection, project_id: str | None) -> list[AlertRule]:
    """Return every rule of a project, with those that watch several ones, by name; without *project_id* all.

    One that can't be read is left out.
    """
    query = sa.select(alert_rules).order_by(_ROW.name, _ROW.id)
    if project_id is not None:
        query = query.where(sa.or_(_ROW.project_id == project_id, _ROW.project_id.contains("*", autoescape=True)))
    return _read(connection, query)


def every(connection: Connection) -> list[AlertRule]:
    """Return every rule of every project, by name."""
    return _read(connection, sa.select(alert_rules).order_by(_ROW.name, _ROW.id))


def rule(connection: Connection, rule_id: str) -> AlertRule | None:
    """Return one rule."""
    return next(iter(_read(connection, sa.select(alert_rules).where(_ROW.id == rule_id))), None)


def put(
    connection: Connection,
    rule: AlertRule,
    before: AlertRule | None,
    due_at: datetime,
    seen: Sequence[Instance],
    changed: Sequence[Evaluated],
    event: AuditEvent,
) -> bool:
    """Let *rule* take the place of *before*, with what that changes of its instances; it is due at *due_at*.

    False, and nothing is kept, if the rule is not as *before* (None: not there) any more, or if its instances are
    others than those that were *seen* when *changed* was worked out; then an evaluation that goes on counts no more, so
    that it is not in the way of the next attempt.
    """
    columns = {
        "name": rule.name,
        "project_id": rule.project_id,
        "body": msgspec.json.encode(rule).decode(),
        "next_due_at": due_at,
    }
    kept = _locked(connection, rule.id)
    if (None if kept is None else _rule(kept)) != before:
        return False
    if kept is None:
        added = insert(connection.dialect.name, alert_rules).values(id=rule.id, **columns).on_conflict_do_nothing()
        if connection.execute(added.returning(_ROW.id)).first() is None:
            return False
    elif instances.are_all(connection, rule.id, seen):
        connection.execute(sa.update(alert_rules).where(_ROW.id == rule.id).values(columns))
    else:
        _interrupt(connection, rule.id, due_at)
        return False
    instances.save_all(connection, changed)
    audit.record(connection, [event])
    return True


def remove(
    connection: Connection, rule_id: str, seen: Sequence[Instance], closed: Sequence[Evaluated], event: AuditEvent
) -> bool:
    """Remove a rule and its instances, with what *closed* leaves to say; False, and nothing kept, if there is none.

    Neither is anything kept if its instances are others than those that were *seen* when *closed* was worked out; then
    an evaluation that goes on counts no more.
    """
    if _locked(connection, rule_id) is None:
        return False
    if not instances.are_all(connection, rule_id, seen):
        _interrupt(connection, rule_id, event.at)
        return False
    instances.save_all(connection, closed)
    connection.execute(sa.delete(alert_rules).where(_ROW.id == rule_id))
    audit.record(connection, [event])
    return True


def due(connection: Connection, now: datetime) -> list[DueRule]:
    """Return the rules that are to be evaluated by now, each with since when, longest due first."""
    query = sa.select(alert_rules).where(_ROW.next_due_at <= now).order_by(_ROW.next_due_at, _ROW.id)
    due_at = {row.id: row.next_due_at for row in connection.execute(query)}
    return [DueRule(rule, due_at[rule.id]) for rule in _read(connection, query)]


def postpone(connection: Connection, due: DueRule, due_at: datetime) -> None:
    """Let a rule be due at *due_at* next, unless it was changed, or evaluated to the end, since it was *due*."""
    same = sa.and_(_ROW.id == due.rule.id, _ROW.next_due_at == due.since)
    connection.execute(sa.update(alert_rules).where(same).values(next_due_at=due_at))


def _locked(connection: Connection, rule_id: str) -> sa.Row[Any] | None:
    """Return the row of a rule, of which no evaluation is saved before this transaction ends; None if there is none."""
    return connection.execute(sa.select(alert_rules).where(_ROW.id == rule_id).with_for_update()).first()


def _interrupt(connection: Connection, rule_id: str, now: datetime) -> None:
    """Let a rule be due *now*, so that whoever evaluates it as one that is due since before saves nothing more."""
    connection.execute(sa.update(alert_rules).where(_ROW.id == rule_id).values(next_due_at=now))


def _read(connection: Connection, query: sa.Select[tuple[object, ...]]) -> list[AlertRule]:
    return [read for row in connection.execute(query) if (read := _rule(row)) is not None]


def _rule(row: sa.Row[Any]) -> AlertRule | None:
    try:
        return _RULE.decode(row.body)
    except ValueError as error:  # msgspec's errors are ValueErrors
        log.warning("rule can't be read", rule=row.id, reason=str(error))
        return None
