"""The clients: the same endpoints, performed over httpx; the one module that sends bytes to Deepgram."""

from __future__ import annotations

import asyncio
import os
import random as chance
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self, TypeVar

import httpx
import msgspec

from dgbot.deepgram import operations
from dgbot.deepgram.account import Account
from dgbot.deepgram.endpoint import Answer, AsyncSession, Endpoint, Operation, SyncSession
from dgbot.deepgram.errors import DeepgramError
from dgbot.deepgram.failures import bare, broken, not_sent, too_slow
from dgbot.deepgram.retry import pause_before_retry, settled
from dgbot.deepgram.secret import Secret

T = TypeVar("T")

TIMEOUT = 30.0
RETRIES = 2
LARGEST_ANSWER = 8 * 1024 * 1024
_TOO_LARGE = f"it is larger than {LARGEST_ANSWER // 1024 // 1024} MB"
CONNECTIONS = 100
IDLE_SECONDS = 15.0  # shorter than common servers', so that a POST seldom meets a connection just closed


class ManageEndpoints:
    """Deepgram's management API, as a table of contents."""

    get_projects = Endpoint(operations.get_projects)
    get_project = Endpoint(operations.get_project)

    get_keys = Endpoint(operations.get_keys)
    get_key = Endpoint(operations.get_key)
    create_key = Endpoint(operations.create_key)
    delete_key = Endpoint(operations.delete_key)

    get_members = Endpoint(operations.get_members)
    get_invites = Endpoint(operations.get_invites)
    send_invite = Endpoint(operations.send_invite)
    delete_invite = Endpoint(operations.delete_invite)

    get_usage_summary = Endpoint(operations.get_usage_summary)
    get_balances = Endpoint(operations.get_balances)


