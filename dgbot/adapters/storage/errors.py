"""What can go wrong with the database, split by what the reader can do next.

StorageError
├── StoreBusy       another process holds the file or the row; nothing was kept, try again
├── StoreAway       the database's server can't be reached; nothing was kept, try again
├── StoreFull       no space left; nothing was kept, make room
├── StoreDamaged    the file is not a healthy database; restore a backup
├── SchemaTooNew    a newer dgbot wrote the file; run that one
├── StoreClosed     the store is closed; nothing was kept
└── OutcomeUnknown  the commit failed half-way; read again before anything is repeated
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError


class StorageError(Exception):
    """The database did not do what was asked; nothing was kept unless a subclass says otherwise."""


class StoreBusy(StorageError):
    """Another process kept the database locked for longer than the busy timeout."""


class StoreAway(StorageError):
    """The database's server did not answer, or ended the connection."""


class StoreFull(StorageError):
    """There is no room for another page."""


class StoreDamaged(StorageError):
    """The file is not a healthy SQLite database; it is never recreated."""


class SchemaTooNew(StorageError):
    """The database was migrated by a newer dgbot."""


class StoreClosed(StorageError):
    """The store was closed before this was asked."""


class OutcomeUnknown(StorageError):
    """A commit failed; whether it was kept is known only by reading."""


RESTORE = "Stop dgbot, keep a copy of the file, and restore the newest backup; dgbot never recreates a database."

_SENTENCES: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "Another process keeps the database locked; nothing was kept. Try again."),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "Another process keeps the database locked; nothing was kept. Try again."),
    sqlite3.SQLITE_FULL: (StoreFull, "The disk of the database is full; nothing was kept. Make room and try again."),
    sqlite3.SQLITE_CORRUPT: (StoreDamaged, f"The database is damaged. {RESTORE}"),
    sqlite3.SQLITE_NOTADB: (StoreDamaged, f"The file is not an SQLite database. {RESTORE}"),
}


_LOCKED = "Another process keeps the row locked; nothing was kept. Try again."
_BY_SQLSTATE: dict[str, tuple[type[StorageError], str]] = {
    "40": (StoreBusy, _LOCKED),  # a deadlock, or a transaction that would not fit behind another
    "55P03": (StoreBusy, _LOCKED),
    "57014": (StoreBusy, "The database took too long; nothing was kept. Try again."),
    "08": (StoreAway, "The database's server can't be reached; nothing was kept. Try again."),
    "57P": (StoreAway, "The database's server is stopping; nothing was kept. Try again."),
    "53100": (StoreFull, "The disk of the database is full; nothing was kept. Make room and try again."),
    "XX001": (StoreDamaged, f"The database is damaged. {RESTORE}"),
    "XX002": (StoreDamaged, f"An index of the database is damaged. {RESTORE}"),
}
"""By the beginning of PostgreSQL's code."""


def translated(error: Exception) -> Exception:
    """Return the StorageError that says what *error* of a driver means; any other error is returned as it is."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        kind, sentence = _SENTENCES.get(code, (StorageError, f"The database refused: {origin}. Nothing was kept."))
    elif origin is not None and type(origin).__module__.partition(".")[0] == "psycopg":
        kind, sentence = _of_postgres(origin)
    else:
        return error
    known = kind(sentence)
    known.__cause__ = origin
    return known


def _of_postgres(error: BaseException) -> tuple[type[StorageError], str]:
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:  # it never reached the server, or the connection is gone
        return StoreAway, f"The database's server can't be reached ({_first_line(error)}); nothing was kept. Try again."
    for begin, meaning in _BY_SQLSTATE.items():
        if state.startswith(begin):
            return meaning
    told = getattr(getattr(error, "diag", None), "message_primary", None) or type(error).__name__
    return StorageError, f"The database refused: {told} ({state}). Nothing was kept."


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
