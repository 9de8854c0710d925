"""A Deepgram of canned answers, in a process of its own: ``python -m benchmarks.clients.canned LATENCY``.

Answers each GET by the last segment of its path, over kept-alive connections, at once or after a latency.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.clients.bodies import LENGTHS, body


@contextmanager
def deepgram(latency: float = 0.0) -> Iterator[str]:
    """Serve from another process and yield the origin; *latency* is the seconds from a request to its answer."""
    command = [sys.executable, "-m", "benchmarks.clients.canned", str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate(timeout=20)


async def main(latency: float) -> None:
    """Serve on a free port of loopback, print the origin, and wait for the end of stdin."""
    answers = {name.encode(): _answer(body(name)) for name in LENGTHS}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers, latency), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def _answer(content: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndg-project-id: p\r\n"
        "dg-request-id: 8a165c4e-0000-4000-8000-000000000000\r\nvary: origin, accept-encoding\r\n"
        f"date: Mon, 15 Jan 2024 09:30:00 GMT\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class _Connection(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes], latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, received: bytes) -> None:
        self._unread += received
        while b"\r\n\r\n" in self._unread:
            head, _, self._unread = self._unread.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            answer = self._answers[path.rpartition(b"/")[2]]
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
