"""What a parameter may be: how its text is read, and how a person is told what would have fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


class Unfit(Exception):
    """The text is not of this kind; *clause* follows the text in a sentence (``is not a duration …``).

    *value* is the part of the text that is wrong; empty means all of it.
    """

    def __init__(self, clause: str, value: str = "") -> None:
        super().__init__(clause)
        self.clause = clause
        self.value = value


Entry = Literal["line", "lines", "email", "number", "channel"]
"""What a form offers for a value that is not chosen from a list."""


def _no_heading(choice: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to read a word, for ``Annotated[T, Kind(...)]``.

    *fits* is a noun with an example (``a duration such as 30m``), *shown* what usage lines write for a value; *read*
    raises Unfit, or ValueError for the plain sentence; *write* is its inverse, for defaults.

    The rest is for forms. They offer the *choices*, each as it would be typed, under the *heading* that it gets there;
    with *many*, several may be picked, and *read* gets them with commas between. Without choices they let people type,
    as *entry* says; what follows "such as" in *fits* is then the example in the empty field.
    """

    fits: str
    read: Callable[[str], Any]
    shown: str = "text"
    write: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()
    heading: Callable[[str], str] = _no_heading
    many: bool = False
    entry: Entry = "line"

    @property
    def example(self) -> str:
        """What would fit, alone; empty if *fits* gives no example."""
        return self.fits.partition("such as ")[2]


@dataclass(frozen=True, slots=True)
class Help:
    """One line on a parameter, for its command's help page and form; *label* is what the form calls it.

    Without a *label* that is the parameter's name.
    """

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True, init=False)
class Choices:
    """What forms offer for a parameter, each as it would be typed: ``Annotated[Duration, Choices("1h", "7d")]``."""

    choices: tuple[str, ...]

    def __init__(self, *choices: str) -> None:
        object.__setattr__(self, "choices", choices)


def quoted(text: str) -> str:
    """Return *text* in quotes as part of a sentence, at most 60 characters of it."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
