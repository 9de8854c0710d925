"""One database in memory for all three bots: its commits are witnessed inside it, its faults are made around it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from dgbot.adapters.storage import OutcomeUnknown, StoreBusy, StoreClosed, sqlite
from dgbot.adapters.storage.inline import Inline
from dgbot.adapters.storage.units import Unit
from tests.sim.chance import Chance
from tests.sim.loop import Life

T = TypeVar("T")

UNIX_IN_JULIAN = 2440587.5
COLUMNS = ("id", "state", "attempt", "key_id", "decided_by", "requester_id", "plan", "terms", "votes", "touched_at")
WITNESS = ", ".join(f"NEW.{name}" for name in COLUMNS)


class Row(NamedTuple):
    """A request as it was committed; *before* is the state that it had."""

    id: str
    state: str
    attempt: int
    key_id: str | None
    decided_by: str | None
    requester_id: str
    plan: str
    terms: str
    votes: str
    touched_at: str | None
    before: str | None


class Database:
    """A database with nothing in it; *committed* hears of every request that a commit changed, *now* is its clock."""

    def __init__(self, now: Callable[[], float], committed: Callable[[Row], None]) -> None:
        self.connection = _engine().connect()
        self.driver: sqlite3.Connection = self.connection.connection.driver_connection  # type: ignore[assignment]
        self.driver.deserialize(_migrated())
        self.driver.execute("PRAGMA foreign_keys=ON")
        self.driver.create_function("julianday", 1, lambda _: UNIX_IN_JULIAN + now() / 86_400)
        self.driver.create_function("witness", len(COLUMNS) + 1, self._changed)
        for when, before in (("INSERT", "NULL"), ("UPDATE OF state, attempt, key_id", "OLD.state")):
            name = when.split()[0].lower()
            self.driver.execute(
                f"CREATE TEMP TRIGGER witness_{name} AFTER {when} ON main.approval_requests "
                f"BEGIN SELECT witness({WITNESS}, {before}); END"
            )
        self.open = True
        self._pending: list[Row] = []
        self._committed = committed
        self.inline = Inline(self.connection)

    async def run(self, unit: Unit[T]) -> T:
        """Carry *unit* out, and say what it changed."""
        self._pending.clear()
        value = await self.inline.run(unit)
        for row in self._pending:
            self._committed(row)
        return value

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Ask the database, past the bots."""
        return self.driver.execute(sql, values).fetchall()

    def close(self) -> None:
        """Throw it away."""
        self.connection.close()

    def _changed(self, *columns: Any) -> None:
        self._pending.append(Row(*columns))


class Runner:
    """One process's way to the database."""

    def __init__(
        self, database: Database, life: Life, chance: Chance, *, risk: Callable[[], Any], told: Callable[[str], None]
    ) -> None:
        self._database, self._life, self._chance = database, life, chance
        self._risk, self._told = risk, told

    async def run(self, unit: Unit[T]) -> T:
        """Carry *unit* out, mostly."""
        if not self._database.open:
            raise StoreClosed("The run is over.")
        await self._moment()
        fault = self._chance.of("store")
        if fault != "fine":
            self._life.losses += 1
            self._told(f"database: {fault}")
        if fault == "busy":
            raise StoreBusy("Another process keeps the database locked; nothing was kept. Try again.")
        if fault == "unknown, lost":
            raise OutcomeUnknown("The commit failed: gone. Read again before anything is repeated.")
        value = await self._database.run(unit)
        if fault == "unknown, kept":
            raise OutcomeUnknown("The commit failed: gone. Read again before anything is repeated.")
        await self._moment()
        return value

    async def close(self) -> None:
        """Leave the database to the others."""

    async def _moment(self) -> None:
        if self._chance.random.random() < 0.25:
            await asyncio.sleep(self._chance.seconds(0.001, 0.08))
        await self._risk()


@cache
def _migrated() -> bytes:
    connection = sqlite.connect_memory()
    driver: Any = connection.connection.driver_connection
    content: bytes = driver.serialize()
    connection.close()
    return content


@cache
def _engine() -> sa.Engine:
    """One engine for all runs, because it keeps what it compiled; each connection is a database of its own."""
    return sa.create_engine("sqlite://", poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
