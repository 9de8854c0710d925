"""Which schema the database has, and the way to the one that this code needs."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage.errors import SchemaTooNew
from dgbot.adapters.storage.units import BEGIN

HEAD = "0006"
"""The newest revision in migrations/versions; alembic, which is dear to import, is needed only to get there."""

MIGRATING = 4_611_686_018_427_387_904
"""Of two migrations on a PostgreSQL server, the second waits for the first at this lock."""


def upgrade(connection: Connection) -> None:
    """Bring the database to HEAD in one transaction; raises SchemaTooNew for a revision that is not ours.

    Of two starters the second waits for the first and finds nothing left to do.
    """
    if revision(connection) == HEAD:
        return
    connection.exec_driver_sql(BEGIN[connection.dialect.name])
    try:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        _migrate(connection)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def revision(connection: Connection) -> str | None:
    """Return the revision that the database stands at; None for a database without tables of ours."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _migrate(connection: Connection) -> None:
    stands = revision(connection)
    if stands == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "dgbot.adapters.storage:migrations")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stands is not None and stands not in known:
        raise SchemaTooNew(
            f"The database has schema {stands}; this dgbot knows schemas up to {HEAD}. "
            "Start the dgbot that wrote it, or restore a backup from before the upgrade."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
