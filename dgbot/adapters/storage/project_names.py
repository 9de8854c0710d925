"""How people call the projects, for whoever looks at the database without Deepgram."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage.statements import Prepared, insert
from dgbot.adapters.storage.tables import project_names

_ROW = project_names.c


def _keep(dialect: str) -> sa.Insert:
    added = insert(dialect, project_names).values(id=sa.bindparam("id"), name=sa.bindparam("name"))
    return added.on_conflict_do_update(index_elements=[_ROW.id], set_={"name": added.excluded.name})


_KEEP = Prepared(_keep)


def keep(connection: Connection, names: Mapping[str, str]) -> None:
    """Keep *names* by id; a project that has another one by now is called by that."""
    for project_id, name in sorted(names.items()):
        _KEEP.run(connection, {"id": project_id, "name": name})


def names(connection: Connection) -> dict[str, str]:
    """Return the names by id; none where an older dgbot wrote the database."""
    if not sa.inspect(connection).has_table(project_names.name):
        return {}
    return {row.id: row.name for row in connection.execute(sa.select(project_names))}
