"""One transaction for many: what is queued together is committed together, and fails one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from dgbot.adapters.storage.errors import OutcomeUnknown, StorageError, translated

T = TypeVar("T")

Unit = Callable[[Connection], T]
"""Work on the database that is kept as a whole or not at all; it has no effect elsewhere and may be run again."""


class Runner(Protocol):
    """Carries out units."""

    async def run(self, unit: Unit[T]) -> T:
        """Return what *unit* returned, once it is durable; raises what it raised, or StorageError."""

    async def close(self) -> None:
        """Carry out what is queued, then let go of the database."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit: *error* if it failed, else *value*."""

    value: Any = None
    error: Exception | None = None


def carry_out(connection: Connection, units: Sequence[Unit[Any]]) -> list[Outcome]:
    """Run *units* in one SQLite transaction and return their outcomes, in their order.

    A unit that fails is undone alone; where SQLite takes back the whole transaction (as it does on a full disk), each
    unit is run again by itself. If the commit fails, none of them is known to be kept. The transaction is IMMEDIATE,
    because a deferred one that reads first can't wait for its turn to write. *connection* must be in AUTOCOMMIT mode:
    the transaction is begun and ended here and nowhere else.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # for the type checker: the only driver here
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return [Outcome(error=translated(error))] * len(units)
    try:
        outcomes = [_attempt(connection, driver, unit) for unit in units]
    except _Undone as error:
        if len(units) == 1:
            return [Outcome(error=error.reason)]
        return [carry_out(connection, [unit])[0] for unit in units]
    except BaseException:
        _roll_back(driver)
        raise
    try:
        driver.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(driver)
        unknown = OutcomeUnknown(f"The commit failed: {error}. Read again before anything is repeated.")
        unknown.__cause__ = error
        return [Outcome(error=outcome.error or unknown) for outcome in outcomes]
    return outcomes


class _Undone(Exception):
    """SQLite took back the whole transaction."""

    def __init__(self, reason: StorageError) -> None:
        self.reason = reason


def _attempt(connection: Connection, driver: sqlite3.Connection, unit: Unit[Any]) -> Outcome:
    driver.execute("SAVEPOINT unit")
    try:
        value = unit(connection)
    except Exception as error:
        known = translated(error)
        if not driver.in_transaction:
            reason = known if isinstance(known, StorageError) else StorageError(f"The transaction ended early: {error}")
            raise _Undone(reason) from error
        driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")
        return Outcome(error=known)
    driver.execute("RELEASE unit")
    return Outcome(value)


def _roll_back(driver: sqlite3.Connection) -> None:
    if driver.in_transaction:
        driver.execute("ROLLBACK")
