"""Paths, queries and bodies in wire form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from dgbot.deepgram.dates import day, instant
from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.wire.message import message

LONGEST_PART = 512


def path(*parts: str) -> str:
    """The path to what *parts* name, each percent-encoded; refuses what would address something else."""
    return "/v1/" + "/".join(_part(part) for part in parts)


def query(asked: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The query in wire form: booleans lowercase, a list as repeated names, None left out."""
    return tuple(
        (name, str(item).lower() if isinstance(item, bool) else str(item))
        for name, value in given(asked).items()
        for item in (value if isinstance(value, list | tuple) else (value,))
    )


def given(asked: Mapping[str, Any]) -> dict[str, Any]:
    """*asked* without what is None."""
    return {name: value for name, value in asked.items() if value is not None}


def by_days(options: msgspec.Struct) -> dict[str, Any]:
    """The fields of *options*, with start and end as the days that reports take."""
    asked = msgspec.structs.asdict(options)
    return asked | {name: day(name, asked[name]) for name in ("start", "end") if asked[name] is not None}


def by_instants(options: msgspec.Struct) -> dict[str, Any]:
    """The fields of *options*, with start and end as the moments that the request log takes."""
    asked = msgspec.structs.asdict(options)
    return asked | {name: instant(name, asked[name]) for name in ("start", "end") if asked[name] is not None}


def deletion(*parts: str) -> Operation[Message]:
    """Delete what *parts* name."""
    return Operation("DELETE", path(*parts), message, when_gone=Message(message="It is gone already."))


def _part(part: object) -> str:
    # dots survive quoting, and HTTP clients resolve them: keys/.. would address the project
    if not isinstance(part, str) or part in {"", ".", ".."} or len(part) > LONGEST_PART:
        shown = repr(part) if len(repr(part)) <= 80 else f"{repr(part)[:80]}…"
        raise DeepgramOptionsError(f"{shown} is not the id or address of anything at Deepgram.")
    try:
        return quote(part, safe="")
    except UnicodeEncodeError:
        pass
    raise DeepgramOptionsError(f"{part!r} contains characters that can't be sent.")
