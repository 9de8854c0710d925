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
    """Return a line as `said`, and to the cent where rounding would move it: $82.50."""
    return f"${amount:,.2f}" if unit == "usd" and amount != amount.to_integral() else said(amount, unit)


def told_apart(value: Decimal, line: Decimal, unit: str) -> tuple[str, str]:
    """Return both amounts as `said`, or with two more digits where that would make "$50 left, below $50" of them."""
    rounded = said(value, unit), said(line, unit)
    alike = rounded[0] == rounded[1] or (unit != "usd" and round(value, 1) == round(line, 1))
    if value == line or not alike:
        return rounded
    if unit == "usd":
        return f"${value:,.2f}", f"${line:,.2f}"
    suffix = {"percent": " %", "count": "", "": ""}.get(unit, f" {unit}s")
    return f"{value:,.2f}{suffix}", f"{line:,.2f}{suffix}"
