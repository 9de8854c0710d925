"""Regular expressions that people write: taken only if no text can make them run for ever."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_WAYS = 100_000
"""In so many ways a pattern may be laid upon a text."""

MOST_STEPS = 1_000_000
"""Characters that are compared with a set, such as ``[a-z]``, in all ways together; that takes a few milliseconds."""

CASE, PLAIN = 4, 8
"""So many times as long it takes to pay no heed to case; a plain character then takes that part of what a set takes."""

LONGEST = 200
"""Characters of a pattern, and of a text that one is laid upon."""

_OPENING = re.compile(r"\((?!\?)|\(\?(?::|=|!|>|P<\w+>|[aimsu-]+[:)])")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()|]", re.DOTALL)
_TIMES = re.compile(r"(?:[*+?]|\{(?=[0-9,])([0-9]*)(,?)([0-9]*)\})[?+]?")
_SET = re.compile(r"\[.*|\.|\\[wWdDsS]", re.DOTALL)
_NO_CASE = re.compile(r"\(\?[amsu]*i")
_WIDTHLESS = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\Z"})
_BACKREFERENCE = re.compile(r"\\[1-9]")
_UNCOUNTED = "looks back, or has a comment or a flag beside a, i, m, s and u; leave that out"


def safe_pattern(text: str) -> str:
    """Return *text*, a regular expression that can be laid upon a text in few enough ways to try each of them.

    Python tries all ways, one after the other, and lets nobody else do anything meanwhile. They are counted: a choice
    of branches has the sum of theirs, what is repeated one for each number of times, what follows multiplies them.
    Raises ValueError for a pattern with too many ways, and for what has ways that can't be counted so.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a pattern has at most {LONGEST} characters; this one has {len(text):,}")
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r} is not a regular expression ({error})") from None
    counted = _Ways(text)
    ways = counted.all()
    steps = ways * (1 + counted.width)
    if _NO_CASE.search(text):
        steps = CASE * ways * (1 + counted.width + counted.plain // PLAIN)
    if ways > MOST_WAYS or (ways > 1 and steps > MOST_STEPS):
        raise ValueError(
            f"{text!r} could take for ever on a text made for it; use at most two of *, + and {{n,}}, and fewer of ?, "
            "{m,n}, | and long runs such as [a-z]{90}"
        )
    return text


@lru_cache(maxsize=1000)
def compiled(text: str) -> re.Pattern[str] | None:
    """Return the pattern that *text* says, None for one that isn't safe."""
    try:
        return re.compile(safe_pattern(text))
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def fits(pattern: str, text: str) -> bool | None:
    """Whether *pattern* fits the whole *text*, of which it sees the first 200 characters; None if it isn't safe."""
    read = compiled(pattern)
    return None if read is None else read.fullmatch(text[:LONGEST]) is not None


class _Ways:
    """Reads a pattern that `re` takes, and counts in how many ways it may be laid upon a text.

    *width* is how many characters are compared with sets in one of them, *plain* how many with a character.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.width = self.plain = 0

    def all(self) -> int:
        """Return the number of ways of the whole pattern."""
        return self._branches()

    def _branches(self) -> int:
        """Return the number of ways of what stands from here to the end of the group."""
        ways = self._row()
        while self._next("|"):
            ways += self._row()
        return ways

    def _row(self) -> int:
        ways = 1
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            ways *= self._group() if self._text[self._at] == "(" else self._atom()
        return ways

    def _group(self) -> int:
        opening = _OPENING.match(self._text, self._at)
        if opening is None:
            raise ValueError(f"{self._text!r} {_UNCOUNTED}")
        self._at = opening.end()
        if opening[0].endswith(")"):  # flags, such as (?i)
            return 1
        ways = self._branches()
        self._next(")")
        times = self._times()
        if times is None:
            return ways
        if times[0] != "?":
            raise ValueError(f"{self._text!r} repeats a group, which could take for ever; repeat no group")
        return ways + 1

    def _atom(self) -> int:
        atom = _ATOM.match(self._text, self._at)
        assert atom is not None  # noqa: S101  # for the type checker: nothing else is left
        if _BACKREFERENCE.fullmatch(atom[0]):
            raise ValueError(f"{self._text!r} {_UNCOUNTED}")
        self._at = atom.end()
        times = self._times()
        if _SET.fullmatch(atom[0]):
            self.width += _width_of(times)
        else:
            self.plain += _width_of(times)
        if times is None:
            return 1
        if atom[0] in _WIDTHLESS:
            raise ValueError(f"{self._text!r} repeats {atom[0]}, which has no characters; write it once")
        return _ways_of(times)

    def _times(self) -> re.Match[str] | None:
        """Return how often what stood last is repeated; None if it isn't."""
        times = _TIMES.match(self._text, self._at)
        self._at = times.end() if times else self._at
        return times

    def _next(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        self._at += found
        return found


def _width_of(times: re.Match[str] | None) -> int:
    """Return how many characters something has in one way; of what has no end, its backing off is counted as ways."""
    if times is None:
        return 1
    most = (times[3] or times[1]) if times[0][0] == "{" else ""
    return min(int(most or 0), LONGEST)


def _ways_of(times: re.Match[str]) -> int:
    """Return for how many numbers of times something may be repeated; of no text more than its length."""
    if times[0][0] == "?":
        return 2
    if times[0][0] in "*+":
        return LONGEST + 1
    least, comma, most = times.groups()
    if not comma:
        return 1
    return min(int(most or LONGEST) - int(least or 0), LONGEST) + 1 if not most or int(most) >= int(least or 0) else 1
