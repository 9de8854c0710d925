"""A series of values in a line of text: Prometheus' expanding notation, with failures and top-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dgbot.domain.alerting.outcomes import Cause

LONGEST = 100_000
"""Points of one series: 90 days, one every 2 minutes."""

FITS = "10-1x5, 10+2x3, 5x4, ..-5x3, _, _x3, stale, fail(auth), fail(net)x3 or topup(+100)"


class BadSeries(ValueError):
    """A series that can't be read; the message says what would fit."""


@dataclass(frozen=True, slots=True)
class Missing:
    """There was an answer without a value."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The thing is not listed any more."""


Point = Decimal | Missing | Stale | Cause
"""What is found at one moment; a `Cause` is why nothing could be."""


@dataclass(frozen=True, slots=True)
class Run:
    """*count* steps of *change* after *first*, which makes one value more: ``10-1x5``."""

    first: Decimal
    change: Decimal = Decimal(0)
    count: int = 0


@dataclass(frozen=True, slots=True)
class GoOn:
    """*count* steps of *change* from the value before: ``..-5x3``."""

    change: Decimal
    count: int = 1


@dataclass(frozen=True, slots=True)
class Absent:
    """So many times the same reason why there is no value: ``_x3``, ``stale``, ``fail(net)x3``."""

    point: Missing | Stale | Cause
    count: int = 1


@dataclass(frozen=True, slots=True)
class TopUp:
    """The value before and *amount* more: ``topup(+100)``."""

    amount: Decimal


Item = Run | GoOn | Absent | TopUp

_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,6})?"
_TIMES = r"(?:x([0-9]{1,6}))?"
_RUN = re.compile(rf"(-?{_NUMBER})(?:([+-]{_NUMBER})?x([0-9]{{1,6}}))?", re.ASCII)
_GO_ON = re.compile(rf"\.\.([+-]{_NUMBER}){_TIMES}", re.ASCII)
_ABSENT = re.compile(rf"(_|stale|fail\(({'|'.join(Cause)})\)){_TIMES}", re.ASCII)
_TOP_UP = re.compile(rf"topup\(\+?({_NUMBER})\)", re.ASCII)


def read_series(text: str) -> tuple[Item, ...]:
    """Return what *text* says, or raise BadSeries."""
    items = tuple(_item(word) for word in text.split())
    if not items:
        raise BadSeries(f"A series has at least one value, such as {FITS}.")
    points = sum(_length(item) for item in items)
    if points > LONGEST:
        raise BadSeries(f"The series has {points:,} points; {LONGEST:,} fit.")
    list(expand(items))
    return items


def write_series(items: tuple[Item, ...]) -> str:
    """Return the text that `read_series` reads as *items*."""
    return " ".join(_text(item) for item in items)


def expand(items: tuple[Item, ...]) -> Iterator[Point]:
    """Yield what is found at each moment; raises BadSeries where something goes on from nothing."""
    last: Decimal | None = None
    for item in items:
        if isinstance(item, Absent):
            for _ in range(item.count):
                yield item.point
            continue
        for value in _values(item, last):
            last = value
            yield value


def _values(item: Run | GoOn | TopUp, last: Decimal | None) -> Iterator[Decimal]:
    if isinstance(item, Run):
        for number in range(item.count + 1):
            yield item.first + number * item.change
    elif last is None:
        raise BadSeries(f"{_text(item)} goes on from a value, and there is none before it; begin with one, such as 50.")
    elif isinstance(item, TopUp):
        yield last + item.amount
    else:
        for number in range(1, item.count + 1):
            yield last + number * item.change


def _item(word: str) -> Item:
    if found := _RUN.fullmatch(word):
        return Run(Decimal(found[1]), Decimal(found[2] or 0), int(found[3] or 0))
    if found := _GO_ON.fullmatch(word):
        return GoOn(Decimal(found[1]), _times(found[2], word))
    if found := _ABSENT.fullmatch(word):
        point = Missing() if found[1] == "_" else Stale() if found[1] == "stale" else Cause(found[2])
        return Absent(point, _times(found[3], word))
    if found := _TOP_UP.fullmatch(word):
        return TopUp(Decimal(found[1]))
    if word.startswith("fail"):
        raise BadSeries(f"{_shown(word)} is no failure; fail({'), fail('.join(Cause)}) fit, and fail(net)x3 for three.")
    raise BadSeries(f"{_shown(word)} is no part of a series; {FITS} fit.")


def _times(text: str | None, word: str) -> int:
    count = 1 if text is None else int(text)
    if not count:
        raise BadSeries(f"{word} is nothing; x1 or more would fit.")
    return count


def _length(item: Item) -> int:
    if isinstance(item, Run):
        return item.count + 1
    return 1 if isinstance(item, TopUp) else item.count


def _text(item: Item) -> str:
    if isinstance(item, Run):
        if not item.count:
            return f"{item.first:f}"
        return f"{item.first:f}{item.change:+f}x{item.count}" if item.change else f"{item.first:f}x{item.count}"
    if isinstance(item, GoOn):
        return f"..{item.change:+f}{_repeated(item.count)}"
    if isinstance(item, TopUp):
        return f"topup(+{item.amount:f})"
    if isinstance(item.point, Cause):
        return f"fail({item.point}){_repeated(item.count)}"
    return ("_" if isinstance(item.point, Missing) else "stale") + _repeated(item.count)


def _repeated(count: int) -> str:
    return f"x{count}" if count > 1 else ""


def _shown(word: str) -> str:
    return repr(word if len(word) <= 40 else f"{word[:40]}…")
