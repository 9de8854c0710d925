"""Something Slack would refuse, and the one check that everything else is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something Slack would refuse: a JSON pointer into what was checked, and a sentence."""

    pointer: str
    message: str


def check_string(value: object, most: int, at: str) -> Iterator[Problem]:
    """Find what is no string, or one that is too long."""
    if not isinstance(value, str):
        yield Problem(at, f"must be a string, not {type(value).__name__}")
    elif len(value) > most:
        yield Problem(at, f"must be at most {most} characters, not {len(value)}")
