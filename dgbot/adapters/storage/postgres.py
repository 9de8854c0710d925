"""PostgreSQL: a few threads with a connection each, so that several bots can share one database."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from dgbot.adapters.storage import schema
from dgbot.adapters.storage.errors import StorageError, translated
from dgbot.adapters.storage.writer import Writer

log = structlog.get_logger(__name__)

THREADS = 4
CONNECT_SECONDS = 5
LOOPBACK = frozenset({None, "", "localhost", "127.0.0.1", "::1"})
"""Where no network lies between us and the server; None and "" are its Unix socket."""

SESSION = {
    "statement_timeout": "2000ms",  # Slack hears within 3 s what became of a request
    "lock_timeout": "1000ms",
    "idle_in_transaction_session_timeout": "10000ms",
    "synchronous_commit": "on",
    "timezone": "UTC",
}


class Server:
    """One database of a PostgreSQL server."""

    def __init__(self, url: sa.URL) -> None:
        try:
            import psycopg
        except ImportError:
            raise StorageError("PostgreSQL needs psycopg, which is not there: pip install dgbot[postgres].") from None
        if not url.database:
            raise StorageError("The database URL names no database; write postgresql://user@host/database.")
        self._failed = psycopg.Error
        self._url = _secured(url.set(drivername="postgresql+psycopg"))
        options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
        self._engine = sa.create_engine(
            self._url,
            poolclass=sa.NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,  # exceptions reach logs; what people typed must not
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "dgbot", "options": options},
        )
        sa.event.listen(self._engine, "connect", _teach)

    async def runner(self) -> Writer:
        """Return a runner on the newest schema; raises StorageError."""
        await asyncio.to_thread(self._migrate)
        return await Writer.start(self._connect, threads=THREADS, most=1)

    def look(self) -> Connection:
        """Return a connection that only reads; raises StorageError."""
        connection = self._connect()
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        return connection

    def _migrate(self) -> None:
        connection = self._connect()
        try:
            connection.exec_driver_sql("SET statement_timeout = 0")  # a migration may take its time
            connection.exec_driver_sql("SET lock_timeout = 0")
            schema.upgrade(connection)
        except sa.exc.DBAPIError as error:
            raise translated(error) from None
        finally:
            connection.close()

    def _connect(self) -> Connection:
        try:
            return self._engine.connect()
        except (sa.exc.DBAPIError, self._failed) as error:
            raise translated(error) from None


def _teach(connection: Any, _: object) -> None:
    """Let the connection take whatever people type: the server knows neither NUL nor half a surrogate pair."""
    from psycopg.types.string import StrDumper

    class Typed(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode())

    connection.adapters.register_dumper(str, Typed)


def _secured(url: sa.URL) -> sa.URL:
    """Ask for a verified server unless the URL says otherwise or nothing lies between."""
    chosen = url.query.get("sslmode")
    if chosen is None and (url.host in LOOPBACK or str(url.host).startswith("/")):
        return url
    if chosen is None:
        return url.update_query_dict({"sslmode": "verify-full"})
    if chosen != "verify-full":
        log.warning("database connection not verified", sslmode=chosen, host=url.host)
    return url
