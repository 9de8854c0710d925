"""Who is compared: for each peer a client that is opened once, and the same three calls on it.

Each call returns the list that it read, so that a peer which reads nothing is noticed. deepgram-sdk 4 is not asked for
10,000 usage requests, which it reads in seconds. Packages are imported where they are used: no environment has all.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sized
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from importlib import import_module
from typing import Any

from benchmarks.clients.bodies import PROJECT

KEY = "benchmark-key-of-forty-characters-000000"
LIMIT = 1000  # the most that may be asked for; the canned answer has more
PATHS = {name: f"/v1/projects/{PROJECT}/{name}" for name in ("balances", "keys")}
PATHS["requests"] = f"/v1/projects/{PROJECT}/requests?limit={LIMIT}"

Calls = dict[str, Callable[[], Sized]]
AsyncCalls = dict[str, Callable[[], Awaitable[Sized]]]


@contextmanager
def _ours(origin: str) -> Iterator[Calls]:
    from dgbot.deepgram import ManageClient

    with ManageClient(KEY, base_url=origin) as client:
        yield {
            "balances": lambda: client.get_balances(PROJECT).balances,
            "keys": lambda: client.get_keys(PROJECT).api_keys,
            "requests": lambda: client.get_usage_requests(PROJECT, limit=LIMIT).requests,
        }


@contextmanager
def _httpx(origin: str) -> Iterator[Calls]:
    import httpx

    def listed(name: str) -> Sized:
        response = client.get(PATHS[name])
        response.raise_for_status()
        return _listed(name, response.content)

    with httpx.Client(base_url=origin, headers=_headers()) as client:
        yield {name: lambda name=name: listed(name) for name in PATHS}  # type: ignore[misc]


@contextmanager
def _sdk7(origin: str) -> Iterator[Calls]:
    projects = (
        import_module("deepgram").DeepgramClient(api_key=KEY, environment=_environment(origin)).manage.v1.projects
    )
    yield {
        "balances": lambda: projects.billing.balances.list(PROJECT).balances,
        "keys": lambda: projects.keys.list(PROJECT).api_keys,
        "requests": lambda: projects.requests.list(PROJECT, limit=LIMIT).requests,
    }


@contextmanager
def _sdk4(origin: str) -> Iterator[Calls]:
    deepgram = import_module("deepgram")
    manage = deepgram.DeepgramClient(KEY, deepgram.DeepgramClientOptions(url=origin)).manage.v("1")
    yield {
        "balances": lambda: manage.get_balances(PROJECT).balances,
        "keys": lambda: manage.get_keys(PROJECT).api_keys,
    }


@asynccontextmanager
async def _ours_awaited(origin: str) -> AsyncIterator[AsyncCalls]:
    from dgbot.deepgram import AsyncManageClient

    async with AsyncManageClient(KEY, base_url=origin) as client:

        async def balances() -> Sized:
            return (await client.get_balances(PROJECT)).balances

        async def keys() -> Sized:
            return (await client.get_keys(PROJECT)).api_keys

        async def requests() -> Sized:
            return (await client.get_usage_requests(PROJECT, limit=LIMIT)).requests

        yield {"balances": balances, "keys": keys, "requests": requests}


@asynccontextmanager
async def _httpx_awaited(origin: str, transport: Any = None) -> AsyncIterator[AsyncCalls]:
    import httpx

    async def listed(name: str) -> Sized:
        response = await client.get(PATHS[name])
        response.raise_for_status()
        return _listed(name, response.content)

    async with httpx.AsyncClient(base_url=origin, headers=_headers(), transport=transport) as client:
        yield {name: lambda name=name: listed(name) for name in PATHS}  # type: ignore[misc]


@asynccontextmanager
async def _httpx_over_aiohttp(origin: str) -> AsyncIterator[AsyncCalls]:
    from httpx_aiohttp import AiohttpTransport

    async with _httpx_awaited(origin, AiohttpTransport()) as calls:
        yield calls


@asynccontextmanager
async def _sdk7_awaited(origin: str) -> AsyncIterator[AsyncCalls]:
    client = import_module("deepgram").AsyncDeepgramClient(api_key=KEY, environment=_environment(origin))
    projects = client.manage.v1.projects

    async def balances() -> Any:
        return (await projects.billing.balances.list(PROJECT)).balances

    async def keys() -> Any:
        return (await projects.keys.list(PROJECT)).api_keys

    async def requests() -> Any:
        return (await projects.requests.list(PROJECT, limit=LIMIT)).requests

    yield {"balances": balances, "keys": keys, "requests": requests}


@asynccontextmanager
async def _sdk4_awaited(origin: str) -> AsyncIterator[AsyncCalls]:
    deepgram = import_module("deepgram")
    manage = deepgram.DeepgramClient(KEY, deepgram.DeepgramClientOptions(url=origin)).asyncmanage.v("1")

    async def balances() -> Any:
        return (await manage.get_balances(PROJECT)).balances

    async def keys() -> Any:
        return (await manage.get_keys(PROJECT)).api_keys

    yield {"balances": balances, "keys": keys}


BLOCKING: dict[str, Callable[[str], AbstractContextManager[Calls]]] = {
    "ours": _ours,
    "httpx": _httpx,
    "sdk7": _sdk7,
    "sdk4": _sdk4,
}
AWAITED: dict[str, Callable[[str], AbstractAsyncContextManager[AsyncCalls]]] = {
    "ours": _ours_awaited,
    "httpx": _httpx_awaited,
    "httpx-sniffio": _httpx_awaited,
    "httpx-aiohttp": _httpx_over_aiohttp,
    "sdk7": _sdk7_awaited,
    "sdk4": _sdk4_awaited,
}


def _headers() -> dict[str, str]:
    return {"Authorization": f"Token {KEY}"}


def _listed(name: str, content: bytes) -> Sized:
    found: Sized = json.loads(content)["api_keys" if name == "keys" else name]
    return found


def _environment(origin: str) -> Any:
    named = import_module("deepgram.environment").DeepgramClientEnvironment
    return named(base=origin, production=origin, agent=origin, agent_rest=origin)
