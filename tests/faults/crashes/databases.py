"""The databases that a bot crashes on: emptied before every run, and looked at when it is over."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from dgbot.adapters.storage import open_store
from dgbot.adapters.storage.tables import metadata


@dataclass(frozen=True)
class Standing:
    """What the database says of one request."""

    request_id: str
    state: str
    key_id: str | None


class Database(Protocol):
    """One database of one worker."""

    url: str

    def empty(self) -> None:
        """Forget the last run."""

    def time_passes(self) -> None:
        """Let the leases of dead bots run out: the database measures them with its own clock."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a SELECT finds."""

    def files(self) -> dict[str, bytes]:
        """Return everything that this database wrote to disk, by name."""


def standings(database: Database) -> list[Standing]:
    return [Standing(*row) for row in database.rows("SELECT id, state, key_id FROM approval_requests")]


def dumped(database: Database) -> bytes:
    """Return every row of every table, as text."""
    return repr({table: database.rows(f'SELECT * FROM "{table}"') for table in metadata.tables}).encode()  # noqa: S608


class SqliteFile:
    """A file with its journal; a fresh copy of one with the tables, because migrating takes longer than a run."""

    def __init__(self, folder: Path, template: bytes) -> None:
        self._path = folder / "dgbot.db"
        self._template = template
        self.url = f"sqlite:///{self._path}"

    def empty(self) -> None:
        for name in self._names():
            name.unlink(missing_ok=True)
        self._path.write_bytes(self._template)
        self._path.chmod(0o600)

    def time_passes(self) -> None:
        """Leave it alone: nobody shares a file, so there are no leases."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(sql).fetchall()

    def files(self) -> dict[str, bytes]:
        return {name.name: name.read_bytes() for name in self._names() if name.exists()}

    def _names(self) -> list[Path]:
        return [self._path.with_name(self._path.name + ending) for ending in ("", "-wal", "-shm", "-journal")]


class PostgresDatabase:
    """A database of the throw-away server, emptied row by row."""

    def __init__(self, url: str) -> None:
        import psycopg

        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")  # the audit log lets nothing be deleted
        tables = reversed(metadata.sorted_tables)
        self._delete = "; ".join(f'DELETE FROM "{table.name}"' for table in tables)  # noqa: S608

    def empty(self) -> None:
        self.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        self._connection.execute(self._delete.encode())

    def time_passes(self) -> None:
        self._connection.execute("UPDATE bots SET alive_until = alive_until - 3600")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.encode()).fetchall()

    def files(self) -> dict[str, bytes]:
        return {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def sqlite_template(folder: Path) -> bytes:
    """Return a database file with the tables and nothing in them."""

    async def make() -> None:
        async with open_store(f"sqlite:///{folder / 'template.db'}"):
            pass

    asyncio.run(make())
    return (folder / "template.db").read_bytes()
