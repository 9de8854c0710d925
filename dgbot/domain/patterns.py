"""Regular expressions that people write: taken only if no text can make them run for ever."""

from __future__ import annotations

import re

MOST_REPEATS = 2
LONGEST = 200
"""Characters of a pattern."""

_LITERAL = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{\d*,?\d*\})")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")


def safe_pattern(text: str) -> str:
    """Return *text*, a regular expression whose work grows at most with the square of what it reads.

    Raises ValueError for any other.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a pattern has at most {LONGEST} characters; this one has {len(text):,}")
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression ({error})") from None
    bare = _LITERAL.sub("x", text)
    if _REPEATED_GROUP.search(bare) or len(_UNBOUNDED.findall(bare)) > MOST_REPEATS:
        raise ValueError(
            f"{text!r} could take for ever on a text made for it; repeat no group, and use at most {MOST_REPEATS} "
            "of *, + and {n,}"
        )
    return text
