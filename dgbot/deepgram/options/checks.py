"""What makes a field unfit to be sent."""

from __future__ import annotations

from dgbot.deepgram.dates import Moment, day, instant
from dgbot.deepgram.errors import DeepgramOptionsError

LARGEST = 2**53 - 1  # of the whole numbers that every reader of JSON keeps


def check_text(name: str, value: object) -> None:
    """Refuse what is neither None nor text."""
    if value is not None and not isinstance(value, str):
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not text.")


def check_filled(name: str, value: object) -> None:
    """Refuse what is neither None nor text with something in it: an empty filter would find nothing."""
    check_text(name, value)
    if value is not None:
        check_words(name, value)


def check_words(name: str, value: object) -> None:
    """Refuse anything but text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not text with something in it.")


def check_texts(name: str, value: object) -> None:
    """Refuse what is neither None nor a list of texts with something in them."""
    if value is None:
        return
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not a list of texts such as ['usage:read'].")


def check_flag(name: str, value: object) -> None:
    """Refuse what is neither None nor True nor False."""
    if value is not None and not isinstance(value, bool):
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not True or False.")


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is not one of *choices*."""
    if not isinstance(value, str) or value not in choices:
        *first, last = choices
        fits = f"{', '.join(first)} or {last}" if first else last
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not {fits}.")


def check_number(name: str, value: object, lowest: int, highest: int = LARGEST) -> None:
    """Refuse what is neither None nor a whole number from *lowest* to *highest*."""
    if value is None:
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not lowest <= value <= highest:  # type: ignore[operator]
        span = f"of {lowest} or more" if highest == LARGEST else f"from {lowest} to {highest}"
        raise DeepgramOptionsError(f"{name}: {brief(value)} is not a whole number {span}.")


def check_days(start: Moment | None, end: Moment | None) -> None:
    """Refuse what is no date, and a *start* on a day after *end*."""
    first = None if start is None else day("start", start)
    last = None if end is None else day("end", end)
    if first and last and first > last:
        raise DeepgramOptionsError(f"start: {first} is after end, {last}.")


def check_instants(start: Moment | None, end: Moment | None) -> None:
    """Refuse what is no date, and a *start* after *end*."""
    first = None if start is None else instant("start", start)
    last = None if end is None else instant("end", end)
    if first and last and first > last:
        raise DeepgramOptionsError(f"start: {first} is after end, {last}.")


def brief(value: object) -> str:
    """*value* as a sentence can hold it."""
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number with so many digits"
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"
