"""Paths, queries and bodies in wire form; what can't be sent is refused here, and not where bytes leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from dgbot.deepgram.dates import day, instant
from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.wire.message import message

LONGEST_PART = 512


def path(template: str, *parts: str) -> str:
    """The path that *template* describes, each brace filled with the percent-encoded part that it names.

    Refuses what would address something else.
    """
    filling = iter(parts)
    return "/v1/" + re.sub(r"{(\w+)}", lambda brace: _part(brace[1], next(filling)), template)


def query(asked: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The query in wire form: booleans lowercase, a list as repeated names, None left out."""
    return tuple(
        (name, _text(name, item))
        for name, value in given(asked).items()
        for item in (value if isinstance(value, list | tuple) else (value,))
    )


def body(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The body: *asked* without what is None; refuses what JSON can't hold."""
    fields = given(asked)
    for name, value in fields.items():
        _check_json(name, value)
    return fields


def given(asked: Mapping[str, Any]) -> dict[str, Any]:
    """*asked* without what is None."""
    return {name: value for name, value in asked.items() if value is not None}


def by_days(options: Options) -> dict[str, Any]:
    """The fields of *options*, with start and end as the days that reports take."""
    asked = options.given()
    return asked | {name: day(name, asked[name]) for name in ("start", "end") if name in asked}


def by_instants(options: Options) -> dict[str, Any]:
    """The fields of *options*, with start and end as the moments that the request log takes."""
    asked = options.given()
    return asked | {name: instant(name, asked[name]) for name in ("start", "end") if name in asked}


def deletion(template: str, *parts: str) -> Operation[Message]:
    """Delete what *template* and *parts* name."""
    return Operation("DELETE", path(template, *parts), message, when_gone=Message(message="It is gone already."))


def _part(name: str, part: object) -> str:
    # dots survive quoting, and HTTP clients resolve them: keys/.. would address the project
    text = str.__str__(part) if isinstance(part, str) else ""
    if text in {"", ".", ".."} or len(text) > LONGEST_PART:
        shown = repr(part) if len(repr(part)) <= 80 else f"{repr(part)[:80]}…"
        raise DeepgramOptionsError(f"{name}: {shown} is not the id or address of anything at Deepgram.")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        pass
    raise DeepgramOptionsError(f"{name}: {part!r} contains characters that can't be sent.")


def _text(name: str, item: object) -> str:
    text = str.__str__(item) if isinstance(item, str) else str(item)  # an enum's text is its value
    try:
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return text.lower() if isinstance(item, bool) else text
    raise DeepgramOptionsError(f"{name}: {item!r} contains characters that can't be sent.")


def _check_json(name: str, value: object) -> None:
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass
    else:
        return
    raise DeepgramOptionsError(f"{name}: it is nothing that can be sent as JSON.")
