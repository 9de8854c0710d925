"""Which bots live, so that what a dead one had in hand is taken up, and what a living one has is left alone.

Times here are the database's, in seconds: the clocks of several machines are not compared.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import ColumnElement, Connection

from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.statements import insert
from dgbot.adapters.storage.tables import bots
from dgbot.adapters.storage.units import Runner

log = structlog.get_logger(__name__)

LASTS = 30.0
"""Seconds without a sign of life after which a bot counts as dead."""
BEATS = 5.0

CLAIMING = 4_611_686_018_427_387_905
"""Bots on one server claim one after another at this lock, so that none sees half of what another takes."""

_CLOCK = {"sqlite": "(julianday('now') - 2440587.5) * 86400.0", "postgresql": "extract(epoch FROM clock_timestamp())"}
_ALIVE = {name: sa.select(bots.c.id).where(bots.c.alive_until > sa.text(clock)) for name, clock in _CLOCK.items()}


def take_turn(connection: Connection) -> None:
    """Let no other bot claim anything before this transaction ends; SQLite's writers take turns in any case."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CLAIMING})")


def free(dialect_name: str, owner: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that no living bot is the *owner*."""
    return owner.not_in(_ALIVE[dialect_name])


def beat(connection: Connection, bot: str) -> None:
    """Say that *bot* lives."""
    sign, old = _sign_of_life(connection.dialect.name)
    connection.execute(sign, {"bot": bot, "lasts": LASTS})
    connection.execute(old)


@cache
def _sign_of_life(dialect_name: str) -> tuple[sa.Executable, sa.Executable]:
    """Build what every beat executes: a sign of life, and forgetting bots that are long dead."""
    clock = _CLOCK[dialect_name]
    until = sa.text(f"{clock} + :lasts")
    sign = insert(dialect_name, bots).values(id=sa.bindparam("bot"), alive_until=until)
    old = sa.delete(bots).where(bots.c.alive_until < sa.text(f"{clock} - 86400"))
    return sign.on_conflict_do_update(index_elements=[bots.c.id], set_={"alive_until": until}), old


def leave(connection: Connection, bot: str) -> None:
    """Say that *bot* has ended: what it left is free at once."""
    connection.execute(sa.delete(bots).where(bots.c.id == bot))


@asynccontextmanager
async def living(runner: Runner, bot: str) -> AsyncIterator[None]:
    """Keep *bot* alive in the eyes of others until the block is left."""
    await runner.run(lambda connection: beat(connection, bot))
    beating = asyncio.create_task(_beat(runner, bot), name="store-lease")
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(StorageError):  # a server that is away finds out by itself
            await runner.run(lambda connection: leave(connection, bot))


async def _beat(runner: Runner, bot: str) -> None:
    while True:
        await asyncio.sleep(BEATS)
        try:
            await runner.run(lambda connection: beat(connection, bot))
        except StorageError as error:
            log.warning("no sign of life kept", reason=str(error))
