"""Calls that wait for the rest of their body or for a delay to pass: the only ones that the end of the server cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Patience:
    """The waiting of every call, until it is at an end."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[Any]] = set()
        self._ended = False

    async def during(self, waiting: Coroutine[Any, Any, T]) -> T:
        """What *waiting* comes to; raises CancelledError if the patience ends before."""
        task = asyncio.current_task()
        if task is None or self._ended:
            waiting.close()
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            return await waiting
        finally:
            self._waiting.discard(task)

    def end(self) -> None:
        """Cancel the calls that wait, and those that would from now on."""
        self._ended = True
        for task in self._waiting:
            task.cancel()
