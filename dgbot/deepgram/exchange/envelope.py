"""What goes around an operation on its way: the request, the answer's bytes, and what a failure means."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import msgspec

from dgbot.deepgram.account import Account
from dgbot.deepgram.errors import DeepgramError
from dgbot.deepgram.failures import bare, broken, closed, not_sent, too_slow
from dgbot.deepgram.operation import Answer, Operation
from dgbot.deepgram.refusals import shown

T = TypeVar("T")

LARGEST_ANSWER = 8 * 1024 * 1024


class Envelope:
    """Requests, answers and failures of one account."""

    def __init__(self, account: Account, timeout: float) -> None:
        self.timeout = timeout
        self._account = account
        connecting = min(10.0, timeout / 2)
        self._extensions = {"timeout": httpx.Timeout(timeout, connect=connecting, pool=connecting).as_dict()}
        headers = {
            "Authorization": f"Token {account.api_key.reveal()}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "dgbot",
        }
        self._headers = httpx.Headers(headers)
        self._json_headers = httpx.Headers(headers | {"Content-Type": "application/json"})

    def request(self, operation: Operation[Any]) -> httpx.Request:
        """The request; built here, since httpx's own merging costs a tenth of a call and would send cookies back."""
        body = operation.body
        return httpx.Request(
            operation.method,
            self._account.base_url + operation.path,
            params=operation.query or None,
            headers=self._headers if body is None else self._json_headers,
            content=None if body is None else msgspec.json.encode(body),
            extensions=self._extensions.copy(),
        )

    def read(self, operation: Operation[T], response: httpx.Response, body: Body) -> T | DeepgramError:
        """What the answer means."""
        problem = body.problem or body.end()
        answer = self._answer(response, b"" if problem else bytes(body.content))
        if problem and response.is_success:
            request_id = shown(answer.request_id, answer.hide)
            return operation.unreadable(problem, status=answer.status, request_id=request_id)
        return operation.read(answer)

    def failure(
        self,
        operation: Operation[Any],
        request: httpx.Request,
        error: BaseException,
        client: httpx.Client | httpx.AsyncClient | None,
    ) -> BaseException:
        """The error of ours that *error* means; *error* itself, bare, if it is no failure below HTTP.

        With a *client* of the caller's, errors of its hooks look like those of our request; they prove nothing.
        """
        if isinstance(error, RuntimeError) and _closed(error, client):
            return closed() if operation.method == "GET" or client is not None else broken(operation)
        if isinstance(error, httpx.HTTPStatusError):  # a hook of the caller's raised it, with the answer at hand
            refused = operation.read(self._answer(error.response, b""))
            return refused if isinstance(refused, DeepgramError) else bare(error)
        if _certainly_not_sent(error) and (client is None or _of(error, request)):
            return not_sent(self._account.host, error, timed_out=isinstance(error, httpx.TimeoutException))
        if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout, TimeoutError)):
            return too_slow(operation, self.timeout)
        if isinstance(error, (httpx.HTTPError, OSError)) or _of_aiohttp(error):
            return broken(operation)
        return bare(error)

    def _answer(self, response: httpx.Response, content: bytes) -> Answer:
        return Answer(
            status=response.status_code,
            body=content,
            received=datetime.now(UTC),
            request_id=response.headers.get("dg-request-id", ""),
            retry_after=response.headers.get("retry-after", ""),
            hide=self._account.api_key,
        )


class Body:
    """Gathers an answer's bytes, decompressed, and never more than *LARGEST_ANSWER* of them."""

    def __init__(self, response: httpx.Response) -> None:
        self.content = bytearray()
        self.problem = ""
        encoding = response.headers.get("content-encoding", "").strip().lower()
        self._inflate = None
        if encoding in {"gzip", "x-gzip"} and not response.is_stream_consumed:
            self._inflate = zlib.decompressobj(wbits=31)
        elif encoding not in {"", "identity", "gzip", "x-gzip"}:
            self.problem = "it is compressed in a way that was not asked for"

    def add(self, chunk: bytes) -> None:
        """Take some bytes more; *problem* says what is wrong with them."""
        if self._inflate is not None:
            try:
                chunk = self._inflate.decompress(chunk, LARGEST_ANSWER - len(self.content) + 1)
            except (zlib.error, EOFError):
                self.problem = "it can't be decompressed"
                return
            if self._inflate.unused_data:
                self.problem = "it goes on behind its end"
        self.content += chunk
        if len(self.content) > LARGEST_ANSWER:
            self.problem = f"it is larger than {LARGEST_ANSWER // 1024 // 1024} MB"

    def end(self) -> str:
        """What is wrong now that nothing more comes; empty if nothing is."""
        cut_off = self._inflate is not None and not self._inflate.eof
        return "it can't be decompressed" if cut_off else ""


def _closed(error: RuntimeError, client: httpx.Client | httpx.AsyncClient | None) -> bool:
    return client.is_closed if client is not None else "closed" in str(error)


def _of(error: BaseException, request: httpx.Request) -> bool:
    """Whether httpx raised *error* for *request*, and not for one that a hook made."""
    return getattr(error, "_request", None) is request


def _certainly_not_sent(error: BaseException) -> bool:
    """Whether no connection was made. Over aiohttp only the cause tells: ConnectTimeout means a reset, too."""
    if _of_aiohttp(error.__cause__):
        import aiohttp

        return isinstance(error.__cause__, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
    return isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


def _of_aiohttp(error: BaseException | None) -> bool:
    """Whether aiohttp raised it; asked by name, so that the blocking client never loads aiohttp."""
    return type(error).__module__.partition(".")[0] == "aiohttp"
