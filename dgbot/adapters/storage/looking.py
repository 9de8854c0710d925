"""Reads beside a bot that runs, and changes nothing: neither rows nor the schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import sqlite
from dgbot.adapters.storage.errors import StorageError, translated
from dgbot.adapters.storage.opening import FITS


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """Open the database that *url* names to read it, and close it; raises StorageError, also for one that is not there.

    A bot may run on it: it is not kept waiting. A database of another version is read as far as its tables are ours.
    """
    connection = _connect(url)
    try:
        yield connection
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        if "no such table" in str(error.orig) or "UndefinedTable" in type(error.orig).__name__:
            raise StorageError("The database has no such table: another version of dgbot wrote it.") from None
        raise translated(error) from None
    except sa.exc.DBAPIError as error:
        raise translated(error) from None
    finally:
        connection.close()


def _connect(url: str) -> Connection:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StorageError(f"The database URL can't be read; write {FITS}.") from None
    if parsed.get_backend_name() == "postgresql":
        from dgbot.adapters.storage import postgres

        return postgres.Server(parsed).look()
    path = sqlite.path_of(parsed)
    if path is None or not path.is_file():
        raise StorageError(f"There is no database {path or 'in memory'}; the bot makes it when it first runs.")
    return sqlite.look_at(path)
