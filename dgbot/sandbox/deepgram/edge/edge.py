"""The edge of the local Deepgram: what arrives is delayed, failed, performed, written down and answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from uuid import UUID

from starlette.types import Receive, Send

from dgbot.sandbox.deepgram.api import sheet
from dgbot.sandbox.deepgram.api.call import Call
from dgbot.sandbox.deepgram.edge.answers import Answer, failure, instead, refusal, result
from dgbot.sandbox.deepgram.edge.arrival import LARGEST_BODY, LONGEST_TARGET, Arrival
from dgbot.sandbox.deepgram.edge.departure import cut, send_half, send_whole
from dgbot.sandbox.deepgram.edge.faults import Body, Drop, Faults, Reset, Status, Strike, Truncate
from dgbot.sandbox.deepgram.edge.ledger import Ledger, Seen, Waiting
from dgbot.sandbox.deepgram.edge.patience import Patience
from dgbot.sandbox.deepgram.refusals import Refused, legacy, modern, unknown
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.world import Pass, World

Witness = Callable[[Arrival, Answer, Strike | None, float], None]
"""Is told of each call, what is answered, what strikes it, and after how many seconds of real time."""

DROPPED = 0  # the "status" of a call that was dropped undone


class Edge:
    """The API as an ASGI application; it has to be served by uvicorn if connections are to be cut."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        ledger: Ledger,
        patience: Patience,
        now: Callable[[], datetime],
        random: Random,
        *,
        wire: Wire,
        lenient: bool,
        witness: Witness,
    ) -> None:
        self._world = world
        self._faults = faults
        self._ledger = ledger
        self._patience = patience
        self._now = now
        self._random = random
        self._wire: Wire = wire
        self._lenient = lenient
        self._witness = witness

    async def __call__(self, arrival: Arrival, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        arrived, began, strike = self._now(), time.perf_counter(), None
        if arrival.strangeness is None:  # what a web page asks must not use up a fault
            await self._wait(arrival, arrived)
            strike = self._faults.strike(arrival.method, arrival.target)
        own = self._own_pass(arrival)
        answer = self._answer(arrival, own, strike)
        self._write_down(arrival, arrived, own, answer, strike)
        self._witness(arrival, answer, strike, time.perf_counter() - began)
        if isinstance(strike, Drop | Reset):
            await cut(receive, reset=isinstance(strike, Reset))
        elif isinstance(strike, Truncate):
            await send_half(answer, receive, send)
        else:
            await send_whole(answer, send)

    async def _wait(self, arrival: Arrival, arrived: datetime) -> None:
        pause = self._faults.pause(arrival.method, arrival.target)
        if pause:
            with self._ledger.wait(Waiting(arrival.method, arrival.path, arrival.query, arrived)):
                await self._patience.during(asyncio.sleep(pause))

    def _own_pass(self, arrival: Arrival) -> Pass | None:
        """What the caller's credential opens of its own project; None without one that is good now."""
        scheme, _, secret = arrival.headers.get("authorization", "").partition(" ")
        return self._world.own_pass(secret, self._now()) if scheme.lower() == "token" and secret else None

    def _answer(self, arrival: Arrival, own: Pass | None, strike: Strike | None) -> Answer:
        """What is answered, which a fault may put in the place of what was done."""
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))
        answer = Answer(DROPPED, b"")
        if not (isinstance(strike, Drop) or (isinstance(strike, Status | Body) and not strike.done)):
            answer = self._perform(arrival, own, request_id)
        if isinstance(strike, Status):
            after = None if strike.retry_after is None else str(strike.retry_after)
            answer = failure(strike.status, strike.form, after, request_id)
        elif isinstance(strike, Body):
            answer = instead(strike.body, request_id)
        return answer

    def _write_down(
        self, arrival: Arrival, arrived: datetime, own: Pass | None, answer: Answer, strike: Strike | None
    ) -> None:
        self._ledger.write(
            Seen(
                method=arrival.method,
                path=arrival.path,
                query=arrival.query,
                raw=b"" if own is None else arrival.raw,
                body_kept=not arrival.too_large and (own is not None or not arrival.raw),
                api_key_id=None if own is None else own.key.api_key_id,
                status=answer.status,
                arrived=arrived,
                answered=None if isinstance(strike, Drop | Reset | Truncate) else self._now(),
            ),
        )

    def _perform(self, arrival: Arrival, own: Pass | None, request_id: str) -> Answer:
        try:
            if own is None:
                raise _not_known(arrival)
            _check_target(arrival)
            target = sheet.published(arrival.target) if self._wire == "legacy" else arrival.target
            operation, parts = sheet.find(arrival.method, target)
            _check_body(arrival, self._wire)
            opened = self._opened(own, parts)
            call = Call(
                world=self._world,
                opened=opened,
                own=own,
                now=self._now(),
                wire=self._wire,
                parts=parts,
                query=arrival.query,
                raw=arrival.raw,
                body=arrival.body,
                lenient=self._lenient,
            )
            call.need(*operation.needs)
            return result(operation.answer(call), request_id)
        except Refused as refused:
            return refusal(refused, request_id)

    def _opened(self, own: Pass, parts: Mapping[str, str]) -> Pass:
        wanted = parts.get("project", own.project.project_id)
        opened = own if own.project.project_id == wanted else self._world.further_pass(own, wanted)
        if opened is None:
            raise unknown("project")
        return opened


def _not_known(arrival: Arrival) -> Refused:
    scheme, _, secret = arrival.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "token" or not secret:
        return legacy(401, "INVALID_AUTH", "Invalid credentials.")
    details = "Check that you are using the correct credentials."
    return modern(403, "UNAUTHORIZED", "Authentication failed.", details)


def _check_target(arrival: Arrival) -> None:
    if arrival.too_long:
        details = f"Path and query are longer than {LONGEST_TARGET} bytes."
        raise modern(414, "URI_TOO_LONG", "The address is too long.", details)


def _check_body(arrival: Arrival, wire: Wire) -> None:
    if arrival.too_large:
        details = f"The body is larger than {LARGEST_BODY} bytes."
        raise modern(413, "PAYLOAD_TOO_LARGE", "The request is too large.", details)
    if arrival.raw and arrival.method == "GET" and wire == "current":  # SDK 4 sends one to list the models
        raise modern(415, "UNSUPPORTED_MEDIA_TYPE", "A GET request has no body.", "Send the parameters in the query.")
