"""One request out, one answer in, over httpx: the one module that sends bytes to Deepgram."""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import httpx
import msgspec

from dgbot.deepgram.account import Account
from dgbot.deepgram.errors import DeepgramError, DeepgramOptionsError
from dgbot.deepgram.failures import bare, broken, closed, not_sent, too_slow
from dgbot.deepgram.operation import Answer, Operation

T = TypeVar("T")

LARGEST_ANSWER = 8 * 1024 * 1024
CONNECTIONS = 100
IDLE_SECONDS = 15.0  # shorter than common servers', so that a POST seldom meets a connection just closed


class Exchange:
    """Sends operations one at a time, blocking, each within *timeout* seconds; a given *client* is not closed."""

    def __init__(
        self, account: Account, timeout: float, *, client: httpx.Client | None, transport: httpx.BaseTransport | None
    ) -> None:
        self._wire = _Wire(account, timeout)
        self._client = client
        self._send_request: Callable[[httpx.Request], httpx.Response]
        if client is not None:
            self._send_request = partial(client.send, stream=True, auth=None, follow_redirects=False)
        else:
            limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
            self._transport = transport or httpx.HTTPTransport(verify=_tls(account), trust_env=False, limits=limits)
            self._send_request = self._transport.handle_request  # a client around it would cost a third of a call

    def send(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once; the frames that saw keys and bytes are gone when this one raises."""
        try:
            return self._send(operation)
        except BaseException as error:
            failure = self._wire.failure(operation, error, self._client)
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    def close(self) -> None:
        """Close the connections."""
        if self._client is None:
            self._transport.close()

    def _send(self, operation: Operation[T]) -> T | DeepgramError:
        ends = time.monotonic() + self._wire.timeout
        response = self._send_request(self._wire.request(operation))
        body = _Body(response)
        try:
            for chunk in (response.content,) if response.is_stream_consumed else response.iter_raw():
                body.add(chunk)
                if body.problem:
                    break
                if time.monotonic() > ends:
                    return too_slow(operation, self._wire.timeout)
        finally:
            response.close()
        return self._wire.read(operation, response, body)


class AsyncExchange:
    """Sends operations on the running event loop, each within *timeout* seconds; a given *client* is not closed.

    Its connections are of the loop that it is first used in, and are closed with that loop at the latest.
    """

    def __init__(
        self,
        account: Account,
        timeout: float,
        *,
        client: httpx.AsyncClient | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._wire = _Wire(account, timeout)
        self._client = client
        self._send_request: Callable[[httpx.Request], Awaitable[httpx.Response]]
        if client is not None:
            self._send_request = partial(client.send, stream=True, auth=None, follow_redirects=False)
        else:
            self._transport = transport or _aiohttp_transport(account)
            self._send_request = self._transport.handle_async_request
        self._loop: asyncio.AbstractEventLoop | None = None
        self._keeper: AsyncIterator[None] | None = None

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether it can be used in *loop*."""
        return self._client is not None or self._loop in (None, loop)

    async def send(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once, within the timeout from connecting to the answer's last byte."""
        if self._client is None and self._keeper is None:
            self._loop, self._keeper = asyncio.get_running_loop(), _kept(self._transport)
            await anext(self._keeper)
        try:
            async with asyncio.timeout(self._wire.timeout):
                return await self._send(operation)
        except BaseException as error:
            failure = self._wire.failure(operation, error, self._client)
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is None:
            await self._transport.aclose()

    async def _send(self, operation: Operation[T]) -> T | DeepgramError:
        response = await self._send_request(self._wire.request(operation))
        body = _Body(response)
        try:
            if response.is_stream_consumed:
                body.add(response.content)
            else:
                async for chunk in response.aiter_raw():
                    body.add(chunk)
                    if body.problem:
                        break
        finally:
            await response.aclose()
        return self._wire.read(operation, response, body)


async def _kept(transport: httpx.AsyncBaseTransport) -> AsyncIterator[None]:
    """Hold *transport* open; an event loop that ends closes such generators, and with this one the connections."""
    try:
        yield
    finally:
        await transport.aclose()


class _Wire:
    """What both exchanges have in common: requests, answers and failures of one account."""

    def __init__(self, account: Account, timeout: float) -> None:
        self.timeout = timeout
        self._account = account
        self._key = account.api_key.reveal().encode()
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

    def read(self, operation: Operation[T], response: httpx.Response, body: _Body) -> T | DeepgramError:
        """What the answer means."""
        problem = body.problem or body.end()
        if problem and response.is_success:
            return operation.unreadable(problem, status=response.status_code)
        content = b"" if problem else bytes(body.content)
        if not response.is_success and len(self._key) >= 8:  # a server may quote the key that it refuses
            content = content.replace(self._key, b"***")
        return operation.read(
            Answer(
                status=response.status_code,
                body=content,
                received=datetime.now(UTC),
                request_id=response.headers.get("dg-request-id", ""),
                retry_after=response.headers.get("retry-after", ""),
            )
        )

    def failure(
        self, operation: Operation[Any], error: BaseException, client: httpx.Client | httpx.AsyncClient | None
    ) -> BaseException:
        """The error of ours that *error* means; *error* itself, bare, if it is no failure below HTTP."""
        if isinstance(error, RuntimeError) and client is not None and client.is_closed:
            return closed()
        if _certainly_not_sent(error):
            return not_sent(self._account.host, error, timed_out=isinstance(error, httpx.TimeoutException))
        if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout, TimeoutError)):
            return too_slow(operation, self.timeout)
        if isinstance(error, (httpx.HTTPError, OSError)) or _of_aiohttp(error):
            return broken(operation)
        return bare(error)


class _Body:
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
            except zlib.error:
                self.problem = "it can't be decompressed"
                return
        self.content += chunk
        if len(self.content) > LARGEST_ANSWER:
            self.problem = f"it is larger than {LARGEST_ANSWER // 1024 // 1024} MB"

    def end(self) -> str:
        """What is wrong now that nothing more comes; empty if nothing is."""
        cut_off = self._inflate is not None and not self._inflate.eof
        return "it can't be decompressed" if cut_off else ""


def _tls(account: Account) -> ssl.SSLContext:
    """Who is trusted: SSL_CERT_FILE or SSL_CERT_DIR, else certifi; on loopback without TLS nobody, which is faster."""
    if account.plain:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError:
        pass
    raise DeepgramOptionsError("The file or directory that SSL_CERT_FILE or SSL_CERT_DIR names can't be read.")


def _aiohttp_transport(account: Account) -> httpx.AsyncBaseTransport:
    import aiohttp
    from httpx_aiohttp import AiohttpTransport

    tls = _tls(account)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=tls, limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        made._retry_connection = False  # else aiohttp sends a GET, PUT or DELETE twice without telling
        return made

    return AiohttpTransport(client=session, verify=tls, trust_env=False)


def _certainly_not_sent(error: BaseException) -> bool:
    """Whether no connection was made. Over aiohttp only the cause tells: ConnectTimeout means a reset, too."""
    if _of_aiohttp(error.__cause__):
        import aiohttp

        return isinstance(error.__cause__, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
    return isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


def _of_aiohttp(error: BaseException | None) -> bool:
    """Whether aiohttp raised it; asked by name, so that the blocking client never loads aiohttp."""
    return type(error).__module__.partition(".")[0] == "aiohttp"
