"""Names and values that say what an instance is about, and what picks some of them out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dgbot.domain import patterns

Labels = Mapping[str, str]

_MATCHER = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)


class BadMatcher(ValueError):
    """A matcher that can't be read; the message says what would fit."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label, such as ``project=~"acme-.*"``; a label that is missing is an empty text.

    *kind* is ``=``, ``!=``, ``=~`` or ``!~``; a pattern has to fit the whole value, of which it sees the first 200
    characters. One that isn't safe, as older bots took it, fits nothing.
    """

    label: str
    kind: str
    value: str

    def fits(self, labels: Labels) -> bool:
        """Whether *labels* meet it."""
        found = labels.get(self.label, "")
        if self.kind in {"=", "!="}:
            return (found == self.value) is (self.kind == "=")
        return patterns.fits(self.value, found[: patterns.LONGEST]) is (self.kind == "=~")

    def __str__(self) -> str:
        return f'{self.label}{self.kind}"{self.value}"'


def matcher(text: str) -> Matcher:
    """Read ``label=value``, ``label!=value``, ``label=~pattern`` or ``label!~pattern``; quotes may be left out.

    Raises BadMatcher, also for a pattern that could take for ever.
    """
    read = _MATCHER.fullmatch(text)
    if read is None:
        raise BadMatcher(f'{text!r} is not a matcher such as project="acme-prod" or kind=~"balance|days-left".')
    label, kind, value = read.groups()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    if "~" in kind:
        try:
            patterns.safe_pattern(value)
        except ValueError as error:
            raise BadMatcher(f"{label}: {error}.") from None
    return Matcher(label, kind, value)


def fit(matchers: tuple[Matcher, ...], labels: Labels) -> bool:
    """Whether *labels* meet every one of *matchers*."""
    return all(one.fits(labels) for one in matchers)


def fingerprint(labels: Labels) -> str:
    """Return what tells instances of one rule apart: the same for the same labels, whatever their order."""
    told = "\x00".join(f"{name}\x01{value}" for name, value in sorted(labels.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
