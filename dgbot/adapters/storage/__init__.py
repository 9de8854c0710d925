"""Where the bot remembers: an SQLite file or a PostgreSQL database, behind the Store port."""

from dgbot.adapters.storage.errors import (
    OutcomeUnknown,
    SchemaTooNew,
    StorageError,
    StoreAway,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreFull,
)
from dgbot.adapters.storage.opening import open_store
from dgbot.adapters.storage.store import SqlStore

__all__ = [
    "OutcomeUnknown",
    "SchemaTooNew",
    "SqlStore",
    "StorageError",
    "StoreAway",
    "StoreBusy",
    "StoreClosed",
    "StoreDamaged",
    "StoreFull",
    "open_store",
]
