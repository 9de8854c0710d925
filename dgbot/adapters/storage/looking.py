"""Reads beside a bot that runs, and changes nothing: neither rows nor the schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy import Connection

from dgbot.adapters.storage import schema, sqlite
from dgbot.adapters.storage.errors import StorageError, translated
from dgbot.adapters.storage.opening import parsed_url


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """Open the database that *url* names to read it, and close it; raises StorageError, also for one that is not there.

    A bot may run on it: it is not kept waiting. A database of another version is read as far as its tables are ours.
    """
    connection = _connect(url)
    try:
        yield connection
    except sa.exc.DBAPIError as error:
        if "no such " in str(error.orig) or type(error.orig).__name__ in {"UndefinedTable", "UndefinedColumn"}:
            raise StorageError(_of_another_version(connection, _named(url))) from None
        raise translated(error) from None
    finally:
        connection.close()


def _of_another_version(connection: Connection, named: str) -> str:
    with suppress(sa.exc.DBAPIError):
        if (stands := schema.revision(connection)) is None:
            return f"The database {named} has no such table: no dgbot wrote it. Name the one that the bot works on."
        versions = f"(schema {stands}, not {schema.HEAD})"
        if stands < schema.HEAD:
            return f"The database {named} is of an older dgbot {versions}; the bot brings it up to date when it starts."
        if stands > schema.HEAD:
            return f"The database {named} is of a newer dgbot {versions}; look at it with that one."
    return f"The database {named} has no such table or column: another version of dgbot wrote it."


def _named(url: str) -> str:
    """Return the file, or the server and the name on it; nothing of how to get in."""
    parsed = parsed_url(url)
    return "/".join(filter(None, (parsed.host, parsed.database)))


def _connect(url: str) -> Connection:
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "postgresql":
        from dgbot.adapters.storage import postgres

        return postgres.Server(parsed).look()
    path = sqlite.path_of(parsed)
    if path is None or not path.is_file():
        raise StorageError(f"There is no database {path or 'in memory'}; the bot makes it when it first runs.")
    return sqlite.look_at(path)
