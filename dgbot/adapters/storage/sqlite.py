"""SQLite: a private file, a healthy database, one bot at a time."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import schema
from dgbot.adapters.storage.errors import RESTORE, StorageError, StoreDamaged, translated

FITS = "sqlite:////absolute/path/dgbot.db"

BUSY_TIMEOUT = 1000
"""Milliseconds to wait for another process on the same file: Slack hears within 3 s what became of a request."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other bots off *path* by a lock file; the kernel lets go of it when this process ends, however it ends."""
    lock = _beside(path, ".lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _cant_create(lock, error) from None
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(f"Another dgbot already runs on {path}; stop it first.") from None
        except OSError as error:
            raise StorageError(f"{lock} can't be locked: {error.strerror}. Use a local disk.") from None
        yield
    finally:
        os.close(held)


def path_of(parsed: sa.URL) -> Path | None:
    """Return the file that a URL names, None for a database in memory; raises StorageError."""
    shown = parsed.render_as_string(hide_password=True)
    if parsed.host or parsed.query:
        raise StorageError(f"{shown} names no file; write {FITS}.")
    if parsed.database in {None, "", ":memory:"}:
        return None
    path = Path(parsed.database or "")
    if not path.is_absolute():
        raise StorageError(f"{shown} depends on where dgbot is started; write {FITS}.")
    return path


def connect_memory() -> Connection:
    """Open a database in this process, for tests and simulations."""
    connection = _engine("").connect()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    schema.upgrade(connection)
    return connection


def connect_file(path: Path) -> Connection:
    """Open the file, durable at every commit and at the newest schema; one that is damaged is never recreated."""
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


def look_at(path: Path) -> Connection:
    """Open a file that is there, and only read it."""
    try:
        connection = _engine(str(path)).connect()
        connection.exec_driver_sql("PRAGMA query_only=ON")
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
    for file in (path, _beside(path, "-wal"), _beside(path, "-shm")):
        _tighten(file)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            return False
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    except OSError as error:
        raise _cant_create(path, error) from None
    return True


def _tighten(file: Path) -> None:
    """Take *file* from its group and the world, if it is there."""
    if file.is_symlink():
        raise StorageError(f"{file} is a symbolic link; name the file that it leads to.")
    if not file.is_file() or not (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
        return
    try:
        file.chmod(mode & 0o600)
    except OSError as error:
        raise StorageError(
            f"Others may read {file}, and dgbot can't change that: {error.strerror}. Make it a file of dgbot's user."
        ) from None


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _cant_create(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} can't be created: {error.strerror}. Name a file in a directory that dgbot may write to."
    )


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
