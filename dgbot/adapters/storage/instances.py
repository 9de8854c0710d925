"""Where each instance of a rule stands, what was told of it, and its history; changed by compare-and-set alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import audit, bulletins, outbox
from dgbot.adapters.storage.columns import instant_text, json_text
from dgbot.adapters.storage.statements import Prepared, insert
from dgbot.adapters.storage.tables import alert_history, alert_instances, alert_rules
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import DueRule, Instance
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Act, Told, Why
from dgbot.domain.charts import Chart

log = structlog.get_logger(__name__)

_STATE = msgspec.json.Decoder(AlertState, strict=False)
_TOLD = msgspec.json.Decoder(Told, strict=False)
_DETAIL = msgspec.json.Decoder(list[str | Chart])
_NOTHING_TOLD = Told()
_NOTHING_SAYS = msgspec.json.encode(_NOTHING_TOLD).decode()
_ROW = alert_instances.c
_CHANGING = ("labels", "phase", "state", "told", "incident_id", "severity", "detail")

_UPDATE = Prepared(
    lambda _: (
        sa.update(alert_instances)
        .where(
            _ROW.rule_id == sa.bindparam("the_rule"),
            _ROW.fingerprint == sa.bindparam("the_fingerprint"),
            _ROW.revision == sa.bindparam("expected"),
        )
        .values({name: sa.bindparam(name) for name in _CHANGING} | {"revision": sa.bindparam("revision")})
    )
)
_DUE_SINCE = (
    sa.select(alert_rules.c.next_due_at).where(alert_rules.c.id == sa.bindparam("the_rule")).with_for_update(read=True)
)
_INSERT = Prepared(
    lambda dialect: (
        insert(dialect, alert_instances).values({c.name: sa.bindparam(c.name) for c in _ROW}).on_conflict_do_nothing()
    )
)
_NOTE = Prepared(
    lambda _: sa.insert(alert_history).values(
        {c.name: sa.bindparam(c.name) for c in alert_history.c if c is not alert_history.c.number}
    )
)


def of_rule(connection: Connection, rule_id: str) -> list[Instance]:
    """Return every instance of a rule; what can't be read is a new one."""
    query = sa.select(alert_instances).where(_ROW.rule_id == rule_id).order_by(_ROW.fingerprint)
    return [_instance(row) for row in connection.execute(query)]


def of_incident(connection: Connection, incident_id: str) -> Instance | None:
    """Return the instance whose latest incident has this id."""
    row = connection.execute(sa.select(alert_instances).where(_ROW.incident_id == incident_id)).first()
    return None if row is None else _instance(row)


def not_ok(connection: Connection) -> list[Instance]:
    """Return the instances of all rules that are anything but fine."""
    query = sa.select(alert_instances).where(_ROW.phase != "ok").order_by(_ROW.rule_id, _ROW.fingerprint)
    return [_instance(row) for row in connection.execute(query)]


def are_all(connection: Connection, rule_id: str, seen: Sequence[Instance]) -> bool:
    """Whether a rule has the instances that were *seen*, as they were, and no other; so until this transaction ends.

    The rule has to be locked, or somebody could add one.
    """
    query = sa.select(_ROW.fingerprint, _ROW.revision).where(_ROW.rule_id == rule_id).order_by(_ROW.fingerprint)
    kept = {(row.fingerprint, row.revision) for row in connection.execute(query.with_for_update())}
    return kept == {(one.fingerprint, one.revision) for one in seen}


def save_all(connection: Connection, evaluated: Sequence[Evaluated]) -> int:
    """Save each of *evaluated* that nobody else saved since, with all that it leaves; return how many those are.

    Always in the same order, so that two bots who save the same ones wait for each other and not both for ever.
    """
    return sum(_save(connection, one) for one in sorted(evaluated, key=_place))


def _place(one: Evaluated) -> tuple[str, str]:
    return one.before.rule_id, one.before.fingerprint


def save_round(connection: Connection, due: DueRule, evaluated: Sequence[Evaluated]) -> int:
    """Do as `save_all`, unless the rule was changed, removed, or evaluated to the end since it was *due*."""
    if connection.scalars(_DUE_SINCE, {"the_rule": due.rule.id}).first() != due.since:
        return 0
    return save_all(connection, evaluated)


def history(connection: Connection, rule_id: str, fingerprint: str, limit: int) -> list[Entry]:
    """Return the latest *limit* lines of an instance, oldest first."""
    same = sa.and_(alert_history.c.rule_id == rule_id, alert_history.c.fingerprint == fingerprint)
    return _latest(connection, same, limit)


def incident_history(connection: Connection, incident_id: str, limit: int) -> list[Entry]:
    """Return the latest *limit* lines of an incident, oldest first."""
    return _latest(connection, alert_history.c.incident_id == incident_id, limit)


