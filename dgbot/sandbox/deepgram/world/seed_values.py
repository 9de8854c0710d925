"""The kinds of values in a seed file, each as strict as it can be while the file is read: an error names the path."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from dgbot.sandbox.deepgram.wire import countable

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)

Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=10**15)]
Code = Annotated[int, Meta(ge=100, le=999)]
Id = Annotated[str, Meta(min_length=1)]
Texts = tuple[str, ...]
Day = date


class Amount(Decimal):
    """A number of dollars or hours, with the digits that the file has."""


ZERO = Amount(0)


def read_amount(kind: type, told: object) -> object:
    """What stands in the file for an Amount, as one. Raises TypeError for text, ValueError for what nobody has."""
    if kind is not Amount:
        raise NotImplementedError
    if isinstance(told, bool) or not isinstance(told, int | Decimal):
        raise TypeError(f"Expected a number, got `{type(told).__name__}`")
    if not countable(Decimal(told)):
        raise ValueError("The number has more than 15 digits before its point, or 300 after it")
    return Amount(told)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a seed; positions stand in for the ids that are None, and moments are in UTC."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                try:
                    msgspec.structs.force_setattr(self, name, value.astimezone(UTC))
                except OverflowError:
                    raise ValueError(f"`{name}` is beyond the calendar in UTC") from None
