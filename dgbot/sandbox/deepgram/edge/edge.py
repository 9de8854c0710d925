"""The edge of the local Deepgram: what arrives is delayed, failed, performed, written down and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from uuid import UUID

from starlette.types import Receive, Scope, Send

from dgbot.sandbox.deepgram.api import sheet
from dgbot.sandbox.deepgram.api.call import Call
from dgbot.sandbox.deepgram.edge.answers import Answer, failure, instead, refusal, result
from dgbot.sandbox.deepgram.edge.arrival import LARGEST_BODY, Arrival, arriving
from dgbot.sandbox.deepgram.edge.departure import cut, send_half, send_whole
from dgbot.sandbox.deepgram.edge.faults import Body, Drop, Faults, Reset, Status, Strike, Truncate
from dgbot.sandbox.deepgram.edge.ledger import Seen
from dgbot.sandbox.deepgram.refusals import Refused, legacy, modern, unknown
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.world import Pass, World

DROPPED = 0  # the "status" of a call that was dropped undone
_REMEMBERED = 10_000


class Edge:
    """The API as an ASGI application; it has to be served by uvicorn if connections are to be cut."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        now: Callable[[], datetime],
        random: Random,
        *,
        wire: Wire,
        lenient: bool,
    ) -> None:
        self.seen: list[Seen] = []
        """The newest 10000 calls."""
        self.pending: list[tuple[str, str]] = []
        self._world = world
        self._faults = faults
        self._now = now
        self._random = random
        self._wire: Wire = wire
        self._lenient = lenient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything else that ASGI speaks of is ignored."""
        if scope["type"] != "http":
            return
        arrival = await arriving(scope, receive)
        if arrival is None:
            return
        arrived = self._now()
        await self._wait(arrival)
        strike = self._faults.strike(arrival.method, arrival.path)
        caller, answer = self._answer(arrival, strike)
        self._write_down(arrival, arrived, caller, answer, strike)
        if isinstance(strike, Drop | Reset):
            await cut(receive, reset=isinstance(strike, Reset))
        elif isinstance(strike, Truncate):
            await send_half(answer, receive, send)
        else:
            await send_whole(answer, send)

    async def _wait(self, arrival: Arrival) -> None:
        waiting = (arrival.method, arrival.path)
        self.pending.append(waiting)
        try:
            await asyncio.sleep(self._faults.pause(*waiting))
        finally:
            self.pending.remove(waiting)

    def _answer(self, arrival: Arrival, strike: Strike | None) -> tuple[str | None, Answer]:
        """Whose call it is and what is answered, which a fault may put in the place of what was done."""
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        caller: str | None = None
        answer = Answer(DROPPED, b"")
        if not (isinstance(strike, Drop) or (isinstance(strike, Status | Body) and not strike.done)):
            caller, answer = self._perform(arrival, request_id)
        if isinstance(strike, Status):
            after = None if strike.retry_after is None else str(strike.retry_after)
            answer = failure(strike.status, strike.form, after, request_id)
        elif isinstance(strike, Body):
            answer = instead(strike.body, request_id)
        return caller, answer

    def _write_down(
        self, arrival: Arrival, arrived: datetime, caller: str | None, answer: Answer, strike: Strike | None
    ) -> None:
        self.seen.append(
            Seen(
                method=arrival.method,
                path=arrival.path,
                query=arrival.query,
                body=arrival.body,
                api_key_id=caller,
                status=answer.status,
                arrived=arrived,
                answered=None if isinstance(strike, Drop | Reset | Truncate) else self._now(),
            ),
        )
        del self.seen[:-_REMEMBERED]

    def _perform(self, arrival: Arrival, request_id: str) -> tuple[str | None, Answer]:
        caller: str | None = None
        try:
            now = self._now()
            sees = self._authenticate(arrival.headers.get("authorization"), now)
            caller = sees[0].key.api_key_id
            target = sheet.published(arrival.target) if self._wire == "legacy" else arrival.target
            operation, parts = sheet.find(arrival.method, target)
            _check_body(arrival, self._wire)
            opened = _opened(sees, parts)
            call = Call(
                world=self._world,
                opened=opened,
                sees=sees,
                now=now,
                wire=self._wire,
                parts=parts,
                query=arrival.query,
                raw=arrival.raw,
                body=arrival.body,
                lenient=self._lenient,
            )
            call.need(*operation.needs)
            return caller, result(operation.answer(call), request_id)
        except Refused as refused:
            return caller, refusal(refused, request_id)

    def _authenticate(self, header: str | None, now: datetime) -> tuple[Pass, ...]:
        scheme, _, secret = (header or "").partition(" ")
        if scheme.lower() != "token" or not secret:
            raise legacy(401, "INVALID_AUTH", "Invalid credentials.")
        sees = self._world.passes(secret, now)
        if not sees:
            raise modern(
                403,
                "UNAUTHORIZED",
                "Authentication failed.",
                "Check that you are using the correct credentials.",
            )
        return sees


def _opened(sees: tuple[Pass, ...], parts: Mapping[str, str]) -> Pass:
    wanted = parts.get("project", sees[0].project.project_id)
    for opened in sees:
        if opened.project.project_id == wanted:
            return opened
    raise unknown("project")


def _check_body(arrival: Arrival, wire: Wire) -> None:
    if arrival.too_large:
        details = f"The body is larger than {LARGEST_BODY} bytes."
        raise modern(413, "PAYLOAD_TOO_LARGE", "The request is too large.", details)
    if arrival.raw and arrival.method == "GET" and wire == "current":  # SDK 4 sends one to list the models
        raise modern(415, "UNSUPPORTED_MEDIA_TYPE", "A GET request has no body.", "Send the parameters in the query.")