class DeepgramClient:
    """Where a caller starts: ``DeepgramClient(api_key=...).manage.get_projects()``.

    *api_key* and *base_url* default to DEEPGRAM_API_KEY and DEEPGRAM_HOST. *timeout* is seconds for one attempt,
    *retries* how many more a call may take (0: none; the table is in ``retry.py``). *transport* and *sleep* serve the
    blocking client, *async_transport* and *async_sleep* the awaited one. Nothing is opened before the first call.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        transport: httpx.BaseTransport | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        account = Account.of(api_key, base_url, os.environ)
        self.manage = ManageClient(
            account.api_key,
            base_url=account.base_url,
            timeout=timeout,
            retries=retries,
            transport=transport,
            async_transport=async_transport,
            sleep=sleep,
            async_sleep=async_sleep,
            random=random,
        )

    def close(self) -> None:
        """Close the blocking client's connections."""
        self.manage.close()

    async def aclose(self) -> None:
        """Close both clients' connections."""
        self.manage.close()
        await self.manage.asyncmanage.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class ManageClient(ManageEndpoints, SyncSession):
    """Every management call, blocking; *asyncmanage* is its awaited twin. Arguments as for DeepgramClient."""

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        transport: httpx.BaseTransport | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout = timeout
        self._retries = retries
        self._transport = transport
        self._sleep = sleep
        self._random = random
        self.asyncmanage = AsyncManageClient(
            self._account.api_key,
            base_url=self._account.base_url,
            timeout=timeout,
            retries=retries,
            async_transport=async_transport,
            async_sleep=async_sleep,
            random=random,
        )

    def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = self._attempt(operation)
            outcome = settled(operation, outcome, earlier)
            if not isinstance(outcome, DeepgramError):
                return outcome
            earlier.append(outcome)
            pause = pause_before_retry(
                operation.method, len(earlier), outcome, retries=self._retries, random=self._random
            )
            if pause is None:
                raise outcome
            self._sleep(pause)

    def close(self) -> None:
        """Close the connections."""
        if "_http" in vars(self):
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _http(self) -> httpx.Client:
        limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
        transport = self._transport or httpx.HTTPTransport(verify=_tls(self._account), trust_env=False, limits=limits)
        return httpx.Client(transport=transport, **_settings(self._account, self._timeout))

    def _attempt(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once; the frames that saw keys and bytes are gone when this one raises."""
        try:
            return self._exchange(operation)
        except BaseException as error:
            failure = _failure(operation, self._account, error, self._timeout)
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    def _exchange(self, operation: Operation[T]) -> T | DeepgramError:
        ends = time.monotonic() + self._timeout
        body = bytearray()
        response = self._http.send(_request(self._http, self._account, operation), stream=True)
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    return _spoiled(operation, self._account, response, _TOO_LARGE)
                if time.monotonic() > ends:
                    return too_slow(operation, self._timeout)
        except httpx.DecodingError:
            return _spoiled(operation, self._account, response, "it can't be decompressed")
        finally:
            response.close()
        return operation.read(_answer(self._account, response, body))


class AsyncManageClient(ManageEndpoints, AsyncSession):
    """Every management call, awaited, in one event loop. Arguments as for DeepgramClient."""

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        async_transport: httpx.AsyncBaseTransport | None = None,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout = timeout
        self._retries = retries
        self._transport = async_transport
        self._sleep = async_sleep
        self._random = random

    async def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = await self._attempt(operation)
            outcome = settled(operation, outcome, earlier)
            if not isinstance(outcome, DeepgramError):
                return outcome
            earlier.append(outcome)
            pause = pause_before_retry(
                operation.method, len(earlier), outcome, retries=self._retries, random=self._random
            )
            if pause is None:
                raise outcome
            await self._sleep(pause)

    async def aclose(self) -> None:
        """Close the connections."""
        if "_http" in vars(self):
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        transport = self._transport or _aiohttp_transport(self._account)
        return httpx.AsyncClient(transport=transport, **_settings(self._account, self._timeout))

    async def _attempt(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once, within the timeout from connecting to the answer's last byte."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(operation)
        except BaseException as error:
            failure = _failure(operation, self._account, error, self._timeout)
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    async def _exchange(self, operation: Operation[T]) -> T | DeepgramError:
        body = bytearray()
        response = await self._http.send(_request(self._http, self._account, operation), stream=True)
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    return _spoiled(operation, self._account, response, _TOO_LARGE)
        except httpx.DecodingError:
            return _spoiled(operation, self._account, response, "it can't be decompressed")
        finally:
            await response.aclose()
        return operation.read(_answer(self._account, response, body))


def _settings(account: Account, timeout: float) -> dict[str, Any]:
    """What both kinds of httpx client are told: no redirects, nothing from the environment."""
    connecting = min(10.0, timeout / 2)
    return {
        "headers": {
            "Authorization": f"Token {account.api_key.reveal()}",
            "Accept": "application/json",
            "User-Agent": "dgbot",
        },
        "timeout": httpx.Timeout(timeout, connect=connecting, pool=connecting),
        "follow_redirects": False,
        "trust_env": False,
    }


def _tls(account: Account) -> ssl.SSLContext:
    """Who is trusted; for a loopback server without TLS nobody, which spares loading certificates."""
    if account.plain:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.create_ssl_context(trust_env=False)


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


def _request(http: httpx.Client | httpx.AsyncClient, account: Account, operation: Operation[Any]) -> httpx.Request:
    """The request itself; built here, since httpx's own merging costs a tenth of a call and would send cookies back."""
    request = httpx.Request(
        operation.method,
        account.base_url + operation.path,
        params=operation.query or None,
        headers=http.headers,
        content=None if operation.body is None else msgspec.json.encode(operation.body),
    )
    if operation.body is not None:
        request.headers["Content-Type"] = "application/json"
    return request


def _answer(account: Account, response: httpx.Response, body: bytearray) -> Answer:
    content = bytes(body)
    own = account.api_key.reveal().encode()
    if not response.is_success and len(own) >= 8:  # a server may quote the key that it refuses; shorter is none
        content = content.replace(own, b"***")
    return Answer(
        status=response.status_code,
        body=content,
        received=datetime.now(UTC),
        request_id=response.headers.get("dg-request-id", ""),
        retry_after=response.headers.get("retry-after", ""),
    )


def _spoiled(operation: Operation[T], account: Account, response: httpx.Response, problem: str) -> T | DeepgramError:
    """What an answer means whose body is of no use: an unreadable success, or a refusal without words."""
    if response.is_success:
        return operation.unreadable(problem, status=response.status_code)
    return operation.read(_answer(account, response, bytearray()))


def _failure(operation: Operation[Any], account: Account, error: BaseException, timeout: float) -> BaseException:
    """The error of ours that *error* means; *error* itself, bare, if it is no failure below HTTP."""
    if _certainly_not_sent(error):
        return not_sent(account.host, error, timed_out=isinstance(error, httpx.TimeoutException))
    if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout, TimeoutError)):
        return too_slow(operation, timeout)
    if isinstance(error, (httpx.HTTPError, OSError)) or _of_aiohttp(error):
        return broken(operation)
    return bare(error)


def _certainly_not_sent(error: BaseException) -> bool:
    """Whether no connection was made. Over aiohttp only the cause tells: ConnectTimeout means a reset, too."""
    if _of_aiohttp(error.__cause__):
        import aiohttp

        return isinstance(error.__cause__, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
    return isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


def _of_aiohttp(error: BaseException | None) -> bool:
    """Whether aiohttp raised it; asked by name, so that the blocking client never loads aiohttp."""
    return type(error).__module__.partition(".")[0] == "aiohttp"
