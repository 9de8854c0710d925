"""An event loop whose time is a number: it never waits, and everything happens in an order that a seed repeats."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import heapq
import sys
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, cast

LIFE: contextvars.ContextVar[Life] = contextvars.ContextVar("life")
"""Whose process runs; the world outside runs without one."""


MOST = 2000
"""Tasks that are kept, before those that are done are let go."""


class Life:
    """One process: what it has yet to do is dropped when it is killed, and kept for later while it is stopped."""

    def __init__(self, name: str, loop: VirtualLoop) -> None:
        self.name = name
        self.alive = True
        self.stopped = False
        self.losses = 0
        """How often it was stopped, killed or failed by its database: then nobody knows what it had noted."""
        self._loop = loop
        self._held: list[Handle] = []
        self._shift = 0.0
        self._stopped_at = 0.0
        self._context = contextvars.Context()
        self._context.run(LIFE.set, self)

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let this process carry out *coroutine*."""
        return self._loop.create_task(coroutine, context=self._context.copy())

    def kill(self) -> None:
        """Let nothing of it happen any more, no clean-up either."""
        self.alive, self.stopped = False, False
        self.losses += 1
        self._held.clear()

    def stop(self) -> None:
        """Let it stand still."""
        self.stopped, self._stopped_at = True, self._loop.time()
        self.losses += 1

    def go_on(self, *, asleep: bool) -> None:
        """Let it run again; after a machine that was *asleep* its own timers have not moved on, only the world has."""
        if not self.stopped:
            return
        self.stopped = False
        held, self._held = self._held, []
        for handle in held:
            if asleep and handle.timed:
                left = handle.when() - self._stopped_at
                self._loop.call_later(left, handle.run, context=self._context.copy())
            else:
                self._loop.ready.append(handle)

    def holds(self, handle: Handle) -> bool:
        """Whether *handle* must not run now."""
        if self.stopped:
            self._held.append(handle)
        return self.stopped or not self.alive


class Handle:
    """Something to be called, unless it is cancelled before."""

    __slots__ = ("_args", "_callback", "_when", "cancelled_", "context", "timed")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: contextvars.Context | None
    ) -> None:
        self._callback, self._args = callback, args
        self.context = contextvars.copy_context() if context is None else context
        self.cancelled_ = self.timed = False
        self._when = 0.0

    def at(self, when: float) -> Handle:
        """Make it one for a time to come."""
        self._when, self.timed = when, True
        return self

    def run(self) -> None:
        if not self.cancelled_:
            self.context.run(self._callback, *self._args)

    def cancel(self) -> None:
        self.cancelled_ = True

    def cancelled(self) -> bool:
        return self.cancelled_

    def when(self) -> float:
        return self._when


class VirtualLoop:
    """As much of a loop as tasks, timers and futures need; what raises out of a callback ends the run."""

    def __init__(self) -> None:
        self.ready: deque[Handle] = deque()
        self._timers: list[tuple[float, int, Handle]] = []
        self._number = 0
        self._now = 0.0
        self.tasks: list[asyncio.Task[Any]] = []
        self.steps = 0
        self.failures: list[tuple[str, BaseException]] = []
        """Errors of tasks that nobody asked for."""
        self._as_loop = cast(asyncio.AbstractEventLoop, self)

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        handle = Handle(callback, args, context)
        self.ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay: float, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        handle = Handle(callback, args, context).at(when)
        self._number += 1
        heapq.heappush(self._timers, (when, self._number, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self._as_loop)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None, **_: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self._as_loop, name=name, context=context)
        self.tasks.append(task)
        return task

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run *coroutine*, and whatever it starts, until it ends; then throw away what is left."""
        events._set_running_loop(self._as_loop)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(finalizer=lambda _: None)  # one that was cut off is not finished, it is forgotten
        try:
            task = self.create_task(coroutine, context=contextvars.Context())
            while not task.done():
                self._turn()
            return task.result()
        finally:
            self._throw_away()
            sys.set_asyncgen_hooks(*hooks)
            events._set_running_loop(None)

    def _turn(self) -> None:
        if not self.ready:
            when, _, handle = heapq.heappop(self._timers)
            if handle.cancelled_:
                return
            self._now = max(self._now, when)
            self.ready.append(handle)
        handle = self.ready.popleft()
        if handle.cancelled_:
            return
        life = handle.context.get(LIFE)
        if life is None or not life.holds(handle):
            self.steps += 1
            handle.run()
        if len(self.tasks) > MOST:
            self._note_failures()
            self.tasks = [task for task in self.tasks if not task.done()]

    def _note_failures(self) -> None:
        for task in self.tasks:
            if task.done() and not task.cancelled() and getattr(task, "_log_traceback", False):
                error = task.exception()
                assert error is not None
                self.failures.append((getattr(task.get_coro(), "__qualname__", ""), error))

    def _throw_away(self) -> None:
        """End what was cut off, in its order: left to the collector, it would end at any time and say so."""
        self._note_failures()
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with contextlib.suppress(BaseException):
                    task.get_coro().close()
        self.tasks.clear()
        self.ready.clear()
        self._timers.clear()

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Nobody is told: who fails is asked by whoever awaits it."""
