"""The history of one incident, looked up by its id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import instances, rules
from dgbot.adapters.storage.tables import alert_history, alert_instances
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.rules import AlertRule

LATEST = 5
BEFORE = 50
"""Lines that are read from before an incident, to tell how it came to it."""

_LINE = alert_history.c


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What happened in an incident; *rule* and *labels* are None and empty where they are gone.

    *before* are lines of the same thing from before it, oldest first.
    """

    incident_id: str
    rule: AlertRule | None
    labels: Labels
    before: tuple[Entry, ...]
    entries: tuple[Entry, ...]


class UnknownIncident(Exception):
    """No incident, or more than one, has an id that begins so; *fitting* are ids with when they began."""

    def __init__(self, fitting: Sequence[tuple[str, datetime]], *, several: bool) -> None:
        super().__init__("There is no such incident.")
        self.fitting, self.several = fitting, several


def chronicle(connection: Connection, incident_id: str) -> Chronicle:
    """Return what happened in the one incident whose id begins with *incident_id*, or raise UnknownIncident."""
    begins = _LINE.incident_id.startswith(incident_id, autoescape=True)
    fitting = _latest(connection, begins) if incident_id else []
    exact = [one for one in fitting if one[0] == incident_id]
    if len(exact or fitting) != 1:
        raise UnknownIncident(fitting or _latest(connection, _LINE.incident_id != ""), several=bool(fitting))
    found = (exact or fitting)[0][0]
    rows = connection.execute(sa.select(alert_history).where(_LINE.incident_id == found).order_by(_LINE.number)).all()
    first = rows[0]
    of_it = sa.and_(_LINE.rule_id == first.rule_id, _LINE.fingerprint == first.fingerprint)
    earlier = sa.select(alert_history).where(of_it, _LINE.number < first.number)
    before = connection.execute(earlier.order_by(_LINE.number.desc()).limit(BEFORE)).all()
    labels = sa.select(alert_instances.c.labels).where(
        alert_instances.c.rule_id == first.rule_id, alert_instances.c.fingerprint == first.fingerprint
    )
    return Chronicle(
        found,
        rules.rule(connection, first.rule_id),
        connection.scalars(labels).first() or {},
        tuple(instances.entry(row) for row in reversed(before)),
        tuple(instances.entry(row) for row in rows),
    )


def _latest(connection: Connection, which: sa.ColumnElement[bool]) -> list[tuple[str, datetime]]:
    """Return ids, with their first moments, of the latest incidents."""
    began = sa.func.min(_LINE.at, type_=_LINE.at.type)
    query = sa.select(_LINE.incident_id, began).where(which).group_by(_LINE.incident_id)
    return [
        (row[0], row[1]) for row in connection.execute(query.order_by(sa.desc(sa.func.max(_LINE.number))).limit(LATEST))
    ]
