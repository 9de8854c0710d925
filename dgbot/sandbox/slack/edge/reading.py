"""The one reader of whatever a bot sends: what passes here, every page and every program can read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.requests import Request

from dgbot.sandbox.deepgram.wire import NotJson, decoded

LARGEST: Final = 1024 * 1024
"""Bytes of a call, of an answer to a delivery, of a frame."""
DEEPEST: Final = 60
"""Lists and objects in one another; a container in a container would come to half of it."""
KEPT_WHOLE: Final = 64 * 1024
"""Bytes of a body that is kept for whoever watches; of a larger one its size is."""


TOO_LARGE: Final = "request_too_large"
"""The error with which a larger body is refused."""


class Unreadable(ValueError):
    """No JSON in UTF-8, or one that not everybody could read: too deep, a number beyond floats, half a character."""


class TooLarge(Exception):
    """A body of *size* bytes, which is more than is read."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes are too many.")
        self.size = size


def read_json(raw: bytes | str) -> Any:
    """Return the JSON in *raw*, whose numbers are finite and whose texts are Unicode. Raises Unreadable."""
    try:
        value = decoded(raw if isinstance(raw, bytes) else raw.encode(), _anything)
    except (NotJson, UnicodeEncodeError) as error:
        raise Unreadable(str(error)) from None
    _refuse_strange(value, DEEPEST)
    return value


def read_object(raw: bytes | str) -> dict[str, Any]:
    """The same for an object; anything else is Unreadable."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Unreadable("This is no object.")
    return value


async def body_of(request: Request, most: int = LARGEST) -> bytes:
    """Return the body, which is read to its end whatever its size. Raises TooLarge."""
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            body += chunk
    if size > most:
        raise TooLarge(size)
    return bytes(body)


def kept(thing: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    """Return *thing*, which came in *size* bytes, as it is remembered."""
    return thing if size <= KEPT_WHOLE else {"bytes": size}


def whole_number(text: str) -> int | None:
    """Return the number that *text* is in at most fifteen decimal digits; None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


_anything: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Any)


def _refuse_strange(value: object, levels: int) -> None:
    if isinstance(value, dict | list):
        if not levels:
            raise Unreadable(f"The JSON is nested more than {DEEPEST} levels deep.")
        for one in value.values() if isinstance(value, dict) else value:
            _refuse_strange(one, levels - 1)
    elif isinstance(value, int):
        try:
            float(value)
        except OverflowError:
            raise Unreadable("A number is beyond all counting.") from None
