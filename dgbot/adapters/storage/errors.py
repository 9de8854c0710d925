"""What can go wrong with the database, split by what the reader can do next.

StorageError
├── StoreBusy       another process holds the file; nothing was kept, try again
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


def translated(error: Exception) -> Exception:
    """Return the StorageError that says what *error* of a driver means; any other error is returned as it is."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(origin, sqlite3.Error):
        return error
    kind, sentence = _SENTENCES.get(
        getattr(origin, "sqlite_errorcode", 0) & 0xFF,  # the low byte is the primary code
        (StorageError, f"The database refused: {origin}. Nothing was kept."),
    )
    known = kind(sentence)
    known.__cause__ = origin
    return known