def unheard(connection: Connection, because: str, since: datetime) -> list[str]:
    """Return the rule of every incident that closed after *since* and was never told of, *because* of what."""
    row = alert_history.c
    closed = sa.and_(row.act == Act.OPEN, row.why == Why.RESOLVED, row.because == because, row.at > since)
    return list(connection.scalars(sa.select(row.rule_id).where(closed).order_by(row.number)))


def _latest(connection: Connection, which: sa.ColumnElement[bool], limit: int) -> list[Entry]:
    query = sa.select(alert_history).where(which).order_by(alert_history.c.number.desc()).limit(limit)
    return [entry(row) for row in reversed(connection.execute(query).all())]


def _save(connection: Connection, one: Evaluated) -> bool:
    after, state = one.after, one.after.state
    assert state is not None  # noqa: S101  # for the type checker: what was evaluated has a state
    values = {
        "labels": json_text(after.labels),
        "phase": state.phase.value,
        "state": msgspec.json.encode(state).decode(),
        "told": msgspec.json.encode(after.told).decode(),
        "incident_id": state.incident.id if state.incident else "",
        "severity": after.severity or "",
        "detail": msgspec.json.encode(after.detail).decode(),
    }
    if one.forget:
        saved = _forget(connection, one.before)
    elif one.before.state is None and one.before.revision == 0:
        key = {"rule_id": after.rule_id, "fingerprint": after.fingerprint}
        saved = _INSERT.run(connection, {**key, **values, "revision": 1})
    else:
        key = {"the_rule": after.rule_id, "the_fingerprint": after.fingerprint}
        saved = _UPDATE.run(
            connection, {**key, **values, "expected": one.before.revision, "revision": one.before.revision + 1}
        )
    if not saved:
        return False
    moment = state.evaluated_at
    _note(connection, after, one.entries)
    for bulletin in one.bulletins:
        bulletins.keep(connection, bulletin)
    outbox.queue(connection, one.notices, one.entries[0].at if one.entries else moment)
    audit.record(connection, one.audit)
    return True


def _note(connection: Connection, instance: Instance, entries: Sequence[Entry]) -> None:
    for entry in entries:
        values: dict[str, Any] = {
            "at": instant_text(entry.at),
            "rule_id": instance.rule_id,
            "fingerprint": instance.fingerprint,
            "incident_id": entry.incident_id,
            "rows": " ".join(entry.rows),
            "value": "" if entry.value is None else str(entry.value),
            "act": entry.act or "",
            "why": entry.why or "",
            "because": entry.because,
            "by": entry.by,
        }
        _NOTE.run(connection, values)


def entry(row: sa.Row[Any]) -> Entry:
    """Return a line of history as it was kept."""
    return Entry(
        row.at,
        row.incident_id,
        tuple(row.rows.split()),
        Decimal(row.value) if row.value else None,
        Act(row.act) if row.act else None,
        Why(row.why) if row.why else None,
        row.because,
        row.by,
    )


def _instance(row: sa.Row[Any]) -> Instance:
    try:
        state, told = _STATE.decode(row.state), _told(row.told)
    except ValueError as error:  # msgspec's errors are ValueErrors
        log.warning("instance can't be read", rule=row.rule_id, fingerprint=row.fingerprint, reason=str(error))
        return Instance(row.rule_id, row.fingerprint, row.labels, revision=row.revision)
    severity = Severity(row.severity) if row.severity else None
    return Instance(row.rule_id, row.fingerprint, row.labels, state, told, severity, row.revision, _detail(row.detail))


def _detail(text: str) -> tuple[str | Chart, ...]:
    """Return the lines and charts that *text* keeps; none if they can't be read."""
    try:
        return tuple(_DETAIL.decode(text))
    except ValueError as error:
        log.warning("detail can't be read", reason=str(error))
        return ()


def _told(text: str) -> Told:
    """Return what *text* says; of most instances nothing was ever told, and they share one value."""
    return _NOTHING_TOLD if text == _NOTHING_SAYS else _TOLD.decode(text)


def _forget(connection: Connection, before: Instance) -> int:
    same = sa.and_(
        _ROW.rule_id == before.rule_id, _ROW.fingerprint == before.fingerprint, _ROW.revision == before.revision
    )
    return connection.execute(sa.delete(alert_instances).where(same)).rowcount


def prune_history(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most *limit* lines of history from before *before*, and return how many it were.

    An incident that goes on keeps all of its lines: they say how it came to it.
    """
    line = alert_history.c
    goes_on = sa.exists().where(_ROW.incident_id == line.incident_id, _ROW.incident_id != "", _ROW.phase != "ok")
    old = sa.select(line.number).where(line.at < before, ~goes_on).limit(limit)
    return connection.execute(sa.delete(alert_history).where(line.number.in_(old))).rowcount
