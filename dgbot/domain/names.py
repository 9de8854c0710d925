"""Names that somebody else chose, where we say them."""

from __future__ import annotations

LONGEST_NAME = 100
"""Characters of a name that somebody else chose; more would leave no room for the amount beside it."""


def one_line(name: str) -> str:
    """Return *name* as it fits into a line: without line ends, and with an end."""
    short = " ".join(name[: 4 * LONGEST_NAME].split())
    return short if len(short) <= LONGEST_NAME else f"{short[: LONGEST_NAME - 1]}…"
