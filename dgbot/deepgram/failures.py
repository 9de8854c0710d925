"""Words for what goes wrong below HTTP; they name a host and a call, never bytes."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any

from dgbot.deepgram.errors import DeepgramClosedError, DeepgramNotSentError, DeepgramUnknownOutcomeError
from dgbot.deepgram.operation import Operation


def not_sent(host: str, error: BaseException, *, timed_out: bool) -> DeepgramNotSentError:
    """No connection to *host* was made; *error* and what caused it say why."""
    return DeepgramNotSentError(
        f"Deepgram could not be reached, so nothing was sent: {host} {_obstacle(error, timed_out)}."
    )


def too_slow(operation: Operation[Any], timeout: float) -> DeepgramUnknownOutcomeError:
    """No whole answer within *timeout* seconds."""
    return DeepgramUnknownOutcomeError(
        f"Deepgram did not answer {operation.method} {operation.path} within {timeout:g} s{_fate(operation)}."
    )


def broken(operation: Operation[Any]) -> DeepgramUnknownOutcomeError:
    """The connection ended before the answer did."""
    return DeepgramUnknownOutcomeError(
        f"The connection to Deepgram broke during {operation.method} {operation.path}{_fate(operation)}."
    )


def closed() -> DeepgramClosedError:
    """The client was closed before."""
    return DeepgramClosedError("This Deepgram client is closed, so nothing was sent; make a new one.")


def bare(error: BaseException) -> BaseException:
    """*error* without the frames and exceptions behind it, which hold the API key and perhaps a new one."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _fate(operation: Operation[Any]) -> str:
    return "" if operation.method == "GET" else "; it may or may not have been carried out"


def _obstacle(error: BaseException, timed_out: bool) -> str:
    for cause in _chain(error):
        if isinstance(cause, socket.gaierror):
            return "has no address that can be found"
        if isinstance(cause, ssl.SSLError):
            return "did not prove over TLS that it is Deepgram"
        if isinstance(cause, ConnectionRefusedError):
            return "refused the connection"
    return "did not accept a connection in time" if timed_out else "did not connect"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
