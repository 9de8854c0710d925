"""What was read of balances, for whoever looks back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage.tables import alert_samples
from dgbot.domain.forecast.readings import Reading


def kept_samples(connection: Connection, since: datetime) -> dict[str, list[Reading]] | None:
    """Return readings of balances *since* then by project, oldest first; None where none are kept at all."""
    if not sa.inspect(connection).has_table(alert_samples.name):
        return None
    row = alert_samples.c
    query = sa.select(row.project_id, row.at, row.amount, row.unit).where(row.series == "balance", row.at >= since)
    found: dict[str, list[Reading]] = {}
    for project_id, at, amount, unit in connection.execute(query.order_by(row.project_id, row.at)):
        found.setdefault(project_id, []).append(Reading(at, Decimal(amount), unit))
    return found
