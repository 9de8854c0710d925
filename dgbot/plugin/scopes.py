"""What a Deepgram key may be allowed to do: the scopes that exist, and the words that only look like one."""

from __future__ import annotations

import difflib
import re
from itertools import product

from dgbot.plugin.kind import Kind, Unfit

_PEOPLE = ("members", "admins", "owners")
_OVER_PEOPLE = ("read", "read:invites", "read:scopes", "write", "write:invites", "write:scopes", "write:kick")
_SELF_HOSTED = re.compile(r"self-hosted:products?(:[a-z][a-z-]*)?")

KNOWN = (
    *("usage:read", "usage:write", "keys:read", "keys:write", "billing:read", "billing:write"),
    *("project:read", "project:write", "project:write:settings", "project:write:destroy"),
    *(f"{who}:{what}" for who, what in product(_PEOPLE, _OVER_PEOPLE)),
)
"""Every scope that Deepgram documents, apart from ``self-hosted:product:…``, whose ends vary."""

ROLES = ("owner", "admin", "member")
_INVENTED = {"listen": "usage:write", "speak": "usage:write", "read": "usage:read", "manage": "keys:write"}


def read_scopes(text: str) -> tuple[str, ...]:
    """Return the scopes in the comma-separated *text*, each once, in order; raises Unfit."""
    named = [scope.strip().lower() for scope in text.split(",")]
    if not any(named):
        raise Unfit("names no scope; write some with commas between, such as usage:read,usage:write.")
    for scope in filter(None, named):
        _check(scope)
    return tuple(dict.fromkeys(filter(None, named)))


def _check(scope: str) -> None:
    if scope in KNOWN or _SELF_HOSTED.fullmatch(scope):
        return
    if scope in ROLES or scope.rstrip("s") in ROLES:
        raise Unfit(
            "is a role, and a key with it may do all that the role may; name scopes such as usage:read,usage:write.",
            scope,
        )
    near = [_INVENTED[scope]] if scope in _INVENTED else difflib.get_close_matches(scope, KNOWN, n=1, cutoff=0.6)
    advice = f"did you mean {near[0]}?" if near else f"some that are: {', '.join(KNOWN[:5])}."
    raise Unfit(f"is not a scope of Deepgram; {advice}", scope)


def _heading(scope: str) -> str:
    return scope.partition(":")[0].capitalize()


SCOPES = Kind(
    "scopes with commas between, such as usage:read,usage:write",
    read_scopes,
    "a,b",
    ",".join,
    choices=KNOWN,
    heading=_heading,
    many=True,
)
