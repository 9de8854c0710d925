"""An API call as a value: what would be sent, and how the answer is read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from dgbot.deepgram.errors import DeepgramAnswerError, DeepgramError
from dgbot.deepgram.refusals import refusal, seconds_to_wait, shown
from dgbot.deepgram.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the whole body (never shown), and the headers that matter."""

    status: int
    body: bytes = field(repr=False)
    received: datetime
    request_id: str = ""
    retry_after: str = ""
    hide: Secret | None = None
    """What no error may repeat, should the server quote it."""


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
                hide=answer.hide,
            )
        try:
            return self.decode(answer.body)
        except (ValueError, ArithmeticError, RecursionError) as error:  # msgspec's errors are ValueErrors
            problem = _problem(error, answer.body)
        return self.unreadable(*problem, status=answer.status, request_id=shown(answer.request_id, answer.hide))

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


Steps: TypeAlias = Generator[Operation[Any], Any, T]
"""Several operations for one answer: it yields each, is sent what came of it, and returns the answer."""

Pages: TypeAlias = Generator[Operation[Any] | Sequence[T], Any, None]
"""Operations for a row of things: it yields each, is sent what came of it, and yields what it got out of that."""


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
    if isinstance(error, ArithmeticError):
        return "it has a number that is too large", ""
    return "it is nested too deep" if isinstance(error, RecursionError) else "it is not JSON", ""
