"""A database in memory, copied from one that was migrated once: alembic would take most of a test's time."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import sqlalchemy as sa

from dgbot.adapters.storage import SqlStore, open_store
from dgbot.adapters.storage.inline import Inline

_migrated: list[bytes] = []


@asynccontextmanager
async def empty_store() -> AsyncIterator[SqlStore]:
    """Yield a store with nothing in it."""
    if not _migrated:
        async with open_store("sqlite:///:memory:") as first:
            _migrated.append(await first._run(lambda connection: _raw(connection).serialize()))
    connection = _engine().connect()
    _raw(connection).deserialize(_migrated[0])
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    runner = Inline(connection)
    try:
        yield SqlStore(runner)
    finally:
        await runner.close()


@cache
def _engine() -> sa.Engine:
    """One engine for all tests, because it keeps what it compiled; each connection is a database of its own."""
    return sa.create_engine("sqlite://", poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)


def _raw(connection: sa.Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101  # the URL says so
    return raw
