"""The edge of the local Deepgram: what arrives is delayed, failed, performed, written down and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from types import MappingProxyType
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dgbot.sandbox.deepgram import sheet, wire
from dgbot.sandbox.deepgram.call import Call
from dgbot.sandbox.deepgram.faults import DROP, Faults, Seen
from dgbot.sandbox.deepgram.world import Key, Project, World


class Edge:
    """The ASGI application; it has to be served by uvicorn if connections are to be dropped."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        now: Callable[[], datetime],
        shapes: wire.Shapes,
        random: Random,
    ) -> None:
        self.seen: list[Seen] = []
        self.pending: list[tuple[str, str]] = []
        self._world = world
        self._faults = faults
        self._now = now
        self._shapes: wire.Shapes = shapes
        self._random = random

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything else that ASGI speaks of is ignored."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        raw = await request.body()
        method, path, arrived = request.method, scope["path"], self._now()
        query = MappingProxyType({name: tuple(request.query_params.getlist(name)) for name in request.query_params})
        body = wire.read_body(raw)

        self.pending.append((method, path))
        try:
            await asyncio.sleep(self._faults.pause(path))
        finally:
            self.pending.remove((method, path))
        status, caller = self._faults.failure(method, path), None
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        if status is None:
            lost = self._faults.loses(method, path)
            caller, answer = self._perform(request, path, query, raw, body, request_id)
        else:
            lost = status == DROP
            answer = wire.refusal(wire.staged(status), request_id)
        self.seen.append(
            Seen(
                method=method,
                path=path,
                query=query,
                body=body,
                api_key_id=caller,
                status=DROP if status == DROP else answer.status,
                arrived=arrived,
                answered=None if lost else self._now(),
            ),
        )
        if lost:
            await _drop(receive)
        else:
            response = Response(answer.body, answer.status, dict(answer.headers), answer.media_type)
            await response(scope, receive, send)

    def _perform(
        self,
        request: Request,
        path: str,
        query: Mapping[str, tuple[str, ...]],
        raw: bytes,
        body: object,
        request_id: str,
    ) -> tuple[str | None, wire.Answer]:
        caller: str | None = None
        try:
            now = self._now()
            own, key = self._authenticate(request.headers.get("authorization"), now)
            caller = key.api_key_id
            operation, parts = sheet.find(request.method, path)
            if parts.get("project", own.project_id) != own.project_id:
                raise wire.unknown("project")
            call = Call(self._world, own, key, now, self._shapes, parts, query, raw, body)
            call.need(*operation.needs)
            return caller, wire.answer(operation.answer(call), request_id)
        except wire.Refused as refused:
            return caller, wire.refusal(refused, request_id)

    def _authenticate(self, header: str | None, now: datetime) -> tuple[Project, Key]:
        scheme, _, secret = (header or "").partition(" ")
        if scheme.lower() != "token" or not secret:
            raise wire.legacy(401, "INVALID_AUTH", "Invalid credentials.")
        holder = self._world.holder(secret, now)
        if holder is None:
            raise wire.modern(
                403,
                "UNAUTHORIZED",
                "Authentication failed.",
                "Check that you are using the correct credentials.",
            )
        return holder


async def _drop(receive: Receive) -> None:
    """Cut the connection: ASGI has no word for it, but uvicorn's *receive* knows its transport."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise TypeError("A connection can be dropped only when uvicorn serves the local Deepgram.")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
