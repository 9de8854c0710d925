"""A server that answers, or fails to, exactly as told, and both clients in front of it."""

import asyncio
import json
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest

from dgbot.deepgram import AsyncManageClient, ManageClient


@dataclass
class Seen:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query as names and values; the two transports quote differently."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


@dataclass
class Loopback:
    """Performs *script* one step a request, the last step for ever."""

    script: list[tuple[bytes, str | None]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def answers(self, body, status=200, **headers):
        """Add an answer: JSON, or text or bytes as they are; header names with _ for -."""
        raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(raw)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.sends("\r\n".join(lines).encode() + b"\r\n\r\n" + raw)

    def sends(self, raw, then=None):
        """Add raw bytes: then keep the connection, or *then* "close", "reset" or "stall"."""
        self.script.append((raw, then))
        return self

    def stop(self):
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for open_socket in self._sockets:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self):
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection):
        with connection, suppress(OSError, ValueError), connection.makefile("rb") as reader:
            while line := reader.readline():
                method, target, _ = line.decode().split(" ", 2)
                headers = {}
                while line := reader.readline().decode().strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                body = reader.read(int(headers.get("content-length", 0)))
                self.seen.append(Seen(method, target, headers, body))
                raw, then = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                connection.sendall(raw)
                if then == "stall":
                    self._over.wait(5)
                if then == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if then:
                    reader.close()
                    return


@pytest.fixture
def loopback():
    server = Loopback()
    yield server
    server.stop()


@dataclass
class Caller:
    """One of the two clients, called alike; *pauses* are the waits before retries, not waited for."""

    kind: str
    pauses: list[float] = field(default_factory=list)

    async def __call__(self, url, method, *args, api_key="the-bots-own-key", timeout=5.0, retries=0, **kwargs):  # noqa: ASYNC109
        settings = {"base_url": url, "timeout": timeout, "retries": retries, "random": lambda: 0.0}
        if self.kind == "sync":
            with ManageClient(api_key, sleep=self.pauses.append, **settings) as client:
                return await asyncio.to_thread(getattr(client, method), *args, **kwargs)

        async def pause(seconds):
            self.pauses.append(seconds)

        async with AsyncManageClient(api_key, sleep=pause, **settings) as twin:
            return await getattr(twin, method)(*args, **kwargs)


@pytest.fixture(params=["sync", "async"])
def call(request):
    return Caller(request.param)
