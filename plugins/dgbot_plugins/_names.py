"""Names that people give to what they set, such as alerts and digests."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Container

from dgbot import Unfit

NAME = r"[a-z0-9][a-z0-9-]{0,39}"


def name_reader(what: str, example: str) -> Callable[[str], str]:
    """Return a function that returns the name of *what* in lower case, or raises Unfit."""

    def read_name(text: str) -> str:
        if not re.fullmatch(NAME, text.lower()):
            raise Unfit(f"can't name {what}; use up to 40 letters, digits and hyphens, such as {example}.")
        return text.lower()

    return read_name


def first_free(usual: str, known: Container[str]) -> str:
    """Return *usual*, or the first of ``usual-2``, ``usual-3`` and so on that is not *known*."""
    names = itertools.chain([usual], (f"{usual}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in known)
