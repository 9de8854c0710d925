"""From a URL to an open store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial

import sqlalchemy as sa

from dgbot.adapters.storage import leases, sqlite
from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.inline import Inline
from dgbot.adapters.storage.store import SqlStore
from dgbot.adapters.storage.units import Runner
from dgbot.adapters.storage.writer import Writer

FITS = f"{sqlite.FITS} or postgresql://user@host/database"


@asynccontextmanager
async def open_store(url: str, *, as_bot: bool = False) -> AsyncIterator[SqlStore]:
    """Open the database that *url* names, creating its tables and migrating them as needed, and close it afterwards.

    ``sqlite:////absolute/path`` is a file, durable at every return; it gets mode 0600, a new directory 0700.
    ``sqlite:///:memory:`` lives in this process without a thread, for tests and simulations. ``postgresql://…`` needs
    psycopg (``pip install dgbot[postgres]``). Whoever works on what is in the store opens it *as_bot*: it keeps other
    bots off a file, and shares a server's database with them. Raises StorageError: StoreDamaged for a broken file (it
    is never recreated), SchemaTooNew for a database that a newer dgbot wrote, StoreAway for a server that can't be
    reached.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "postgresql":
        from dgbot.adapters.storage import postgres

        runner: Runner = await postgres.Server(parsed).runner()
        me = secrets.token_hex(8)
        async with _closing(runner), leases.living(runner, me) if as_bot else nullcontext():
            yield SqlStore(runner, me)
        return
    path = sqlite.path_of(parsed)
    with sqlite.alone(path) if as_bot and path is not None else nullcontext():
        connect = partial(sqlite.connect_file, path) if path is not None else None
        runner = Inline(sqlite.connect_memory()) if connect is None else await Writer.start(connect)
        async with _closing(runner):
            yield SqlStore(runner)


def password_in(url: str) -> list[str]:
    """Return the password that *url* holds, if it holds one, for whoever keeps secrets out of the log."""
    try:
        password = sa.make_url(url).password if url else None
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        return []
    return [str(password)] if password else []


@asynccontextmanager
async def _closing(runner: Runner) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await runner.close()


def parsed_url(url: str) -> sa.URL:
    """Return what *url* says; raises StorageError, without the password, for what dgbot can't open."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        raise StorageError(f"The database URL can't be read; write {FITS}.") from None
    if parsed.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        shown = parsed.render_as_string(hide_password=True)
        raise StorageError(f"{shown} names no database that dgbot can open; write {FITS}.")
    return parsed
