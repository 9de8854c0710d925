"""Decoding with the tolerance that Deepgram's answers need, and no more.

Lists may be null or absent, but for those of keys, members and invitations, from whose silence somebody would conclude
that a key or a person is gone; fields that we don't know are ignored; every other wrong type is refused. A reader
raises ``msgspec.ValidationError`` naming the JSON path, or ``msgspec.DecodeError`` or ``UnicodeDecodeError`` for
no JSON.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import msgspec.inspect

from dgbot.deepgram.secret import Secret

S = TypeVar("S", bound=msgspec.Struct)


def decoder(kind: type[S], *, strict: bool = True) -> msgspec.json.Decoder[S]:
    """A decoder of *kind*, to be made once; unless it is *strict*, numbers may stand in text."""
    return msgspec.json.Decoder(kind, strict=strict, dec_hook=_secret)


def read(known: msgspec.json.Decoder[S], body: bytes) -> S:
    """Decode *body*; only if that fails, once more with the nulls left out that stand for lists."""
    try:
        return known.decode(body)
    except msgspec.ValidationError:
        if b"null" not in body:
            raise
    kind = msgspec.inspect.type_info(known.type)
    return known.decode(_EXACT.encode(_without_null_lists(_ANY.decode(body), kind)))


def read_one(known: msgspec.json.Decoder[S], body: bytes, name: str) -> S:
    """The same for an answer that is one thing, which must have the field *name*."""
    answer = read(known, body)
    if not getattr(answer, name):
        raise missing(name)
    return answer


def missing(name: str) -> msgspec.ValidationError:
    """The error for an answer without the field that makes it one."""
    return msgspec.ValidationError(f"Object missing required field `{name}`")


def texts(value: list[str] | str | None) -> list[str] | None:
    """Several texts; older answers sent the one alone."""
    return [value] if isinstance(value, str) else value


_ANY = msgspec.json.Decoder(float_hook=Decimal)
_EXACT = msgspec.json.Encoder(decimal_format="number")


def _secret(_kind: type, value: object) -> Secret:
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Secret(value)


def _without_null_lists(value: Any, kind: msgspec.inspect.Type) -> Any:
    if isinstance(kind, msgspec.inspect.UnionType):
        fits = msgspec.inspect.StructType if isinstance(value, dict) else msgspec.inspect.ListType
        kind = next((choice for choice in kind.types if isinstance(choice, fits)), kind)
    if isinstance(kind, msgspec.inspect.ListType) and isinstance(value, list):
        return [_without_null_lists(inner, kind.item_type) for inner in value]
    if isinstance(kind, msgspec.inspect.StructType) and isinstance(value, dict):
        kinds = {field.encode_name: field.type for field in kind.fields}
        return {
            name: _without_null_lists(inner, kinds[name]) if name in kinds else inner
            for name, inner in value.items()
            if inner is not None or not isinstance(kinds.get(name), _CONTAINERS)
        }
    return value


_CONTAINERS = (msgspec.inspect.ListType, msgspec.inspect.DictType)
