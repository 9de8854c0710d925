"""How it is written down what a block, an element or a composition object may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A text object: characters at most, and whether mrkdwn is allowed."""

    most: int
    mrkdwn: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list: how many, and of what (a kind of element, or a text object)."""

    most: int
    of: str | Text
    least: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """How a string has to look, for programs and in words."""

    pattern: re.Pattern[str]
    told: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What one block, element or composition object may hold; what is not named is not checked.

    *filled* are strings that may not be empty, *names* lists of strings, *forms* strings that have to look so.
    """

    needs: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    strings: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    lists: Mapping[str, Many] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
