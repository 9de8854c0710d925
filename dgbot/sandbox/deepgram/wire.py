"""What goes over the wire: bodies, moments and days, in the form of one of two generations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

from dgbot.sandbox.deepgram.refusals import bad_query

Wire = Literal["current", "legacy"]
"""The forms in which answers were published: those of today, and those that the SDKs 2 to 4 were written for."""

T = TypeVar("T")

_DEEPEST = 100


class NotJson(ValueError):
    """The text is no JSON, or none that can be meant; the message says why, without a full stop."""


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
    value = decoded(raw, _anything)
    if _depth(value, _DEEPEST) > _DEEPEST:
        raise NotJson(f"The JSON is nested more than {_DEEPEST} levels deep")
    return value


def decoded(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """What *decoder* reads in *raw*, whatever is in it. Raises NotJson."""
    try:
        return decoder.decode(raw)
    except RecursionError:
        raise NotJson("The JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise NotJson("The text is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise NotJson(str(error).rstrip(".")) from None


def exact(text: str) -> Decimal:
    """The number *text* with all its digits. Raises ValueError if its exponent is beyond what a Decimal can hold."""
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"The number {text[:40]} is beyond all counting") from None


def countable(amount: Decimal) -> bool:
    """Whether *amount* is one that money or hours can come to: at most 15 digits before the point, 300 after it."""
    return amount.is_finite() and (amount == 0 or -300 <= amount.adjusted() < 15)


_anything: msgspec.json.Decoder[object] = msgspec.json.Decoder(object, float_hook=exact)


def read_body(raw: bytes) -> object:
    """The JSON in *raw*; the text itself if it is no JSON, None if it is empty."""
    if not raw:
        return None
    try:
        return read_json(raw)
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
