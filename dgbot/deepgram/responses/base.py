"""What all responses have in common: a way into dicts and JSON, by the names that they have here."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import msgspec

from dgbot.deepgram.secret import Secret


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """Something that Deepgram answered; it compares by value."""

    derived: ClassVar[tuple[str, ...]] = ()
    """Published fields that are reckoned from others."""

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, nested ones too; exact amounts are Decimals, and a secret stays a Secret."""
        return {name: _plain(getattr(self, name)) for name in (*self.__struct_fields__, *self.derived)}

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as JSON: amounts are numbers with all their digits, a secret is ``***``."""
        text = _ENCODER.encode(self.to_dict())
        return (text if indent is None else msgspec.json.format(text, indent=indent)).decode()


def check_finite(*numbers: float) -> None:
    """Refuse what JSON can write and nobody can add up: 1e300."""
    if not all(math.isfinite(number) and abs(number) < 1e15 for number in numbers):
        raise ValueError("Expected numbers that can be added up")


def _plain(value: Any) -> Any:
    if isinstance(value, Response):
        return value.to_dict()
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return "***"
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_masked)
