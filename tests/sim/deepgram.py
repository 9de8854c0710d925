"""The way to Deepgram: the real client here, the local Deepgram there, and in between what can go wrong."""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from dgbot.sandbox.deepgram import LocalDeepgram
from tests.sim.chance import Chance
from tests.sim.loop import Life, VirtualLoop

LATEST = 900.0
"""Seconds after which a request that got lost is carried out at the latest."""
LAG = 60.0


@dataclass(frozen=True)
class Reply:
    """What comes back."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Deepgram:
    """The other side; *changed* hears of every key that came or went."""

    def __init__(
        self, local: LocalDeepgram, loop: VirtualLoop, chance: Chance, *, changed: Callable[[set[str], set[str]], None]
    ) -> None:
        self.local, self.chance = local, chance
        self._loop, self._changed = loop, changed
        self._lists: list[tuple[float, Reply]] = []

    def later(self, seconds: float, request: httpx.Request, back: asyncio.Future[Reply]) -> None:
        """Carry *request* out after *seconds*, whatever becomes of whoever sent it."""

        def begin() -> None:
            self._loop.create_task(self._perform(request, back), context=contextvars.Context())

        self._loop.call_later(seconds, begin, context=contextvars.Context())

    async def _perform(self, request: httpx.Request, back: asyncio.Future[Reply]) -> None:
        before = set(self.local.production.keys)
        started: dict[str, Any] = {}
        body = bytearray()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.content, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            else:
                body.extend(message.get("body", b""))

        url = request.url
        scope = {
            "type": "http", "method": request.method, "path": url.path, "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query, "headers": [(k.lower(), v) for k, v in request.headers.raw],
        }  # fmt: skip
        await self.local.app(scope, receive, send)
        after = set(self.local.production.keys)
        if after != before:
            self._changed(after - before, before - after)
        reply = Reply(started["status"], bytes(body), tuple(started["headers"]))
        if request.method == "GET" and url.path.endswith("/keys"):
            self._lists = [kept for kept in self._lists if kept[0] > self._loop.time() - LAG]
            self._lists.append((self._loop.time(), reply))
        if not back.done():
            back.set_result(reply)

    def lagging(self, reply: Reply) -> Reply:
        """Return a list as it was up to a minute ago."""
        return self.chance.random.choice(self._lists)[1] if self._lists else reply

    def partial(self, reply: Reply) -> Reply:
        """Return a list without some of its keys."""
        told = json.loads(reply.body)
        told["api_keys"] = [one for one in told.get("api_keys", ()) if self.chance.random.random() < 0.5]
        return replace(reply, body=json.dumps(told).encode())


class Wire(httpx.AsyncBaseTransport):
    """One process's way to Deepgram."""

    def __init__(
        self, far: Deepgram, life: Life, loop: VirtualLoop, *, risk: Callable[[], Any], told: Callable[[str], None]
    ) -> None:
        self._far, self._life, self._loop = far, life, loop
        self._risk, self._told = risk, told

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._risk()
        chance, fault = self._far.chance, self._far.chance.of(*_places(request))
        what = f"{request.method} {request.url.path.rpartition('/v1/')[2]}"
        self._told(f"deepgram {what}: {fault}")
        reply = await self._answered(request, fault)
        await self._risk()
        self._told(f"deepgram {what}: {fault} -> {reply.status}")
        del chance
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)

    async def _answered(self, request: httpx.Request, fault: str) -> Reply:
        seconds = self._far.chance.seconds
        if fault == "unsent":
            await asyncio.sleep(seconds(0.01, 5))
            raise httpx.ConnectError("no connection")
        if fault in {"400", "401", "429", "503"}:
            await asyncio.sleep(seconds(0.05, 2))
            return _refusal(int(fault))
        if fault == "reset":
            await asyncio.sleep(seconds(0.05, 2))
            raise httpx.ReadError("reset")
        back: asyncio.Future[Reply] = self._loop.create_future()
        if fault == "late":
            self._far.later(seconds(0.1, LATEST), request, back)
            await self._loop.create_future()  # nobody answers; the client's own patience ends it
        self._far.later(seconds(1, 40) if fault == "slow" else seconds(0.02, 0.4), _meddled(request, fault), back)
        reply = await back
        await asyncio.sleep(seconds(0.02, 0.4))
        if fault == "reset after":
            raise httpx.ReadError("reset")
        if fault.endswith(" after"):
            return _refusal(int(fault.split()[0]))
        return self._spoiled(reply, fault)

    def _spoiled(self, reply: Reply, fault: str) -> Reply:
        if fault == "truncated":
            return replace(reply, body=reply.body[: len(reply.body) // 2], headers=())
        if fault == "html":
            return Reply(200, b"<html>Bad gateway</html>", ((b"content-type", b"text/html"),))
        if reply.status != 200:
            return reply
        if fault == "lagging":
            return self._far.lagging(reply)
        if fault == "partial":
            return self._far.partial(reply)
        if fault in {"undescribed", "keyless"}:
            left_out = {"key"} if fault == "keyless" else {"scopes", "expiration_date"}
            told = {name: value for name, value in json.loads(reply.body).items() if name not in left_out}
            return replace(reply, body=json.dumps(told).encode(), headers=())
        return reply


def _places(request: httpx.Request) -> tuple[str, ...]:
    if request.method == "POST":
        return "always", "creating"
    if request.method == "DELETE":
        return "always", "deleting"
    return ("always", "listing") if request.url.path.endswith("/keys") else ("always",)


def _meddled(request: httpx.Request, fault: str) -> httpx.Request:
    """Return the request as a Deepgram that gives more than it is asked for would understand it."""
    if fault not in {"wider", "longer"}:
        return request
    asked = json.loads(request.content)
    if fault == "wider":
        asked["scopes"] = [*asked["scopes"], "admin"]
    else:
        asked["time_to_live_in_seconds"] *= 3
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return httpx.Request(request.method, request.url, headers=headers, json=asked)


def _refusal(status: int) -> Reply:
    headers = ((b"retry-after", b"2"),) if status == 429 else ()
    told = {"category": "TROUBLE", "message": "Bad day.", "details": "Made up.", "request_id": "r"}
    return Reply(status, json.dumps(told).encode(), ((b"content-type", b"application/json"), *headers))
