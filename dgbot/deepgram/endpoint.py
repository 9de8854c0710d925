"""How both clients share one table of methods: each is declared once, and performed in two ways."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

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


class Method:
    """What a table of methods holds: one declaration, as a blocking and as an awaited function."""

    def __init__(self, build: Callable[..., Any], blocking: Callable[..., Any], awaited: Callable[..., Any]) -> None:
        self.build = build
        self.blocking = blocking
        self.awaited = awaited


class Methods:
    """A table of methods: a session that inherits from it gets each as a function of its own kind."""

    def __init_subclass__(cls) -> None:
        """Write the functions into *cls*, so that help, editors and mocks find what they expect of a class."""
        super().__init_subclass__()
        if issubclass(cls, SyncSession | AsyncSession):
            found = {name: getattr(cls, name) for table in cls.__mro__ for name in vars(table)}
            for name, method in found.items():
                if isinstance(method, Method):  # and not overridden on the way
                    setattr(cls, name, method.awaited if issubclass(cls, AsyncSession) else method.blocking)


class Endpoint(Method, Generic[P, T]):
    """A method of both clients, declared once: one call.

    On a SyncSession it returns the answer; on an AsyncSession, something to await.
    """

    def __init__(self, build: Callable[P, Operation[T]]) -> None:
        self._declare(build, "perform")

    def _declare(self, build: Callable[P, Any], how: str) -> None:
        def call(self: SyncSession, /, *args: Any, **kwargs: Any) -> Any:
            return getattr(self, how)(build(*args, **kwargs))

        async def call_awaited(self: AsyncSession, /, *args: Any, **kwargs: Any) -> Any:
            return await getattr(self, how)(build(*args, **kwargs))

        super().__init__(build, _like(build, call, "{}"), _like(build, call_awaited, "{}"))

    if TYPE_CHECKING:

        @overload
        def __get__(self, session: SyncSession, owner: type[Any]) -> Callable[P, T]: ...
        @overload
        def __get__(self, session: AsyncSession, owner: type[Any]) -> Callable[P, Coroutine[object, None, T]]: ...
        @overload
        def __get__(self, session: None, owner: type[Any]) -> Endpoint[P, T]: ...
        def __get__(self, session: SyncSession | AsyncSession | None, owner: type[Any]) -> Any: ...


class Recipe(Endpoint[P, T]):
    """A method of both clients, declared once: several calls, one after another, for one answer."""

    def __init__(self, build: Callable[P, Steps[T]]) -> None:
        self._declare(build, "follow")


class Listing(Method, Generic[P, T]):
    """A method of both clients, declared once: things to go through with ``for`` or ``async for``, page by page.

    Arguments are checked at the call, and nothing is sent before the first thing is asked for.
    """

    def __init__(self, build: Callable[P, Pages[T]]) -> None:
        def call(self: SyncSession, /, *args: Any, **kwargs: Any) -> Any:
            return self.walk(build(*args, **kwargs))

        def call_awaited(self: AsyncSession, /, *args: Any, **kwargs: Any) -> Any:
            return self.walk(build(*args, **kwargs))

        super().__init__(build, _like(build, call, "Iterator[{}]"), _like(build, call_awaited, "AsyncIterator[{}]"))

    if TYPE_CHECKING:

        @overload
        def __get__(self, session: SyncSession, owner: type[Any]) -> Callable[P, Iterator[T]]: ...
        @overload
        def __get__(self, session: AsyncSession, owner: type[Any]) -> Callable[P, AsyncIterator[T]]: ...
        @overload
        def __get__(self, session: None, owner: type[Any]) -> Listing[P, T]: ...
        def __get__(self, session: SyncSession | AsyncSession | None, owner: type[Any]) -> Any: ...


def _like(build: Callable[..., Any], call: Callable[..., Any], returns: str) -> Callable[..., Any]:
    """*call* with the name, the words and the signature of *build*, but for what it returns."""
    functools.update_wrapper(call, build)
    annotation = re.sub(r"^\w+\[(.*)\]$", r"\1", build.__annotations__["return"])
    call.__annotations__ = {**build.__annotations__, "return": returns.format(annotation)}
    signature = inspect.signature(build)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *signature.parameters.values()], return_annotation=call.__annotations__["return"]
    )
    return call
