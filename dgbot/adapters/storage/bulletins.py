"""Messages that tell of several alerts, as long as one of those fires."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import outbox
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import alert_bulletins
from dgbot.domain.alerting.bulletins import Bulletin
from dgbot.domain.deliveries import Notice

_ROW = alert_bulletins.c


def bulletins(connection: Connection) -> list[Bulletin]:
    """Return those of which something may still fire, oldest first."""
    rows = connection.execute(sa.select(alert_bulletins).order_by(_ROW.opened_at, _ROW.about))
    return [Bulletin(row.about, row.channel_id, row.opened_at, row.total, row.left, row.rule) for row in rows]


def keep(connection: Connection, bulletin: Bulletin) -> None:
    """Keep *bulletin*, unless it is there already."""
    values = {c.name: getattr(bulletin, c.name) for c in _ROW}
    connection.execute(insert(connection.dialect.name, alert_bulletins).values(values).on_conflict_do_nothing())


def change(connection: Connection, before: Bulletin, after: Bulletin, notice: Notice, now: datetime) -> bool:
    """Change how much of it is *left*, with what is told of that; forget it at nothing. False if somebody did."""
    same = sa.and_(_ROW.about == before.about, _ROW.left == before.left)
    changing = sa.update(alert_bulletins).where(same).values(left=after.left, total=after.total)
    if connection.execute(changing if after.left else sa.delete(alert_bulletins).where(same)).rowcount == 0:
        return False
    outbox.queue(connection, [notice], now)
    return True
