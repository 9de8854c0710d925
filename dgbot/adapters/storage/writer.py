"""The thread that owns the SQLite connection; units that queue up while it commits share the next commit."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection

from dgbot.adapters.storage.errors import StorageError, StoreClosed
from dgbot.adapters.storage.units import Outcome, Unit, carry_out

T = TypeVar("T")

MOST = 128
"""Units in one commit, so that the first of a long queue does not wait for the last."""


SEVERAL = 4
PAUSE_SECONDS = 0.005
"""Under load a commit waits so long for more units to share it; alone, a unit never waits."""


class Writer:
    """A Runner with one thread and one connection, for one event loop.

    A unit that was queued is carried out even if whoever waits for it is cancelled.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._thread = Thread(target=self._work, args=[connect], name="dgbot-store", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._closed = False

    @classmethod
    async def start(cls, connect: Callable[[], Connection]) -> Writer:
        """Return a writer whose thread opened its connection with *connect*; raises what that raises."""
        writer = cls(connect)
        writer._thread.start()
        try:
            await writer._opened
        except asyncio.CancelledError:
            writer._jobs.put(None)
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
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    def _work(self, connect: Callable[[], Connection]) -> None:
        try:
            connection = connect()
        except Exception as error:
            self._call(_resolve, [(self._opened, Outcome(error=error))])
            return
        self._call(_resolve, [(self._opened, Outcome())])
        try:
            batch: list[_Job] = []
            while batch := self._next_batch(before=len(batch)):
                self._call(
                    _resolve, list(zip([done for _, done in batch], _carried_out(connection, batch), strict=True))
                )
        finally:
            connection.close()
            self._call(_resolve, [(self._ended, Outcome())])

    def _next_batch(self, before: int) -> list[_Job]:
        """Return the next units; after a batch of several, others are on their way and are worth a moment's wait."""
        batch: list[_Job] = []
        if before >= SEVERAL:
            time.sleep(PAUSE_SECONDS)
        while (job := self._jobs.get()) is not None:
            batch.append(job)
            if len(batch) == MOST or self._jobs.empty():
                return batch
        if batch:
            self._jobs.put(None)  # the order to stop was the last in the queue; it is read again after this batch
        return batch

    def _call(self, function: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(function, *args)


_Job = tuple[Unit[Any], "asyncio.Future[Any]"]


def _carried_out(connection: Connection, batch: list[_Job]) -> list[Outcome]:
    try:
        return carry_out(connection, [unit for unit, _ in batch])
    except Exception as error:
        failed = StorageError(f"The store broke: {error}")
        failed.__cause__ = error
        return [Outcome(error=failed)] * len(batch)


def _resolve(results: list[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for done, outcome in results:
        if done.done():
            continue
        if outcome.error is not None:
            done.set_exception(outcome.error)
        else:
            done.set_result(outcome.value)
