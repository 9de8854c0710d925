"""From a URL to an open store: a private file, a healthy database, the newest schema."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import schema
from dgbot.adapters.storage.errors import RESTORE, StorageError, StoreDamaged, translated
from dgbot.adapters.storage.inline import Inline
from dgbot.adapters.storage.store import SqlStore
from dgbot.adapters.storage.units import Runner
from dgbot.adapters.storage.writer import Writer

BUSY_TIMEOUT = 5000
"""Milliseconds to wait for another process on the same file."""


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[SqlStore]:
    """Open the database that *url* names, creating and migrating it as needed, and close it afterwards.

    ``sqlite:////absolute/path`` is a file, durable at every return; ``sqlite:///:memory:`` lives in this process
    without a thread, for tests and simulations. A new file has mode 0600, a new directory 0700. Raises StorageError:
    StoreDamaged for a broken file (it is never recreated), SchemaTooNew for one that a newer dgbot wrote.
    """
    path = _path(url)
    runner: Runner = Inline(_connect_memory()) if path is None else await Writer.start(partial(_connect_file, path))
    try:
        yield SqlStore(runner)
    finally:
        await runner.close()


def _path(url: str) -> Path | None:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StorageError("The database URL can't be read; write sqlite:////absolute/path/dgbot.db.") from None
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername != "sqlite" or parsed.host or parsed.query:
        raise StorageError(f"{shown} names no database that dgbot can open; write sqlite:////absolute/path/dgbot.db.")
    if parsed.database in {None, "", ":memory:"}:
        return None
    path = Path(parsed.database or "")
    if not path.is_absolute():
        raise StorageError(f"{shown} depends on where dgbot is started; write sqlite:////absolute/path/dgbot.db.")
    return path


def _connect_memory() -> Connection:
    connection = _engine("").connect()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    schema.upgrade(connection)
    return connection


def _connect_file(path: Path) -> Connection:
    created = _create(path)
    try:
        connection = _engine(str(path)).connect()
        try:
            _prepare(connection, path, check=not created)
        except BaseException:
            connection.close()
            raise
    except sa.exc.DBAPIError as error:
        raise translated(error) from None
    return connection


def _engine(database: str) -> sa.Engine:
    return sa.create_engine(
        sa.URL.create("sqlite", database=database),
        poolclass=sa.NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # exceptions reach logs; what people typed must not
        connect_args={"timeout": BUSY_TIMEOUT / 1000},
    )


def _create(path: Path) -> bool:
    """Make sure of a file that only its owner can read; SQLite gives its companions (-wal, -shm) the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            return False
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(
            f"{path} can't be created: {error.strerror}. Name a file in a directory that dgbot may write to."
        ) from None
    return True


def _prepare(connection: Connection, path: Path, *, check: bool) -> None:
    for name, value, reads in [
        ("busy_timeout", BUSY_TIMEOUT, BUSY_TIMEOUT),
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", 2),
        ("foreign_keys", "ON", 1),
    ]:
        connection.exec_driver_sql(f"PRAGMA {name}={value}")
        if (got := connection.exec_driver_sql(f"PRAGMA {name}").scalar()) != reads:
            raise StorageError(f"SQLite keeps {name} at {got!r} for {path}; dgbot needs {reads!r}. Use a local disk.")
    if check and (found := connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()) != "ok":
        raise StoreDamaged(f"{path} is damaged ({found}). {RESTORE}")
    schema.upgrade(connection)
