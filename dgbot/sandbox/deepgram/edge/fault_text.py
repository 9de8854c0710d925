"""Faults as the control interface reads them, shows them and explains them."""

from __future__ import annotations

from typing import get_args

import msgspec

from dgbot.sandbox.deepgram.edge.faults import (
    VERBS,
    Body,
    Delay,
    Drop,
    Fault,
    Form,
    Reset,
    Standing,
    Status,
    Strike,
    Substitute,
    Truncate,
)
from dgbot.sandbox.deepgram.wire import decoded, read_json

EXAMPLE = {
    "fault": "status",
    "method": "GET",
    "path": "/v1/projects/*/balances",
    "status": 429,
    "retry_after": 2,
    "times": 1,
}
FORMS: tuple[str, ...] = get_args(Form)
BODIES: tuple[str, ...] = get_args(Substitute)
KINDS: dict[str, type[Fault]] = {
    "status": Status,
    "delay": Delay,
    "drop": Drop,
    "reset": Reset,
    "truncate": Truncate,
    "body": Body,
}
EXPLAINED: dict[str, dict[str, str]] = {
    "every fault": {
        "method": f"* (the default), {', '.join(VERBS)}",
        "path": "a pattern in which * stands for one segment or more; * is the default",
        "times": "how often it strikes; left out: until it is cleared",
    },
    "status": {
        "what happens": "an error is the answer",
        "status": "400 to 599",
        "form": f"{FORMS[0]} (the default), {', '.join(FORMS[1:])}",
        "retry_after": "seconds, or an HTTP date; left out: no such header",
        "done": "true: the call is performed first",
    },
    "delay": {"what happens": "the call waits before it is performed", "seconds": "0 to 3600"},
    "drop": {"what happens": "the connection is closed, nothing is performed"},
    "reset": {"what happens": "the call is performed, then the connection is reset"},
    "truncate": {"what happens": "the call is performed, half of its answer is sent, the connection is closed"},
    "body": {
        "what happens": "200 with a body that no operation has",
        "body": ", ".join(BODIES),
        "done": "false: the call is not performed first",
    },
}

_fault: msgspec.json.Decoder[Strike | Delay] = msgspec.json.Decoder(Strike | Delay)


def read_fault(raw: bytes) -> Strike | Delay:
    """The fault in *raw*; ValueErrors say in a sentence what would fit."""
    told = read_json(raw)
    if isinstance(told, dict):
        _check(told)
    return decoded(raw, _fault)


def described(one: Standing) -> dict[str, object]:
    """A fault that is on, with its number and how often it will strike yet."""
    return {"id": one.number, **msgspec.to_builtins(one.fault), "left": one.left}


def _check(told: dict[str, object]) -> None:
    kind = _choice("fault", told.get("fault"), tuple(KINDS))
    fields = KINDS[kind].__struct_fields__
    for name, value in told.items():
        if name not in ("fault", *fields):
            raise ValueError(f"{_shown(name)} is no field of the fault {kind}, which has {', '.join(sorted(fields))}")
        if name in ("form", "body"):
            _choice(name, value, FORMS if name == "form" else BODIES)


def _choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    raise ValueError(f"{name}: {_shown(value)} is none of {', '.join(choices)}")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
