"""How both clients share one table of methods: each is declared once, and performed in two ways."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, overload

from dgbot.deepgram.operation import Operation, Pages, Steps

P = ParamSpec("P")
T = TypeVar("T")


class SyncSession:
    """Performs operations one after another."""

    def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        raise NotImplementedError

    def follow(self, steps: Steps[T]) -> T:
        """Perform what *steps* ask for, one after another, and return their answer."""
        answer: object = None
        while True:
            try:
                operation = steps.send(answer)
            except StopIteration as end:
                done: T = end.value
                return done
            answer = self.perform(operation)

    def walk(self, pages: Pages[T]) -> Iterator[T]:
        """Perform what *pages* ask for when the caller gets there, and go through what they hold."""
        answer: object = None
        while True:
            try:
                turn = pages.send(answer)
            except StopIteration:
                return
            answer = None
            if isinstance(turn, Operation):
                answer = self.perform(turn)
            else:
                yield from turn


class AsyncSession:
    """Performs operations on an event loop."""

    async def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        raise NotImplementedError

    async def follow(self, steps: Steps[T]) -> T:
        """Perform what *steps* ask for, one after another, and return their answer."""
        answer: object = None
        while True:
            try:
                operation = steps.send(answer)
            except StopIteration as end:
                done: T = end.value
                return done
            answer = await self.perform(operation)

    async def walk(self, pages: Pages[T]) -> AsyncIterator[T]:
        """Perform what *pages* ask for when the caller gets there, and go through what they hold."""
        answer: object = None
        while True:
            try:
                turn = pages.send(answer)
            except StopIteration:
                return
            answer = None
            if isinstance(turn, Operation):
                answer = await self.perform(turn)
            else:
                for item in turn:
                    yield item


class Endpoint(Generic[P, T]):
    """A method of both clients, declared once: one call.

    On a SyncSession it returns the answer; on an AsyncSession, something to await.
    """

    def __init__(self, build: Callable[P, Operation[T]]) -> None:
        self.build: Callable[P, Any] = build
        self.__doc__ = build.__doc__
        self._call = _method(build, "perform")

    @overload
    def __get__(self, session: None, owner: type[Any]) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, session: SyncSession, owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, session: AsyncSession, owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, session: SyncSession | AsyncSession | None, owner: type[Any]) -> Any:
        return self if session is None else MethodType(self._call, session)


class Recipe(Endpoint[P, T]):
    """A method of both clients, declared once: several calls, one after another, for one answer."""

    def __init__(self, build: Callable[P, Steps[T]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._call = _method(build, "follow")


class Listing(Generic[P, T]):
    """A method of both clients, declared once: things to go through with ``for`` or ``async for``, page by page."""

    def __init__(self, build: Callable[P, Pages[T]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._call = _method(build, "walk")

    @overload
    def __get__(self, session: None, owner: type[Any]) -> Listing[P, T]: ...
    @overload
    def __get__(self, session: SyncSession, owner: type[Any]) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, session: AsyncSession, owner: type[Any]) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, session: SyncSession | AsyncSession | None, owner: type[Any]) -> Any:
        return self if session is None else MethodType(self._call, session)


def _method(build: Callable[..., Any], how: str) -> Callable[..., Any]:
    """A plain method of a session, made once, so that looking it up costs no more than any method's."""

    @functools.wraps(build)
    def call(session: SyncSession | AsyncSession, /, *args: Any, **kwargs: Any) -> Any:
        return getattr(session, how)(build(*args, **kwargs))

    signature = inspect.signature(build)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *signature.parameters.values()]
    )
    return call
