"""Amounts as people write them into a rules file: 50, "$50", "7 days", "80 %"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from dgbot.domain.money import is_within

_WORDS = {
    "usd": "usd",
    "dollar": "usd",
    "dollars": "usd",
    "d": "day",
    "day": "day",
    "days": "day",
    "h": "hour",
    "hour": "hour",
    "hours": "hour",
    "%": "percent",
    "percent": "percent",
    "count": "count",
    "key": "count",
    "keys": "count",
}
_AMOUNT = re.compile(r"(\$?)\s*([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(%|[A-Za-z]*)")
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the *unit* that was written beside it; empty if none was."""

    number: Decimal
    unit: str = ""


def read_quantity(value: Any) -> Quantity:
    """Return what *value*, a number or a text, says; raises ValueError, also for NaN and what nobody owns."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float | str):
        raise ValueError(f'{value!r} is no amount such as 50, "$50" or "7 days"')  # noqa: TRY004  # for pydantic
    unit = ""
    if isinstance(value, str):
        found = _AMOUNT.fullmatch(value.strip())
        unit = _WORDS.get(found[3].lower(), "?" if found[3] else "") if found else "?"
        if found is None or unit == "?" or (found[1] and unit not in {"", "usd"}):
            raise ValueError(f'{value!r} is no amount such as 50, "$50", "7 days" or "80 %"')
        number, unit = Decimal(found[2].replace(",", "")), "usd" if found[1] else unit
    else:
        number = Decimal(str(value))
    if not is_within(number, LARGEST):
        raise ValueError(f"{value} is no amount that anything can be compared with")
    return Quantity(number, unit)


Amount = Annotated[Quantity, BeforeValidator(read_quantity)]
