"""The history of one incident, looked up by its id, or that of one thing that a rule watches, by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import instances, project_names, rules, silences
from dgbot.adapters.storage.tables import alert_history, alert_instances, alert_rules
from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.rules import AlertRule, Instance

LATEST = 5
BEFORE = 50
"""Lines that are read from before an incident, to tell how it came to it."""

LONGEST = 500
"""Lines of a thing that are read when it is asked for by name."""

_LINE = alert_history.c


class UnknownIncident(Exception):
    """No incident, or more than one, has an id that begins so; *fitting* are ids with when they began.

    If a rule has that name, *things* are names of what it watches: *several*, or others than what was asked for.
    """

    def __init__(
        self, fitting: Sequence[tuple[str, datetime]] = (), *, several: bool = False, things: Sequence[str] = ()
    ) -> None:
        super().__init__("There is no such incident.")
        self.fitting, self.several, self.things = fitting, several, things


def chronicle(connection: Connection, asked: str) -> Chronicle:
    """Return what happened in the one incident whose id begins with *asked*, or raise UnknownIncident.

    *asked* may be the name or the id of a rule, too, with ``/`` and the name of a project, or one of the labels of a
    thing that it watches.
    """
    names = project_names.names(connection)
    if asked and (named := _named(connection, asked, names)):
        if len(named) > 1:
            raise UnknownIncident(things=_things(named, names), several=True)
        return _of_thing(connection, *named[0], names)
    if asked and (others := _named(connection, asked.partition("/")[0], names)):
        raise UnknownIncident(things=_things(others, names))
    begins = _LINE.incident_id.startswith(asked, autoescape=True)
    fitting = _latest(connection, begins) if asked else []
    exact = [one for one in fitting if one[0] == asked]
    if len(exact or fitting) != 1:
        raise UnknownIncident(fitting or _latest(connection, _LINE.incident_id != ""), several=bool(fitting))
    found = of_incident(connection, (exact or fitting)[0][0])
    assert found is not None  # noqa: S101  # for the type checker: it has lines
    return found


def of_incident(connection: Connection, incident_id: str) -> Chronicle | None:
    """Return what happened in one incident; None if there never was one with this id."""
    of_it = sa.select(alert_history).where(_LINE.incident_id == incident_id)
    rows = connection.execute(of_it.order_by(_LINE.number)).all() if incident_id else []
    if not rows:
        return None
    first = rows[0]
    of_thing = sa.and_(_LINE.rule_id == first.rule_id, _LINE.fingerprint == first.fingerprint)
    earlier = sa.select(alert_history).where(of_thing, _LINE.number < first.number)
    before = connection.execute(earlier.order_by(_LINE.number.desc()).limit(BEFORE)).all()
    labels = sa.select(alert_instances.c.labels).where(
        alert_instances.c.rule_id == first.rule_id, alert_instances.c.fingerprint == first.fingerprint
    )
    about = connection.scalars(labels).first() or {}
    return Chronicle(
        incident_id,
        rules.rule(connection, first.rule_id),
        about,
        _project(about, project_names.names(connection)),
        tuple(instances.entry(row) for row in reversed(before)),
        tuple(instances.entry(row) for row in rows),
        silences.between(connection, first.at, rows[-1].at),
    )


def _of_thing(connection: Connection, rule: AlertRule, one: Instance, names: Mapping[str, str]) -> Chronicle:
    lines = tuple(instances.history(connection, rule.id, one.fingerprint, LONGEST))
    held = silences.between(connection, lines[0].at, lines[-1].at) if lines else ()
    return Chronicle("", rule, one.labels, _project(one.labels, names), (), lines, held)


def _named(connection: Connection, asked: str, names: Mapping[str, str]) -> list[tuple[AlertRule, Instance]]:
    """Return what rules of this name watch, as far as it fits what stands after the slash."""
    name, _, which = asked.partition("/")
    known = sa.or_(alert_rules.c.name.in_((name, asked)), alert_rules.c.id.in_((name, asked)))
    found = []
    for rule_id in connection.scalars(sa.select(alert_rules.c.id).where(known).order_by(alert_rules.c.id)).all():
        rule = rules.rule(connection, rule_id)
        if rule is not None:
            all_of_it = not which or asked in {rule.name, rule.id}
            things = instances.of_rule(connection, rule_id)
            found += [(rule, one) for one in things if all_of_it or _fits(which, one.labels, names)]
    return found


def _fits(which: str, labels: Labels, names: Mapping[str, str]) -> bool:
    called = {_project(labels, names), *labels.values()}
    return which in called or set(which.split("/")) <= called


def _project(labels: Labels, names: Mapping[str, str]) -> str:
    project_id = labels.get("project_id", "")
    return names.get(project_id, project_id)


def _things(named: Sequence[tuple[AlertRule, Instance]], names: Mapping[str, str]) -> list[str]:
    """Return what to ask for: by ids where projects have a name in common."""
    things = [_thing(rule, one, names) for rule, one in named]
    return things if len(set(things)) == len(things) else [_thing(rule, one, {}) for rule, one in named]


def _thing(rule: AlertRule, one: Instance, names: Mapping[str, str]) -> str:
    called = {**one.labels, "project_id": _project(one.labels, names)} if "project_id" in one.labels else one.labels
    return "/".join((rule.name, *(value for _, value in sorted(called.items(), reverse=True))))


def _latest(connection: Connection, which: sa.ColumnElement[bool]) -> list[tuple[str, datetime]]:
    """Return ids, with their first moments, of the latest incidents."""
    began = sa.func.min(_LINE.at, type_=_LINE.at.type)
    query = sa.select(_LINE.incident_id, began).where(which).group_by(_LINE.incident_id)
    return [
        (row[0], row[1]) for row in connection.execute(query.order_by(sa.desc(sa.func.max(_LINE.number))).limit(LATEST))
    ]
