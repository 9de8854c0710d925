"""Numbers and times that rules give as parameters, and sentences for those that don't fit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from dgbot import Unfit, read_duration


def number(params: Mapping[str, str], name: str, otherwise: str = "", *, fits: str) -> Decimal:
    """Return a parameter as a number above zero; raises ValueError, which says what *fits*."""
    text = params.get(name, otherwise)
    if not text:
        raise ValueError(f'params.{name} is missing; write {name} = "{fits}".')
    try:
        found = Decimal(text.lstrip("$").replace(",", ""))
    except ArithmeticError:
        found = Decimal("NaN")
    if not (found.is_finite() and 0 < found < 10**12):
        raise ValueError(f"params.{name}: {text!r} does not fit; write a number above zero, such as {fits}.")
    return found


def span(params: Mapping[str, str], name: str, otherwise: str, *, most: timedelta) -> timedelta:
    """Return a parameter as a duration up to *most*; raises ValueError."""
    text = params.get(name, otherwise)
    try:
        found = read_duration(text)
    except Unfit as unfit:
        raise ValueError(f"params.{name}: {text!r} {unfit.clause}") from None
    if found > most:
        raise ValueError(f"params.{name}: {text!r} is longer than {most.days}d, as far as Deepgram looks back.")
    return found


def choice(params: Mapping[str, str], name: str, *options: str) -> str:
    """Return a parameter that is one of *options*, the first if it is left out; raises ValueError."""
    text = params.get(name, options[0])
    if text not in options:
        raise ValueError(f"params.{name}: {text!r} does not fit; there are {' and '.join(options)}.")
    return text


def rounded(amount: float | Decimal) -> Decimal:
    """Return *amount* with two digits, as far as a rule looks."""
    return Decimal(str(round(amount, 2)))
