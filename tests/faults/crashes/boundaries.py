"""Where a crash can matter: just before and just after everything that the bot does to the world."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx

T = TypeVar("T")

LOOKS = frozenset(
    {
        "store.in_hand", "store.next_due", "store.standing", "store.request", "store.overdue_requests",
        "store.doubtful_requests", "store.ended_requests", "store.rules", "store.due_rules", "store.backlog",
        "store.rule", "store.instances", "store.instance_of", "store.unwell", "store.troubles", "store.bulletins",
        "store.chronicle", "store.silences", "store.unheard", "store.incident_history", "store.readings",
        "store.requests_to_remind", "store.digests", "store.digest_posted", "store.waiting_requests",
        "store.granted_requests", "store.requests_among", "store.due", "store.take_over", "store.prune",
        "slack users.info", "slack usergroups.users.list", "slack conversations.open",
    }
)  # fmt: skip
"""What leaves the world as it was, but for claims that end with whoever has them."""


def makes_a_new_world(name: str) -> bool:
    """Whether a bot that dies at the boundary *name* leaves another world than one that dies at the boundary before.

    Between one effect and the next only memory changes, which dies with the bot.
    """
    when, _, effect = name.partition(" ")
    return when == "after" and effect not in LOOKS and not effect.startswith("deepgram GET")


class Boundaries:
    """Counts the boundaries that this process comes to, and ends it with SIGKILL at number *crash_at*.

    One effect at a time: what would overlap waits for its turn, so the same story comes to the same boundaries in the
    same order. *last_words* is told the number and the name of the one at which the process ends.
    """

    def __init__(self, crash_at: int, last_words: Callable[[int, str], None]) -> None:
        self.names: list[str] = []
        self._crash_at = crash_at
        self._last_words = last_words
        self._turn = asyncio.Lock()

    @property
    def under_way(self) -> bool:
        """Whether an effect is being carried out."""
        return self._turn.locked()

    @asynccontextmanager
    async def around(self, name: str) -> AsyncIterator[None]:
        """Come to the boundary before the effect *name*, and to the one after it if it did not fail."""
        async with self._turn:
            self._reach(f"before {name}")
            yield
            self._reach(f"after {name}")

    def _reach(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self._crash_at:
            self._last_words(self._crash_at, name)
            _die()


def _die() -> NoReturn:
    while True:
        os.kill(os.getpid(), signal.SIGKILL)


class CountedStore:
    """A store whose every method is an effect."""

    def __init__(self, store: Any, boundaries: Boundaries) -> None:
        self._store = store
        self._boundaries = boundaries

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._store, name)

        async def counted(*given: Any, **named: Any) -> Any:
            async with self._boundaries.around(f"store.{name}"):
                return await method(*given, **named)

        return counted


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loading the world's certificates takes longer than a life, and nothing here is encrypted."""


class CountedTransport(httpx.AsyncBaseTransport):
    """What the manage client sends with: a call ends when the whole answer is here."""

    def __init__(self, boundaries: Boundaries) -> None:
        self._boundaries = boundaries
        self._inner = httpx.AsyncHTTPTransport(verify=_NO_TLS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._boundaries.around(f"deepgram {request.method} {_kind(request.url.path)}"):
            answer = await self._inner.handle_async_request(request)
            content = await answer.aread()
            await answer.aclose()
            return httpx.Response(
                answer.status_code,
                headers=answer.headers,
                stream=httpx.ByteStream(content),
                extensions=answer.extensions,
            )

    async def aclose(self) -> None:
        await self._inner.aclose()


class CountedSession:
    """What Slack's clients send with, in the place of their aiohttp session."""

    def __init__(self, session: aiohttp.ClientSession, boundaries: Boundaries) -> None:
        self._session = session
        self._boundaries = boundaries

    @property
    def closed(self) -> bool:
        return self._session.closed

    @asynccontextmanager
    async def request(self, method: str, url: str, **more: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        path = urlsplit(url).path
        name = "response_url" if path.startswith("/response/") else path.rpartition("/")[2]
        async with self._boundaries.around(f"slack {name}"):
            async with self._session.request(method, url, **more) as answer:
                await answer.read()
            yield answer


def _kind(path: str) -> str:
    """Return what a path of Deepgram's leads to, without the ids."""
    return "/".join(part for part in path.split("/") if part and part != "v1" and "-" not in part)
