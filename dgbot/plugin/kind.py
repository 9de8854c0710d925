"""What a parameter may be: how its text is read, and how a person is told what would have fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Unfit(Exception):
    """The text is not of this kind; *clause* follows the text in a sentence (``is not a duration …``).

    *value* is the part of the text that is wrong; empty means all of it.
    """

    def __init__(self, clause: str, value: str = "") -> None:
        super().__init__(clause)
        self.clause = clause
        self.value = value


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to read a word, for ``Annotated[T, Kind(...)]``.

    *fits* is a noun with an example (``a duration such as 30m``), *shown* what usage lines write for a value; *read*
    raises Unfit, or ValueError for the plain sentence; *write* is its inverse, for defaults.
    """

    fits: str
    read: Callable[[str], Any]
    shown: str = "text"
    write: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Help:
    """One line on a parameter, for its command's help page."""

    text: str


def quoted(text: str) -> str:
    """Return *text* in quotes as part of a sentence, at most 60 characters of it."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
