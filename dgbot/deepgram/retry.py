"""When a failed call is sent again, and after how long: decided here, carried out by the clients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from dgbot.deepgram.errors import (
    DeepgramApiError,
    DeepgramClosedError,
    DeepgramConnectionError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    DeepgramRateLimitError,
)
from dgbot.deepgram.operation import Operation

T = TypeVar("T")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0


def pause_before_retry(
    method: str, attempt: int, error: DeepgramError, *, retries: int, random: Callable[[], float]
) -> float | None:
    """Seconds until *method* is sent again after its *attempt*-th failure (from 1); None if it must not be.

    Retry-After is kept, up to 60 s; otherwise the pause doubles from 0.5 s and is then cut by up to half, at *random*
    (0 to 1), so that many clients don't return together.
    """
    if attempt > retries or not _repeatable(method, error):
        return None
    if isinstance(error, DeepgramApiError) and error.retry_after is not None:
        return min(error.retry_after, LONGEST_PAUSE)
    longest = FIRST_PAUSE * 2.0 ** min(attempt - 1, 10)
    return min(longest, LONGEST_PAUSE) * (1 - random() / 2)


def settled(operation: Operation[T], outcome: T | DeepgramError, earlier: Sequence[DeepgramError]) -> T | DeepgramError:
    """*outcome*, unless it is the 404 of a DELETE that an earlier sending may have carried out: that is success.

    Any other refusal after such a sending leaves open what happened: whoever deletes their own key is told 401. If the
    later one did not get through, the earlier one is the outcome. An error learns here which verb failed.
    """
    if not isinstance(outcome, DeepgramError):
        return outcome
    outcome.method = operation.method
    doubtful = [error for error in earlier if error.may_have_happened]
    if isinstance(outcome, DeepgramNotSentError) and doubtful and operation.method != "GET":
        return doubtful[-1]
    if isinstance(outcome, DeepgramApiError) and doubtful:
        gone = isinstance(outcome, DeepgramNotFoundError) and operation.method == "DELETE"
        if gone and operation.when_gone is not None:
            return operation.when_gone
        outcome.repeated = True
    return outcome


def _repeatable(method: str, error: DeepgramError) -> bool:
    if isinstance(error, DeepgramClosedError):
        return False
    status = error.status if isinstance(error, DeepgramApiError) else 0
    match method:
        case "GET":
            return isinstance(error, DeepgramConnectionError) or status in {408, 429} or status >= 500
        case "DELETE":
            return isinstance(error, DeepgramConnectionError) or status == 429 or status >= 500
        case "PUT" | "PATCH":
            return isinstance(error, DeepgramRateLimitError)
        case _:
            return isinstance(error, DeepgramNotSentError)
