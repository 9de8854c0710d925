"""On which line of a TOML file something stands, as far as a look at its lines can tell: the parser does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\]\[]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=(.*)")
DEEPEST = 10
"""Names within names that are looked at."""

LONGEST_LINE = 5_000
"""Characters; nobody looks for a key in a line that is longer."""

_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    entry: int
    path: tuple[str, ...]


class TomlLines:
    """Knows the lines of the entries of an array of tables, such as ``[[rule]]``, and of what is in them.

    Keys within inline tables stand on the line where the outermost begins.
    """

    def __init__(self, text: str, array: str) -> None:
        self._lines: dict[tuple[int, tuple[str, ...]], int] = {}
        for place in _places(text, array):
            self._lines.setdefault((place.entry, place.path), place.line)

    def of(self, entry: int, path: Sequence[str | int] = ()) -> int:
        """Return the line of *path* in the entry of that number, from 0; the entry's own, or 1, if it is not found."""
        names = tuple(str(part) for part in path)[:DEEPEST]
        for length in range(len(names), -1, -1):
            if line := self._lines.get((entry, names[:length])):
                return line
        return 1

    def of_table(self, name: str) -> int:
        """Return the line on which anything else begins: a table, an array of tables, or a value."""
        return self._lines.get((-1, ("", name))) or self.of(-1, (name,))


def in_single_brackets(text: str, array: str) -> int:
    """Return the first line of *text* on which ``[array]`` stands instead of ``[[array]]``; 0 if there is none."""
    headers = ((number, _HEADER.fullmatch(line)) for number, line in enumerate(text.splitlines(), start=1))
    return next((number for number, one in headers if one and (one[1], one[2]) == ("[", array)), 0)


def _places(text: str, array: str) -> Iterator[_Place]:
    entry, table, quoted = -1, tuple[str, ...](), ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quoted:
            quoted = "" if quoted in line else quoted
            continue
        if len(line) > LONGEST_LINE:
            quoted = next((mark for mark in _QUOTES if line.count(mark) % 2), "")
        elif header := _HEADER.fullmatch(line):
            names = _split(header[2])
            if names == (array,) and header[1] == "[[":
                entry, table = entry + 1, ()
                yield _Place(number, entry, ())
            elif names == (array,):
                table = ("", array)
                yield _Place(number, -1, table)
            else:
                table = names[1:] if names[0] == array else ("", *names)
                of = entry if names[0] == array else -1
                yield from (_Place(number, of, table[:length]) for length in range(1, len(table) + 1))
        elif key := _KEY.fullmatch(line):
            names = (*table, *_split(key[1]))
            yield from (_Place(number, entry, names[:length]) for length in range(len(table) + 1, len(names) + 1))
            quoted = next((mark for mark in _QUOTES if key[2].count(mark) % 2), "")


def _split(names: str) -> tuple[str, ...]:
    found = re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", names)
    return tuple(one.strip().strip("\"'") for one in found[:DEEPEST])
