"""The control interface: what the levers do, over HTTP, for programs that don't run in this process.

It needs no key, so it serves this machine's own programs alone, and no body that is not declared as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import msgspec

from dgbot.sandbox.deepgram.edge.answers import Answer, page, result
from dgbot.sandbox.deepgram.edge.arrival import LARGEST_BODY, Arrival
from dgbot.sandbox.deepgram.edge.fault_text import EXAMPLE, EXPLAINED, described, read_fault
from dgbot.sandbox.deepgram.edge.faults import Faults
from dgbot.sandbox.deepgram.edge.ledger import Ledger
from dgbot.sandbox.deepgram.wire import decoded

T = TypeVar("T")

DESCRIPTION = (
    "This is dgbot's local Deepgram. Deepgram's Manage API is under /v1; these calls steer it:",
    "GET /sandbox/faults lists the faults that are on; POST switches one on (see below); DELETE switches all off.",
    "DELETE /sandbox/faults/{id} switches one off.",
    "GET /sandbox/requests lists the calls that have ended, in that order, and those that wait; DELETE forgets them.",
    'PUT /sandbox/balance with {"amount": 42.5} leaves so many US dollars to the first project,'
    ' or to the one that "project_id" names.',
)


class _Balance(msgspec.Struct, forbid_unknown_fields=True):
    amount: Decimal
    project_id: str | None = None


_balance = msgspec.json.Decoder(_Balance)


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Control:
    """The calls under ``/sandbox``."""

    def __init__(self, faults: Faults, ledger: Ledger, set_balance: Callable[[Decimal, str | None], None]) -> None:
        self._faults = faults
        self._ledger = ledger
        self._set_balance = set_balance

    def owns(self, path: str) -> bool:
        """Whether *path* is one of these calls."""
        return path == "/sandbox" or path.startswith("/sandbox/")

    def answer(self, arrival: Arrival) -> Answer:
        """Do what is asked and answer it."""
        if arrival.strangeness is not None:
            return _refusal(403, arrival.strangeness)
        try:
            return self._answer(arrival)
        except _Refused as refused:
            return _refusal(refused.status, str(refused))

    def _answer(self, arrival: Arrival) -> Answer:
        match arrival.method, arrival.path.rstrip("/"):
            case "GET", "/sandbox":
                return page({"about": DESCRIPTION, "faults": EXPLAINED, "example of a fault": EXAMPLE})
            case "GET", "/sandbox/faults":
                return result({"faults": [described(one) for one in self._faults.standing()]})
            case "POST", "/sandbox/faults":
                return result({"id": self._faults.switch_on(_read(arrival, read_fault))})
            case "DELETE", "/sandbox/faults":
                self._faults.heal()
                return result({})
            case "DELETE", path if found := re.fullmatch("/sandbox/faults/([0-9]{1,9})", path):
                if not self._faults.clear(int(found[1])):
                    raise _Refused(404, f"No fault with the id {found[1]} is on.")
                return result({})
            case "GET", "/sandbox/requests":
                return result({"requests": self._ledger.as_json()})
            case "DELETE", "/sandbox/requests":
                self._ledger.entries.clear()
                return result({})
            case "PUT", "/sandbox/balance":
                return self._leave(_read(arrival, lambda raw: decoded(raw, _balance)))
        raise _Refused(404, f"There is no {arrival.method} {arrival.path}; GET /sandbox lists what there is.")

    def _leave(self, wanted: _Balance) -> Answer:
        try:
            self._set_balance(wanted.amount, wanted.project_id)
        except ValueError as error:
            raise _Refused(400, str(error)) from None
        return result({"amount": wanted.amount})


def _refusal(status: int, sentence: str) -> Answer:
    return result({"error": sentence}, status=status)


def _read(arrival: Arrival, read: Callable[[bytes], T]) -> T:
    if arrival.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "Send JSON, with the header Content-Type: application/json.")
    if arrival.too_large:
        raise _Refused(413, f"The body is larger than {LARGEST_BODY} bytes.")
    try:
        return read(arrival.raw)
    except ValueError as error:
        raise _Refused(400, f"The body does not fit: {str(error).rstrip('.')}.") from None
