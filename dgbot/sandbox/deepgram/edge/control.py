"""The control interface: what the levers do, over HTTP, for programs that don't run in this process.

It needs no key, so it serves this machine alone and no web page: an ``Origin`` header, a foreign ``Host`` and any
body that is not declared as JSON are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.types import Receive, Scope, Send

from dgbot.sandbox.deepgram.edge.answers import Answer, result
from dgbot.sandbox.deepgram.edge.arrival import LARGEST_BODY, Arrival, arriving
from dgbot.sandbox.deepgram.edge.departure import send_whole
from dgbot.sandbox.deepgram.edge.faults import Delay, Faults, Standing, Strike
from dgbot.sandbox.deepgram.edge.ledger import Seen

DESCRIPTION = (
    "This is dgbot's local Deepgram. Deepgram's Manage API is under /v1; these calls steer it:",
    "GET /sandbox/faults lists the faults that are on; POST switches one on; DELETE switches all off.",
    "DELETE /sandbox/faults/{id} switches one off.",
    "GET /sandbox/requests lists the calls that were seen, oldest first; DELETE forgets them.",
    'PUT /sandbox/balance with {"amount": 42.5} leaves so many US dollars to the first project,'
    ' or to the one that "project_id" names.',
)


class _Balance(msgspec.Struct, forbid_unknown_fields=True):
    amount: Decimal
    project_id: str | None = None


T = TypeVar("T")

_fault: msgspec.json.Decoder[Strike | Delay] = msgspec.json.Decoder(Strike | Delay)
_balance = msgspec.json.Decoder(_Balance)


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Control:
    """The calls under ``/sandbox`` as an ASGI application."""

    def __init__(self, faults: Faults, seen: list[Seen], set_balance: Callable[[Decimal, str | None], None]) -> None:
        self._faults = faults
        self._seen = seen
        self._set_balance = set_balance

    def owns(self, path: str) -> bool:
        """Whether *path* is one of these calls."""
        return path == "/sandbox" or path.startswith("/sandbox/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        arrival = await arriving(scope, receive)
        if arrival is None:
            return
        try:
            _check_caller(scope, arrival)
            answer = self._answer(arrival)
        except _Refused as refused:
            answer = result({"error": str(refused)}, status=refused.status)
        await send_whole(answer, send)

    def _answer(self, arrival: Arrival) -> Answer:
        match arrival.method, arrival.path.rstrip("/"):
            case "GET", "/sandbox":
                return result({"about": DESCRIPTION})
            case "GET", "/sandbox/faults":
                return result({"faults": [_described(one) for one in self._faults.standing()]})
            case "POST", "/sandbox/faults":
                return result({"id": self._faults.switch_on(_read(arrival, _fault))})
            case "DELETE", "/sandbox/faults":
                self._faults.heal()
                return result({})
            case "DELETE", path if found := re.fullmatch("/sandbox/faults/([0-9]{1,9})", path):
                if not self._faults.clear(int(found[1])):
                    raise _Refused(404, f"No fault with the id {found[1]} is on.")
                return result({})
            case "GET", "/sandbox/requests":
                return result({"requests": [seen.as_json() for seen in self._seen]})
            case "DELETE", "/sandbox/requests":
                self._seen.clear()
                return result({})
            case "PUT", "/sandbox/balance":
                return self._leave(_read(arrival, _balance))
        raise _Refused(404, f"There is no {arrival.method} {arrival.path}; GET /sandbox lists what there is.")

    def _leave(self, wanted: _Balance) -> Answer:
        try:
            self._set_balance(wanted.amount, wanted.project_id)
        except ValueError as error:
            raise _Refused(400, str(error)) from None
        return result({"amount": wanted.amount})


def _read(arrival: Arrival, decoder: msgspec.json.Decoder[T]) -> T:
    if arrival.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "Send JSON, with the header Content-Type: application/json.")
    if arrival.too_large:
        raise _Refused(413, f"The body is larger than {LARGEST_BODY} bytes.")
    try:
        return decoder.decode(arrival.raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _Refused(400, f"The body does not fit: {str(error).rstrip('.')}.") from None


def _check_caller(scope: Scope, arrival: Arrival) -> None:
    if "origin" in arrival.headers:
        raise _Refused(403, "A web page may not steer the local Deepgram.")
    client = scope.get("client")
    if client is not None and not _is_loopback(client[0]):
        raise _Refused(403, "Only this machine may steer the local Deepgram.")
    host = arrival.headers.get("host", "localhost")  # another name for this address was given by a web page's owner
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    if name != "localhost" and not _is_loopback(name):
        raise _Refused(403, "Call the local Deepgram by its address, such as 127.0.0.1.")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _described(one: Standing) -> dict[str, object]:
    return {"id": one.number, **msgspec.to_builtins(one.fault), "left": one.left}
