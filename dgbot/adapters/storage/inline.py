"""The runner without a thread, for simulations that must replay bit for bit."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Connection

from dgbot.adapters.storage.errors import StoreClosed
from dgbot.adapters.storage.units import Unit, carry_out

T = TypeVar("T")


class Inline:
    """A Runner that carries out each unit where it is called, in a transaction of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, unit: Unit[T]) -> T:
        """Return what *unit* returned; raises what it raised, or StorageError."""
        if self._connection.closed:
            raise StoreClosed("The store is closed; nothing was kept.")
        [outcome] = carry_out(self._connection, [unit])
        if outcome.error is not None:
            raise outcome.error
        value: T = outcome.value
        return value

    async def close(self) -> None:
        """Close the connection."""
        self._connection.close()
