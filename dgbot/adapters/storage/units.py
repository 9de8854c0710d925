"""One transaction for many: what is queued together is committed together, and fails one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from dgbot.adapters.storage.errors import OutcomeUnknown, translated

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


BEGIN = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}
"""SQLite's is IMMEDIATE, because a deferred transaction that reads first can't wait for its turn to write."""


def carry_out(connection: Connection, units: Sequence[Unit[Any]]) -> list[Outcome]:
    """Run *units* in one transaction and return their outcomes, in their order.

    If one of them fails, the whole transaction is taken back and each unit is run again in one of its own: failing is
    rare, and a savepoint a unit would cost as much as the unit. If the commit fails, none of them is known to be kept.
    *connection* must be in AUTOCOMMIT mode: the transaction is begun and ended here and nowhere else.
    """
    driver: Any = connection.connection.driver_connection  # sqlite3's and psycopg's both execute directly
    try:
        driver.execute(BEGIN[connection.dialect.name])
    except Exception as error:
        return [Outcome(error=translated(error))] * len(units)
    try:
        outcomes = [Outcome(unit(connection)) for unit in units]
    except Exception as error:
        _roll_back(driver)
        if len(units) == 1:
            return [Outcome(error=translated(error))]
        return [carry_out(connection, [unit])[0] for unit in units]
    except BaseException:
        _roll_back(driver)
        raise
    try:
        driver.execute("COMMIT")
    except Exception as error:
        _roll_back(driver)
        unknown = OutcomeUnknown(f"The commit failed: {error}. Read again before anything is repeated.")
        unknown.__cause__ = error
        return [Outcome(error=unknown)] * len(units)
    return outcomes


def _roll_back(driver: Any) -> None:
    """Take back what may be open; SQLite ends some transactions itself, and a lost connection took its own along."""
    with suppress(Exception):
        driver.execute("ROLLBACK")
