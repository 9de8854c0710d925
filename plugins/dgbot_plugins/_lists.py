"""Lists that may be longer than a message."""

from __future__ import annotations

from collections.abc import Sized

from dgbot import Note


def left_out(things: Sized, most: int) -> tuple[Note, ...]:
    """Return a note of how many *things* there are beyond *most*; nothing if there are none."""
    return (Note(f"and {len(things) - most} more"),) if len(things) > most else ()
