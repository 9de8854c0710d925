"""The clients: where a caller starts, and how often a call is tried."""

from __future__ import annotations

import asyncio
import math
import os
import random as chance
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack

from dgbot.deepgram.account import Account
from dgbot.deepgram.endpoint import AsyncSession, SyncSession
from dgbot.deepgram.errors import DeepgramError, DeepgramOptionsError
from dgbot.deepgram.failures import closed
from dgbot.deepgram.manage import ManageEndpoints
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.retry import pause_before_retry, settled
from dgbot.deepgram.secret import Secret

if TYPE_CHECKING:
    import httpx

    from dgbot.deepgram.exchange import AsyncExchange, Exchange

T = TypeVar("T")

TIMEOUT = 30.0
RETRIES = 2


class ClientSettings(TypedDict, total=False):
    """What ManageClient takes besides the key, for type checkers."""

    base_url: str | None
    timeout: float
    retries: int
    httpx_client: httpx.Client | None
    transport: httpx.BaseTransport | None
    async_httpx_client: httpx.AsyncClient | None
    async_transport: httpx.AsyncBaseTransport | None
    sleep: Callable[[float], None]
    async_sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]


class DeepgramClient:
    """Where a caller starts: ``DeepgramClient(api_key=...).manage.get_projects()``. Arguments as for ManageClient."""

    def __init__(self, api_key: str | Secret | None = None, **settings: Unpack[ClientSettings]) -> None:
        self.manage = ManageClient(api_key, **settings)

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
    """Every management call, blocking, from any thread; *asyncmanage* is its awaited twin.

    *api_key* and *base_url* default to DEEPGRAM_API_KEY and DEEPGRAM_HOST. *timeout* is seconds for one attempt,
    *retries* how many more a call may take (0: none; the table is in ``retry.py``). A *httpx_client* of yours is used
    as it is, but for the URL, the headers and the timeout, and is yours to close; a *transport* replaces what is
    below ours. *sleep* waits between attempts. Names with ``async_`` serve *asyncmanage*. Nothing is opened before
    the first call.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        httpx_client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        async_httpx_client: httpx.AsyncClient | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout, self._retries = _seconds(timeout), _count(retries)
        _check_one(httpx_client, transport)
        self._client, self._transport = httpx_client, transport
        self._sleep, self._random = sleep, random
        self._exchange: Exchange | None = None
        self._lock = threading.Lock()
        self._closed = False
        self.asyncmanage = AsyncManageClient(
            self._account.api_key,
            base_url=self._account.base_url,
            timeout=timeout,
            retries=retries,
            async_httpx_client=async_httpx_client,
            async_transport=async_transport,
            async_sleep=async_sleep,
            random=random,
        )

    def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        exchange = self._exchange or self._opened()
        if self._closed:
            raise closed()
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = exchange.send(operation)
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
        """Close the connections; the client can't be used any more."""
        self._closed = True
        if self._exchange:
            self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> Exchange:
        from dgbot.deepgram.exchange import Exchange

        with self._lock:
            if self._exchange is None:
                self._exchange = Exchange(self._account, self._timeout, client=self._client, transport=self._transport)
            return self._exchange


class AsyncManageClient(ManageEndpoints, AsyncSession):
    """Every management call, awaited, in one event loop after another. Arguments as for ManageClient."""

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        async_httpx_client: httpx.AsyncClient | None = None,
        async_transport: httpx.AsyncBaseTransport | None = None,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout, self._retries = _seconds(timeout), _count(retries)
        _check_one(async_httpx_client, async_transport)
        self._client, self._transport = async_httpx_client, async_transport
        self._sleep, self._random = async_sleep, random
        self._exchange: AsyncExchange | None = None
        self._closed = False

    async def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        exchange = self._exchange
        if exchange is None or not exchange.serves(asyncio.get_running_loop()):
            exchange = self._opened()
        if self._closed:
            raise closed()
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = await exchange.send(operation)
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
        """Close the connections; the client can't be used any more."""
        self._closed = True
        if self._exchange:
            await self._exchange.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _opened(self) -> AsyncExchange:
        from dgbot.deepgram.exchange import AsyncExchange

        self._exchange = AsyncExchange(self._account, self._timeout, client=self._client, transport=self._transport)
        return self._exchange


def _seconds(timeout: object) -> float:
    if isinstance(timeout, int | float) and not isinstance(timeout, bool) and 0 < timeout < math.inf:
        return float(timeout)
    raise DeepgramOptionsError(f"timeout: {timeout!r} is not a number of seconds above 0.")


def _count(retries: object) -> int:
    if isinstance(retries, int) and not isinstance(retries, bool) and retries >= 0:
        return retries
    raise DeepgramOptionsError(f"retries: {retries!r} is not a whole number of 0 or more.")


def _check_one(client: object, transport: object) -> None:
    if client is not None and transport is not None:
        raise DeepgramOptionsError("Give an httpx client or a transport, not both; a client has one of its own.")
