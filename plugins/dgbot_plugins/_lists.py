"""Lists that may be longer than a message: one page of them, or the first few and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from dgbot import Button, Buttons, Kind, Note, Part, Unfit, run_button

T = TypeVar("T")


def read_page(text: str) -> int:
    """Return the number of a page, or raise Unfit."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 9999:
        raise Unfit("is no page such as 2.")
    return int(text)


Page = Annotated[int, Kind("a page such as 2", read_page, "2")]


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """What is *shown* of a list; *place* says which part of a longer one that is, and *ways* lead to others."""

    shown: Sequence[T]
    place: str = ""
    ways: tuple[Button, ...] = ()

    @property
    def foot(self) -> tuple[Part, ...]:
        """What stands below the list."""
        return (Note(self.place), Buttons(self.ways)) if self.place else ()


def leaf_of(things: Sequence[T], page: int, *, most: int, again: str) -> Leaf[T]:
    """Return that *page* of *things*, *most* on each, or the last one; *again* is the line that shows the first."""
    if len(things) <= most:
        return Leaf(things)
    last = -(-len(things) // most)
    page = min(page, last)
    first = (page - 1) * most
    shown = things[first : first + most]
    ways = [("Back", page - 1)] * (page > 1) + [("Next", page + 1)] * (page < last)
    buttons = tuple(run_button(label, f"{again} --page {number}") for label, number in ways)
    return Leaf(shown, f"{first + 1} to {first + len(shown)} of {len(things)}", buttons)


def left_out(things: Sized, most: int) -> tuple[Note, ...]:
    """Return a note of how many *things* there are beyond *most*; nothing if there are none."""
    return (Note(f"and {len(things) - most} more"),) if len(things) > most else ()
