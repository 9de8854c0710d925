"""The clients: where a caller starts, and how often a call is tried."""

from __future__ import annotations

import asyncio
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
from dgbot.deepgram.options.checks import brief
from dgbot.deepgram.retry import pause_before_retry, settled
from dgbot.deepgram.secret import Secret, hidden

if TYPE_CHECKING:
    import httpx

    from dgbot.deepgram.exchange import AsyncExchange, Exchange

T = TypeVar("T")

TIMEOUT = 30.0
LONGEST_TIMEOUT = 86_400.0
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
        api_key = hidden(api_key)
        self.manage = ManageClient(api_key, **settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.manage.host})"

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


class _Client:
    _account: Account

    @property
    def host(self) -> str:
        """The host that is called."""
        return self._account.host

    def __repr__(self) -> str:
        made = "_account" in vars(self)  # a debugger may ask for one that was refused
        return f"{type(self).__name__}({self.host if made else ''})"


class ManageClient(_Client, ManageEndpoints, SyncSession):
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
        api_key = hidden(api_key)
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout, self._retries = _seconds(timeout), _count(retries)
        _check_one(httpx_client, transport)
        self._client, self._transport = httpx_client, transport
        self._sleep, self._random = sleep, random
        self._exchange: Exchange | None = None
        self._process = 0
        self._lock = threading.Lock()
        self._closed = False
        self.asyncmanage = AsyncManageClient(
            self._account.api_key,
            base_url=self._account.base_url,
            timeout=timeout,
            retries=retries,
            httpx_client=async_httpx_client,
            transport=async_transport,
            sleep=async_sleep,
            random=random,
        )

    def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        exchange = self._exchange if self._process == os.getpid() else None
        exchange = exchange or self._opened()
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = closed()
            if not self._closed:
                outcome = exchange.send(operation)
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
            if self._exchange is None or self._process != os.getpid():  # connections are not shared with a fork
                self._exchange = Exchange(self._account, self._timeout, client=self._client, transport=self._transport)
                self._process = os.getpid()
            return self._exchange


class AsyncManageClient(_Client, ManageEndpoints, AsyncSession):
    """Every management call, awaited, in any event loop, each with connections of its own.

    Arguments as for ManageClient, but *httpx_client*, *transport* and *sleep* are async ones.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        httpx_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        api_key = hidden(api_key)
        self._account = Account.of(api_key, base_url, os.environ)
        self._timeout, self._retries = _seconds(timeout), _count(retries)
        _check_one(httpx_client, transport)
        self._client, self._transport = httpx_client, transport
        self._sleep, self._random = sleep, random
        self._exchanges: dict[asyncio.AbstractEventLoop, AsyncExchange] = {}
        self._lock = threading.Lock()
        self._closed = False

    async def perform(self, operation: Operation[T]) -> T:
        """Send one operation and return what its answer carries; raises DeepgramError."""
        loop = asyncio.get_running_loop()
        exchange = self._exchanges.get(loop) or self._opened(loop)
        earlier: list[DeepgramError] = []
        while True:
            outcome: T | DeepgramError = closed()
            if not self._closed:
                outcome = await exchange.send(operation)
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
        exchange = self._exchanges.pop(asyncio.get_running_loop(), None)
        if exchange:
            await exchange.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _opened(self, loop: asyncio.AbstractEventLoop) -> AsyncExchange:
        from dgbot.deepgram.exchange import AsyncExchange

        exchange = AsyncExchange(self._account, self._timeout, client=self._client, transport=self._transport)
        with self._lock:
            self._exchanges = {other: kept for other, kept in self._exchanges.items() if not other.is_closed()}
            return self._exchanges.setdefault(loop, exchange)


def _seconds(timeout: object) -> float:
    if isinstance(timeout, int | float) and not isinstance(timeout, bool) and 0 < timeout <= LONGEST_TIMEOUT:
        return float(timeout)
    raise DeepgramOptionsError(f"timeout: {brief(timeout)} is not a number of seconds above 0, up to a day.")


def _count(retries: object) -> int:
    if isinstance(retries, int) and not isinstance(retries, bool) and 0 <= retries <= 1000:
        return retries
    raise DeepgramOptionsError(f"retries: {brief(retries)} is not a whole number of 0 or more, up to 1000.")


def _check_one(client: object, transport: object) -> None:
    if client is not None and transport is not None:
        raise DeepgramOptionsError("Give an httpx client or a transport, not both; a client has one of its own.")
