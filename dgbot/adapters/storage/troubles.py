"""What keeps the bot from seeing, as long as it does."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import outbox
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import alert_troubles
from dgbot.domain.alerting.troubles import Trouble
from dgbot.domain.deliveries import Notice

_ROW = alert_troubles.c


def troubles(connection: Connection) -> list[Trouble]:
    """Return what was told and is not over."""
    rows = connection.execute(sa.select(alert_troubles).order_by(_ROW.scope))
    return [Trouble(row.scope, row.since, row.opened_at, row.projects, row.rules) for row in rows]


def open_trouble(connection: Connection, trouble: Trouble, notice: Notice) -> bool:
    """Keep *trouble* with what is told of it; False if its scope is in trouble already."""
    row = insert(connection.dialect.name, alert_troubles).values({c.name: getattr(trouble, c.name) for c in _ROW})
    if connection.execute(row.on_conflict_do_nothing().returning(_ROW.scope)).first() is None:
        return False
    outbox.queue(connection, [notice], trouble.opened_at)
    return True


def change_trouble(connection: Connection, before: Trouble, after: Trouble, notice: Notice, now: datetime) -> bool:
    """Let *after* take the place of *before*, with what is told of that; False if somebody changed it."""
    same = sa.and_(
        _ROW.scope == before.scope,
        _ROW.opened_at == before.opened_at,
        _ROW.projects == before.projects,
        _ROW.rules == before.rules,
    )
    changing = sa.update(alert_troubles).where(same).values(projects=after.projects, rules=after.rules)
    if connection.execute(changing).rowcount == 0:
        return False
    outbox.queue(connection, [notice], now)
    return True


def close_trouble(connection: Connection, trouble: Trouble, notice: Notice, now: datetime) -> bool:
    """Forget *trouble*, with what is told of that; False if it is over already."""
    same = sa.and_(_ROW.scope == trouble.scope, _ROW.opened_at == trouble.opened_at)
    if connection.execute(sa.delete(alert_troubles).where(same)).rowcount == 0:
        return False
    outbox.queue(connection, [notice], now)
    return True
