"""What checks measured before, for forecasts; a reading that is there already is not kept twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage.columns import instant_text
from dgbot.adapters.storage.statements import Prepared, insert
from dgbot.adapters.storage.tables import alert_samples
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.forecast.readings import Reading

_ROW = alert_samples.c
_INSERT = Prepared(
    lambda dialect: (
        insert(dialect, alert_samples).values({c.name: sa.bindparam(c.name) for c in _ROW}).on_conflict_do_nothing()
    )
)


def keep(connection: Connection, readings: Sequence[KeptReading]) -> int:
    """Keep *readings*, and return how many of them were new; one without an amount is none."""
    return sum(
        _INSERT.run(
            connection,
            {
                "project_id": one.project_id,
                "series": one.series,
                "fingerprint": one.fingerprint,
                "unit": one.reading.unit,
                "at": instant_text(one.reading.at),
                "amount": str(one.reading.amount),
            },
        )
        for one in readings
        if one.reading.amount is not None and one.reading.amount.is_finite()
    )


def since(connection: Connection, project_id: str, series: str, fingerprint: str, start: datetime) -> list[Reading]:
    """Return what was kept of a series from *start* on, oldest first."""
    query = (
        sa.select(_ROW.at, _ROW.amount, _ROW.unit)
        .where(_ROW.project_id == project_id, _ROW.series == series, _ROW.fingerprint == fingerprint, _ROW.at >= start)
        .order_by(_ROW.at)
    )
    return [Reading(at, Decimal(amount), unit) for at, amount, unit in connection.execute(query)]


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most *limit* readings from before *before*, and return how many it were."""
    old = sa.select(*_ROW).where(_ROW.at < before).limit(limit)
    key = (_ROW.project_id, _ROW.series, _ROW.fingerprint, _ROW.unit, _ROW.at)
    picked = old.with_only_columns(*key)
    return connection.execute(sa.delete(alert_samples).where(sa.tuple_(*key).in_(picked))).rowcount
