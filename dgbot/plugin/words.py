"""Slack's text becomes words: what a phone made of quotes and dashes is undone, and nothing else is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from dgbot.plugin.errors import UsageError

LONGEST = 1_000
"""Characters in one command."""

_PLAIN = re.compile(rf"[A-Za-z0-9@.,:/_+=#$%\- ]{{0,{LONGEST}}}")
"""Nothing that needs undoing: most commands, and every command waits for this."""
_BARE = re.compile(r"[A-Za-z0-9@.,:/_+=#%$\-]+")
"""A word that is typed as it is."""
_LINE_END = re.compile(r"\r\n?|\n")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″", '"') | dict.fromkeys("‘’‚‛′", "'"))
_TOKEN = re.compile(
    r"<(?:(?P<mark>[@#])(?P<id>[A-Z][A-Z0-9]+)(?:\|(?P<name>[^<>|]*))?"
    r"|!subteam\^(?P<group>S[A-Z0-9]+)(?:\|(?P<handle>[^<>|]*))?"
    r"|!(?P<special>[^<>|]+)(?:\|(?P<said>[^<>|]*))?"
    r"|(?P<target>(?:mailto:|tel:|https?://)[^<>|\s]+)(?:\|(?P<label>[^<>|]*))?)>"
)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_DASHES = re.compile(r"[\u2010-\u2015]+(?=[^\W\d_])")
_SCHEME = re.compile(r"(?:mailto:|tel:|https?://)")


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of *text* as it came from Slack, escaped or not; quotes hold a word with spaces together.

    People, channels and user groups stay ``<@U1|bob>``, ``<#C1|ops>`` and ``<!subteam^S1|@devs>``; links become what
    was typed. An apostrophe inside a word is an apostrophe. Raises UsageError for more than 1,000 characters, an open
    quote, or a link that misleads.
    """
    if _PLAIN.fullmatch(text):
        return tuple(text.split())
    if len(text) > LONGEST:
        raise UsageError(f"These are {len(text):,} characters; a command has room for {LONGEST:,}. Nothing was read.")
    return tuple(_words(list(_units(visible(text)))))


def said(word: str) -> str:
    """Return *word* with people, channels and groups as ``@bob``, ``#ops``, ``@devs``, for text that is only read."""
    return _TOKEN.sub(_read_only, word)


def visible(text: str, *, lines: bool = False) -> str:
    """Drop what nobody sees (controls, bidi marks, zero-width) and make every kind of white space a space.

    With *lines*, the ends of lines stay.
    """
    if lines:
        return "\n".join(map(visible, _LINE_END.split(text)))
    return "".join(_seen(character) for character in text)


def literal_words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, of any length, in which Slack wrote nothing: an ``&`` and a ``<`` are themselves.

    Raises UsageError for an open quote.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return tuple(_words(list(_units(visible(escaped)))))


def typed_word(text: str) -> str:
    """Return *text* as one word of a line, in quotes where it needs them."""
    if _BARE.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read_only(token: re.Match[str]) -> str:
    if token["group"]:
        return f"@{(token['handle'] or token['group']).lstrip('@')}"
    return f"{token['mark']}{token['name'] or token['id']}" if token["mark"] else token[0]


@dataclass(frozen=True, slots=True)
class _Unit:
    """One character, or a whole token of Slack's, in which nothing is a quote."""

    text: str
    token: bool = False

    @property
    def space(self) -> bool:
        return self.text == " "


def _seen(character: str) -> str:
    if character.isspace() or unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def _units(text: str) -> Iterator[_Unit]:
    at = 0
    for token in _TOKEN.finditer(text):
        yield from _characters(text[at : token.start()])
        yield _Unit(_unwrapped(token), token=True)
        at = token.end()
    yield from _characters(text[at:])


def _characters(text: str) -> Iterator[_Unit]:
    return map(_Unit, _unescaped(text).translate(_QUOTES))


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)


def _unwrapped(token: re.Match[str]) -> str:
    if token["mark"] or token["group"]:
        return token[0]
    if token["special"]:
        return "@" + _unescaped(token["said"] or token["special"]).lstrip("@")
    target = _unescaped(token["target"])
    label = _unescaped(token["label"] or "").strip()
    if not label or _bare(label) != _bare(target):
        if target.startswith("mailto:") and label:
            raise UsageError(
                f'"{label}" is a link to "{_SCHEME.sub("", target)}"; type the address itself, so that both agree.'
            )
        return target if not target.startswith(("mailto:", "tel:")) else _SCHEME.sub("", target)
    return label


def _bare(address: str) -> str:
    return _SCHEME.sub("", address, count=1).rstrip("/").casefold()


def _words(units: list[_Unit]) -> Iterator[str]:
    at = 0
    while at < len(units):
        if units[at].space:
            at += 1
            continue
        word, at = _word(units, at)
        yield word


def _word(units: list[_Unit], start: int) -> tuple[str, int]:
    """Read one word from *start*; return it, and where the next one may begin."""
    word, at, typed = "", start, units[start].text not in {'"', "'"} and not units[start].token
    while at < len(units) and not units[at].space:
        if _opens(units, at, word, start):
            inside, at = _quoted(units, at)
            word += inside
        else:
            word += units[at].text
            at += 1
    return (_DASHES.sub("--", word, count=1) if typed and _DASHES.match(word) else word), at


def _opens(units: list[_Unit], at: int, word: str, start: int) -> bool:
    unit = units[at]
    if unit.token:
        return False
    return unit.text == '"' or (unit.text == "'" and (at == start or word.endswith("=")))


def _quoted(units: list[_Unit], opening: int) -> tuple[str, int]:
    quote, inside, at = units[opening].text, "", opening + 1
    while at < len(units):
        unit, following = units[at], units[at + 1] if at + 1 < len(units) else _Unit(" ")
        if not unit.token and unit.text == quote and (quote == '"' or following.space):
            return inside, at + 1
        if quote == '"' and unit.text == "\\" and following.text in {'"', "\\"}:
            inside, at = inside + following.text, at + 2
            continue
        inside, at = inside + unit.text, at + 1
    place = f"before {inside[:30].strip()}{'…' if len(inside) > 30 else ''}" if inside.strip() else "at the very end"
    raise UsageError(f"A quote ({quote}) is opened {place} and never closed; close it with {quote} or leave it out.")
