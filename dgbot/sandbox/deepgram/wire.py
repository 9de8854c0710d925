"""What goes over the wire: bodies, moments and days, in the form of one of two generations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import msgspec

from dgbot.sandbox.deepgram.refusals import bad_query

Wire = Literal["current", "legacy"]
"""The forms in which answers were published: those of today, and those that the SDKs 2 to 4 were written for."""

_DEEPEST = 100
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class NotJson(ValueError):
    """The text is no JSON, or nested so deeply that nobody means it."""


def rfc3339(moment: datetime) -> str:
    """UTC with ``Z``, and as many of six decimals as are needed."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def read_day(name: str, text: str) -> date:
    """``YYYY-MM-DD`` and nothing else; refuses as a bad query."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise bad_query(f"{name}: {text} is not a date in the format YYYY-MM-DD.")


def read_moment(name: str, text: str) -> datetime:
    """A day, or a day with a time to the second and perhaps a zone (UTC without one); refuses as a bad query."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?", text):
        try:
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise bad_query(f"{name}: {text} is not a date in the format YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+HH:MM.")


def read_json(raw: bytes) -> object:
    """The JSON in *raw*, fractions as Decimals with all their digits. Raises NotJson."""
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise NotJson("The text is no JSON.") from None
    if _depth(value, _DEEPEST) > _DEEPEST:
        raise NotJson(f"The JSON is nested more than {_DEEPEST} levels deep.")
    return value


def read_body(raw: bytes) -> object:
    """The JSON in *raw*, frozen; the text itself if it is no JSON, None if it is empty."""
    if not raw:
        return None
    try:
        return frozen(read_json(raw))
    except NotJson:
        return raw.decode(errors="replace")


def frozen(value: object) -> object:
    """*value* with its dicts read-only and its lists turned into tuples, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return value


def _depth(value: object, limit: int) -> int:
    """How deeply *value* is nested; it does not look further than one level beyond *limit*."""
    if not isinstance(value, dict | list) or limit < 0:
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(item, limit - 1) for item in inner), default=0)
