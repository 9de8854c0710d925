"""As much YAML as an app manifest needs: blocks by indentation, plain and quoted words; no YAML library is needed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None, "~": None, "": None, "[]": [], "{}": {}}
KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'#\-?:,\[\]{}&*!|>%@`][^:#]*?)\s*:(?:\s+(.*))?""")


class Unreadable(ValueError):
    """This is YAML that is not read here, or none; the message is a sentence with the number of the line."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Line {number} {why}.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: its *words* without comment, and how far they are indented."""

    number: int
    indent: int
    words: str


def read_outline(text: str) -> Any:
    """Return the mappings, lists and plain values of *text*, None if it is empty. Raises Unreadable.

    Not read: flow style (but for ``[]`` and ``{}``), anchors, tags, texts over several lines, several documents.
    """
    lines = [line for number, written in enumerate(text.splitlines(), 1) if (line := _line(number, written)).words]
    if lines and lines[0].words == "---":
        del lines[0]
    if not lines:
        return None
    value, rest = _block(lines, lines[0].indent)
    if rest:
        raise Unreadable(rest[0].number, "is indented unlike the lines above it")
    return value


def _line(number: int, written: str) -> Line:
    words = written.lstrip(" ")
    if words.startswith("\t"):
        raise Unreadable(number, "is indented with a tab; YAML takes spaces")
    return Line(number, len(written) - len(words), _uncommented(words).rstrip())


def _uncommented(words: str) -> str:
    quote = ""
    for at, letter in enumerate(words):
        before = words[at - 1] if at else " "
        if quote:
            quote = "" if letter == quote and not (quote == '"' and before == "\\") else quote
        elif letter in "\"'" and (before in " \t" or letter == before == "'"):
            quote = letter
        elif letter == "#" and before in " \t":
            return words[:at]
    return words


def _block(lines: list[Line], indent: int) -> tuple[Any, list[Line]]:
    """Read the list or mapping that begins here; return it with the lines that follow it."""
    is_list = _is_item(lines[0])
    items: list[Any] = []
    fields: dict[str, Any] = {}
    while lines and lines[0].indent == indent and _is_item(lines[0]) == is_list:
        if is_list:
            value, lines = _item(lines)
            items.append(value)
        else:
            number = lines[0].number
            key, value, lines = _field(lines)
            if key in fields:
                raise Unreadable(number, f"names {key!r} a second time")
            fields[key] = value
    return (items if is_list else fields), lines


def _is_item(line: Line) -> bool:
    return line.words == "-" or line.words.startswith("- ")


def _item(lines: list[Line]) -> tuple[Any, list[Line]]:
    first, rest = lines[0], lines[1:]
    words = first.words[1:].lstrip()
    if not words:
        return _deeper(rest, first.indent + 1)
    inner = Line(first.number, first.indent + len(first.words) - len(words), words)
    if KEY.fullmatch(words) or _is_item(inner):
        return _block([inner, *rest], inner.indent)
    return _value(inner, words), rest


def _field(lines: list[Line]) -> tuple[str, Any, list[Line]]:
    first, rest = lines[0], lines[1:]
    found = KEY.fullmatch(first.words)
    if found is None:
        raise Unreadable(first.number, f"can't be read: {first.words[:60]!r} is neither 'name: value' nor '- item'")
    key, words = found[1], found[2] or ""
    key = str(_value(first, key)) if key[0] in "\"'" else key
    if words:
        return key, _value(first, words), rest
    if rest and rest[0].indent == first.indent and _is_item(rest[0]):
        return key, *_block(rest, first.indent)
    return key, *_deeper(rest, first.indent + 1)


def _deeper(lines: list[Line], least: int) -> tuple[Any, list[Line]]:
    """Read the block below a line that says nothing itself; None if there is none."""
    return _block(lines, lines[0].indent) if lines and lines[0].indent >= least else (None, lines)


def _value(line: Line, words: str) -> Any:
    if words in CONSTANTS:
        return CONSTANTS[words]
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", words):
        return int(words)
    if words[0] == '"':
        try:
            return json.loads(words)
        except ValueError:
            raise Unreadable(
                line.number, "has a quoted text that does not end on it, or that JSON would not take"
            ) from None
    if words[0] == "'":
        if not re.fullmatch(r"'([^']|'')*'", words):
            raise Unreadable(line.number, "has a quoted text that does not end on it")
        return words[1:-1].replace("''", "'")
    if words[0] in "{[&*!|>%@`" or ": " in words or words[-1] == ":":
        raise Unreadable(line.number, f"has {words[:60]!r}, which is more YAML than is read here")
    return words
