"""One request out, one answer in.

Reading goes over connections that are kept. Whatever changes something gets a connection of its own: a kept one may be
closed by the server in the same moment, which would leave open what happened, or hold what is left of another answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import httpx

from dgbot.deepgram.account import Account
from dgbot.deepgram.errors import DeepgramError
from dgbot.deepgram.exchange.connections import async_transport, blocking_transport, deadline
from dgbot.deepgram.exchange.envelope import Body, Envelope
from dgbot.deepgram.failures import too_slow
from dgbot.deepgram.operation import Operation

T = TypeVar("T")


class Exchange:
    """Sends operations one at a time, blocking, each within *timeout* seconds; a given *client* is not closed."""

    def __init__(
        self, account: Account, timeout: float, *, client: httpx.Client | None, transport: httpx.BaseTransport | None
    ) -> None:
        self._envelope = Envelope(account, timeout)
        self._client = client
        self._own: tuple[httpx.BaseTransport, ...] = ()
        self._read: Callable[[httpx.Request], httpx.Response]
        self._write: Callable[[httpx.Request], httpx.Response]
        if client is not None:
            self._read = self._write = partial(client.send, stream=True, auth=None, follow_redirects=False)
        else:  # straight to the transport: a client around it would cost a third of a call
            reading = transport or blocking_transport(account, kept=True)
            writing = transport or blocking_transport(account, kept=False)
            self._own = tuple({reading, writing})
            self._read, self._write = reading.handle_request, writing.handle_request

    def send(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once; the frames that saw keys and bytes are gone when this one raises."""
        request = self._envelope.request(operation)
        try:
            return self._send(operation, request)
        except BaseException as error:
            failure = self._envelope.failure(operation, request, error, self._client)
        del request
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    def close(self) -> None:
        """Close the connections."""
        for transport in self._own:
            transport.close()

    def _send(self, operation: Operation[T], request: httpx.Request) -> T | DeepgramError:
        timeout = self._envelope.timeout
        ends = time.monotonic() + timeout
        with deadline(ends):
            response = (self._read if operation.method == "GET" else self._write)(request)
            body = Body(response)
            try:
                for chunk in (response.content,) if response.is_stream_consumed else response.iter_raw():
                    body.add(chunk)
                    if body.problem:
                        break
                    if time.monotonic() > ends:
                        return too_slow(operation, timeout)
            finally:
                response.close()
        return self._envelope.read(operation, response, body)


class AsyncExchange:
    """Sends operations on one event loop, each within *timeout* seconds; a given *client* is not closed.

    Its connections are closed with that loop at the latest.
    """

    def __init__(
        self,
        account: Account,
        timeout: float,
        *,
        client: httpx.AsyncClient | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._envelope = Envelope(account, timeout)
        self._client = client
        self._own: tuple[httpx.AsyncBaseTransport, ...] = ()
        self._keeper: AsyncIterator[None] | None = None
        self._read: Callable[[httpx.Request], Awaitable[httpx.Response]]
        self._write: Callable[[httpx.Request], Awaitable[httpx.Response]]
        if client is not None:
            self._read = self._write = partial(client.send, stream=True, auth=None, follow_redirects=False)
        else:
            reading = transport or async_transport(account, kept=True)
            writing = transport or async_transport(account, kept=False)
            self._own = tuple({reading, writing})
            self._read, self._write = reading.handle_async_request, writing.handle_async_request

    async def send(self, operation: Operation[T]) -> T | DeepgramError:
        """Send *operation* once, within the timeout from connecting to the answer's last byte."""
        if self._own and self._keeper is None:
            self._keeper = _kept(self._own)
            await anext(self._keeper)
        request = self._envelope.request(operation)
        try:
            async with asyncio.timeout(self._envelope.timeout):
                return await self._send(operation, request)
        except BaseException as error:
            failure = self._envelope.failure(operation, request, error, self._client)
        del request
        if isinstance(failure, DeepgramError):
            return failure
        raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self._own:
            await transport.aclose()

    async def _send(self, operation: Operation[T], request: httpx.Request) -> T | DeepgramError:
        response = await (self._read if operation.method == "GET" else self._write)(request)
        body = Body(response)
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
        return self._envelope.read(operation, response, body)


async def _kept(transports: tuple[httpx.AsyncBaseTransport, ...]) -> AsyncIterator[None]:
    """Hold *transports* open; an event loop that ends closes such generators, and with this one the connections."""
    try:
        yield
    finally:
        for transport in transports:
            with suppress(Exception):
                await transport.aclose()
