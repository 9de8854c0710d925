"""How options are given, and what makes a field of theirs unfit to be sent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from dgbot.deepgram.dates import Moment, day, instant
from dgbot.deepgram.errors import DeepgramOptionsError

O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741


def chosen(
    kind: type[O],
    options: msgspec.Struct | Mapping[str, object] | str | None,
    fields: Mapping[str, object],
    *,
    text: str = "",
    kin: tuple[type[msgspec.Struct], ...] = (),
) -> O:
    """The options of a call, however they were given: an object, a mapping, or keyword arguments.

    A bare text stands for the field *text*. Of an object of a *kin* kind, the fields that *kind* has are taken.
    Raises DeepgramOptionsError for a name that *kind* lacks, for one that it needs, and for two forms at once.
    """
    if text and isinstance(options, str):
        options, fields = None, {text: options, **fields}
    if options is not None and fields:
        raise DeepgramOptionsError(f"Give either options or keyword arguments ({', '.join(fields)}), not both.")
    if isinstance(options, kind):
        return options
    if kin and isinstance(options, kin):
        options = {name: getattr(options, name) for name in kind.__struct_fields__ if hasattr(options, name)}
    given: object = fields if options is None else options
    if not isinstance(given, Mapping):
        raise DeepgramOptionsError(f"options: a {type(given).__name__} is neither {kind.__name__} nor a mapping.")
    for name in given:
        if name not in kind.__struct_fields__:
            raise DeepgramOptionsError(_unknown(kind, name))
    try:
        return kind(**given)
    except TypeError:
        missing = [name for name in kind.__struct_fields__ if name not in given]
    raise DeepgramOptionsError(f"{kind.__name__} needs {' and '.join(missing)}.")


def check_text(name: str, value: object) -> None:
    """Refuse what is neither text nor None."""
    if value is not None and not isinstance(value, str):
        raise DeepgramOptionsError(f"{name}: {value!r} is not text.")


def check_words(name: str, value: object) -> None:
    """Refuse anything but text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise DeepgramOptionsError(f"{name}: {value!r} is not text with something in it.")


def check_texts(name: str, value: object) -> None:
    """Refuse what is neither None nor a list of texts with something in them."""
    if value is None:
        return
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise DeepgramOptionsError(f"{name}: {value!r} is not a list of texts such as ['usage:read'].")


def check_flag(name: str, value: object) -> None:
    """Refuse what is neither None nor True nor False."""
    if value is not None and not isinstance(value, bool):
        raise DeepgramOptionsError(f"{name}: {value!r} is not True or False.")


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is not one of *choices*."""
    if not isinstance(value, str) or value not in choices:
        *first, last = choices
        fits = f"{', '.join(first)} or {last}" if first else last
        raise DeepgramOptionsError(f"{name}: {value!r} is not {fits}.")


def check_number(name: str, value: object, lowest: int, highest: int | None = None) -> None:
    """Refuse what is neither None nor a whole number from *lowest* to *highest*."""
    if value is None:
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < lowest or (highest is not None and value > highest):  # type: ignore[operator]
        span = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"
        raise DeepgramOptionsError(f"{name}: {value!r} is not a whole number {span}.")


def check_days(start: Moment | None, end: Moment | None) -> None:
    """Refuse what is no date, and a *start* on a day after *end*."""
    first, last = start and day("start", start), end and day("end", end)
    if first and last and first > last:
        raise DeepgramOptionsError(f"start: {first} is after end, {last}.")


def check_instants(start: Moment | None, end: Moment | None) -> None:
    """Refuse what is no date, and a *start* after *end*."""
    first, last = start and instant("start", start), end and instant("end", end)
    if first and last and first > last:
        raise DeepgramOptionsError(f"start: {first} is after end, {last}.")


def _unknown(kind: type[msgspec.Struct], name: object) -> str:
    close = difflib.get_close_matches(str(name), kind.__struct_fields__, 1)
    fits = f"Did you mean {close[0]}?" if close else f"It has {', '.join(kind.__struct_fields__)}."
    return f"{kind.__name__} has no field {name!r}. {fits}"
