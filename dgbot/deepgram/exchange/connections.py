"""How Deepgram is reached: the transports below both exchanges, and the deadline that holds for a blocking call."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from dgbot.deepgram.account import Account
from dgbot.deepgram.errors import DeepgramOptionsError

CONNECTIONS = 100
IDLE_SECONDS = 15.0  # shorter than common servers', so that a call seldom meets a connection just closed

_thread = threading.local()


def blocking_transport(account: Account, *, kept: bool) -> httpx.BaseTransport:
    """Httpx's own transport; its connections are *kept* for the next request, or serve one."""
    limits = httpx.Limits(
        max_connections=CONNECTIONS,
        max_keepalive_connections=CONNECTIONS if kept else 0,
        keepalive_expiry=IDLE_SECONDS,
    )
    transport = httpx.HTTPTransport(verify=_tls(account), trust_env=False, limits=limits)
    transport._pool._network_backend = _Punctual()  # there is no public way in
    return transport


def async_transport(account: Account, *, kept: bool) -> httpx.AsyncBaseTransport:
    """Aiohttp's connections below httpx: a fraction of the CPU of httpx's own pool, the more calls are in flight."""
    import aiohttp
    from httpx_aiohttp import AiohttpTransport

    tls = _tls(account)

    def session() -> aiohttp.ClientSession:
        reuse: dict[str, Any] = {"keepalive_timeout": IDLE_SECONDS} if kept else {"force_close": True}
        connector = aiohttp.TCPConnector(ssl=tls, limit=CONNECTIONS, **reuse)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        made._retry_connection = False  # else aiohttp sends a GET, PUT or DELETE twice without telling
        return made

    return AiohttpTransport(client=session, verify=tls, trust_env=False)


@contextmanager
def deadline(moment: float) -> Iterator[None]:
    """Let no read or write of this thread wait beyond *moment* (monotonic); httpx limits each by itself alone."""
    _thread.ends = moment
    try:
        yield
    finally:
        _thread.ends = None


def _left(timeout: float | None) -> float | None:
    ends: float | None = getattr(_thread, "ends", None)
    if ends is None:
        return timeout
    left = max(0.001, ends - time.monotonic())
    return left if timeout is None else min(timeout, left)


class _Punctual(httpcore.SyncBackend):
    """Opens sockets that keep the thread's deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, in the time that is left."""
        return _Stream(super().connect_tcp(host, port, _left(timeout), local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, in the time that is left."""
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, in the time that is left."""
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands, in the time that is left."""
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """What the socket tells of itself."""
        return self._stream.get_extra_info(info)


def _tls(account: Account) -> ssl.SSLContext:
    """Who is trusted: SSL_CERT_FILE or SSL_CERT_DIR, else certifi; on loopback without TLS nobody, which is faster."""
    if account.plain:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError:
        pass
    raise DeepgramOptionsError("The file or directory that SSL_CERT_FILE or SSL_CERT_DIR names can't be read.")
