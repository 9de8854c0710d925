"""Amounts as people say them."""

from __future__ import annotations

from decimal import Decimal


def said(amount: Decimal, unit: str) -> str:
    """Return *amount* rounded to what it means: $42, $1,240, $8.50 below ten, 12.5 hours, 80 %, 3."""
    if unit == "usd":
        sign, size = ("-" if amount < 0 else ""), abs(amount)
        return f"{sign}${size:,.2f}" if size < 10 and size != size.to_integral() else f"{sign}${size:,.0f}"
    if unit == "percent":
        return f"{amount:,.0f} %"
    number = f"{amount.normalize():,f}" if amount == amount.to_integral() else f"{amount:,.1f}"
    if not unit or unit == "count":
        return number
    return f"{number} {unit if amount == 1 else f'{unit}s'}"


def is_within(amount: Decimal, largest: Decimal) -> bool:
    """Whether *amount* is a number of a size up to *largest*, however many digits were written."""
    if not amount.is_finite():
        return False
    return amount.adjusted() <= largest.adjusted() and abs(amount) <= largest


def limit(amount: Decimal, unit: str) -> str:
    """Return a line as it was set, whatever its size: $82.50, 0.25 hours, 99.5 %; never rounded further than cents."""
    if amount == amount.to_integral():
        return said(amount, unit)
    return _in_unit(amount, unit, max(2, _places(amount)) if unit == "usd" else _places(amount))


def told_apart(value: Decimal, line: Decimal, unit: str) -> tuple[str, str]:
    """Return *value* as `said` and *line* as `limit`, with more digits where "$50 left, below $50" would come of it."""
    rounded = said(value, unit), said(line, unit)
    alike = rounded[0] == rounded[1] or (unit != "usd" and round(value, 1) == round(line, 1))
    if value == line:
        return limit(value, unit), limit(line, unit)
    if not alike:
        return rounded[0], limit(line, unit)
    places = max(2, _places(line))
    return _in_unit(value, unit, places), _in_unit(line, unit, places)


def _places(amount: Decimal) -> int:
    """Return how many digits *amount* has after the point: two at most, or as many as show three that count."""
    exact = round(amount, max(2, 2 - amount.adjusted())).normalize()
    return max(0, -int(exact.as_tuple().exponent))


def _in_unit(amount: Decimal, unit: str, places: int) -> str:
    if unit == "usd":
        return f"{'-' if amount < 0 else ''}${abs(amount):,.{places}f}"
    suffix = {"percent": " %", "count": "", "": ""}.get(unit, f" {unit}s")
    return f"{amount:,.{places}f}{suffix}"
