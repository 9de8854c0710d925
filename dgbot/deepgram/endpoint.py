"""An API call as a value, and the descriptor that lets both clients share it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, overload

import msgspec

from dgbot.deepgram.errors import DeepgramAnswerError, DeepgramError
from dgbot.deepgram.refusals import refusal, seconds_to_wait

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the whole body (never shown), and the headers that matter."""

    status: int
    body: bytes = field(repr=False)
    received: datetime
    request_id: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """One HTTP exchange that has not happened yet, and how to read its answer.

    *path* is percent-encoded, *query* in wire form; *decode* turns the body of a 2xx answer into T.
    *when_gone* is the answer of a repeated DELETE that finds nothing left; *guarded* says that the answer carries a
    secret, so that nothing of its body may be kept or quoted.
    """

    method: str
    path: str
    decode: Callable[[bytes], T]
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    when_gone: T | None = None
    guarded: bool = False

    def read(self, answer: Answer) -> T | DeepgramError:
        """The value that *answer* carries, or the error that it means; returned, so that no traceback holds bytes."""
        if not 200 <= answer.status < 300:
            return refusal(
                answer.status,
                answer.body,
                request_id=answer.request_id,
                retry_after=seconds_to_wait(answer.retry_after, answer.received),
                guarded=self.guarded,
            )
        try:
            return self.decode(answer.body)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            problem = _problem(error, answer.body)
        return self.unreadable(*problem, status=answer.status, request_id=answer.request_id)

    def unreadable(
        self, problem: str, json_path: str = "", *, status: int, request_id: str = ""
    ) -> DeepgramAnswerError:
        """The error that says why an accepted call's answer is of no use."""
        return DeepgramAnswerError(
            f"Deepgram accepted {self.method} {self.path}, but its answer can't be read: {problem}.",
            json_path=json_path,
            status=status,
            request_id=request_id,
        )


class SyncSession:
    """Performs operations one after another."""

    def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        raise NotImplementedError


class AsyncSession:
    """Performs operations on an event loop."""

    async def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        raise NotImplementedError


class Endpoint(Generic[P, T]):
    """A method of both clients, declared once.

    On a SyncSession it returns the answer; on an AsyncSession, something to await.
    """

    def __init__(self, build: Callable[P, Operation[T]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._call = _method(build)

    @overload
    def __get__(self, session: None, owner: type[Any]) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, session: SyncSession, owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, session: AsyncSession, owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, session: SyncSession | AsyncSession | None, owner: type[Any]) -> Any:
        return self if session is None else MethodType(self._call, session)


def _method(build: Callable[..., Operation[Any]]) -> Callable[..., Any]:
    """A plain method of a session, made once, so that looking it up costs no more than any method's."""

    @functools.wraps(build)
    def call(session: SyncSession | AsyncSession, /, *args: Any, **kwargs: Any) -> Any:
        return session.perform(build(*args, **kwargs))

    signature = inspect.signature(build)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *signature.parameters.values()]
    )
    return call


def _problem(error: Exception, body: bytes) -> tuple[str, str]:
    """What is wrong with *body* in words that quote none of it, and the JSON path, if there is one."""
    if isinstance(error, msgspec.ValidationError):
        words, _, place = str(error).partition(" - at `")
        path = place.rstrip("`") or "$"
        return f"{words[:1].lower()}{words[1:]} at `{path}`", path
    start = body[:64].lstrip()
    if not start:
        return "it is empty", ""
    if start.startswith(b"<"):
        return "it is a web page, as from a proxy in between", ""
    return "it is nested too deep" if isinstance(error, RecursionError) else "it is not JSON", ""
