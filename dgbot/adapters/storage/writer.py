"""The threads that own the connections; units that queue up while one commits share its next commit."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection

from dgbot.adapters.storage.errors import StorageError, StoreAway, StoreClosed
from dgbot.adapters.storage.units import Outcome, Unit, carry_out

T = TypeVar("T")

MOST = 128
"""Units in one commit, so that the first of a long queue does not wait for the last."""


SEVERAL = 4
PAUSE_SECONDS = 0.005
"""Under load a commit waits so long for more units to share it; alone, a unit never waits."""


class Writer:
    """A Runner for one event loop: each of its threads has a connection and carries out units, *most* in one commit.

    A unit that was queued is carried out even if whoever waits for it is cancelled. A connection that was lost is
    opened anew, and what was not kept because of it is tried once more.
    """

    def __init__(self, connect: Callable[[], Connection], *, threads: int = 1, most: int = MOST) -> None:
        self._connect, self._most = connect, most
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._opened: list[asyncio.Future[None]] = [self._loop.create_future() for _ in range(threads)]
        self._ended: list[asyncio.Future[None]] = [self._loop.create_future() for _ in range(threads)]
        self._threads = [
            Thread(target=self._work, args=ends, name="dgbot-store", daemon=True)
            for ends in zip(self._opened, self._ended, strict=True)
        ]
        self._closed = False

    @classmethod
    async def start(cls, connect: Callable[[], Connection], *, threads: int = 1, most: int = MOST) -> Writer:
        """Return a writer whose threads opened their connections with *connect*; raises what that raises."""
        writer = cls(connect, threads=threads, most=most)
        for thread in writer._threads:
            thread.start()
        try:
            await asyncio.gather(*writer._opened)
        except BaseException:
            writer._dismiss()
            for opened in writer._opened:
                opened.add_done_callback(_seen)
            raise
        return writer

    async def run(self, unit: Unit[T]) -> T:
        """Return what *unit* returned, once it is durable; raises what it raised, or StorageError."""
        if self._closed:
            raise StoreClosed("The store is closed; nothing was kept.")
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((unit, done))
        return await done

    async def close(self) -> None:
        """Carry out what is queued, then close the connection."""
        self._dismiss()
        await asyncio.shield(asyncio.gather(*self._ended))
        for thread in self._threads:
            thread.join()

    def _dismiss(self) -> None:
        """Let every thread end when the queue is worked off."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._jobs.put(None)

    def _work(self, opened: asyncio.Future[None], ended: asyncio.Future[None]) -> None:
        try:
            connection = self._connect()
        except Exception as error:
            self._call(_resolve, [(opened, Outcome(error=error)), (ended, Outcome())])
            return
        self._call(_resolve, [(opened, Outcome())])
        try:
            batch: list[_Job] = []
            while batch := self._next_batch(before=len(batch)):
                connection, outcomes = self._carried_out(connection, batch)
                self._call(_resolve, list(zip([done for _, done in batch], outcomes, strict=True)))
        finally:
            _let_go(connection)
            self._call(_resolve, [(ended, Outcome())])

    def _carried_out(self, connection: Connection, batch: list[_Job]) -> tuple[Connection, list[Outcome]]:
        units = [unit for unit, _ in batch]
        try:
            outcomes = [Outcome(error=StoreAway())] if _is_lost(connection) else carry_out(connection, units)
            if _is_lost(connection) and all(isinstance(one.error, StoreAway) for one in outcomes):  # nothing was kept
                _let_go(connection)
                connection = self._connect()
                outcomes = carry_out(connection, units)
        except StorageError as error:
            outcomes = [Outcome(error=error)] * len(batch)
        except Exception as error:
            failed = StorageError(f"The store broke: {error}")
            failed.__cause__ = error
            outcomes = [Outcome(error=failed)] * len(batch)
        return connection, outcomes

    def _next_batch(self, before: int) -> list[_Job]:
        """Return the next units; after a batch of several, others are on their way and are worth a moment's wait."""
        batch: list[_Job] = []
        if before >= SEVERAL:
            time.sleep(PAUSE_SECONDS)
        while (job := self._jobs.get()) is not None:
            batch.append(job)
            if len(batch) == self._most or self._jobs.empty():
                return batch
        if batch:
            self._jobs.put(None)  # the order to stop was the last in the queue; it is read again after this batch
        return batch

    def _call(self, function: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(function, *args)


_Job = tuple[Unit[Any], "asyncio.Future[Any]"]


def _is_lost(connection: Connection) -> bool:
    """Whether a server's connection ended; a file's can't."""
    if connection.closed:
        return True
    return bool(getattr(connection.connection.driver_connection, "closed", False))


def _let_go(connection: Connection) -> None:
    with contextlib.suppress(Exception):  # what is broken already can't be closed in good order
        if _is_lost(connection):
            connection.invalidate()
        connection.close()


def _seen(opened: asyncio.Future[None]) -> None:
    """Take note of why a thread could not start: one reason is told, and asyncio warns of those that nobody took."""
    if not opened.cancelled():
        opened.exception()


def _resolve(results: list[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for done, outcome in results:
        if done.done():
            continue
        if outcome.error is not None:
            done.set_exception(outcome.error)
        else:
            done.set_result(outcome.value)
