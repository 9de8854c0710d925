"""What a command returns that wants an API key made: a plan, which the core carries out after approval."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

LONGEST_NAME = 100
SHORTEST_LIFE = timedelta(minutes=1)
LONGEST_LIFE = timedelta(days=366)
MARK = "[dgbot:"
"""How the bot's own mark on a key begins, in any case."""


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """The key that the requester wants; nothing exists until somebody else approved it and the requester reveals it.

    *name* becomes the key's comment at Deepgram (1 to 100 printable characters), *lives* its time to live (1 minute to
    366 days), *reason* is what the approver reads, *replaces* the id of a key that its owner ends once they have the
    new one. Raises TypeError or ValueError for what could not be approved.
    """

    name: str
    scopes: tuple[str, ...]
    lives: timedelta
    reason: str = ""
    tags: tuple[str, ...] = ()
    replaces: str = ""

    def __post_init__(self) -> None:
        for field, value in (("name", self.name), ("reason", self.reason), ("replaces", self.replaces)):
            if not isinstance(value, str):
                raise _misfit(field, value, "a str")
        for field, values in (("scopes", self.scopes), ("tags", self.tags)):
            if not _texts(values):
                raise _misfit(field, values, "a tuple of str, such as ('usage:read',)")
        if not isinstance(self.lives, timedelta):
            raise _misfit("lives", self.lives, "a timedelta, such as timedelta(days=7)")
        _check_name(self.name)
        if not self.scopes or not all(scope.strip() for scope in self.scopes):
            raise ValueError(
                f"KeyGrant: scopes is {reprlib.repr(self.scopes)}; name at least one scope, and none empty."
            )
        if not SHORTEST_LIFE <= self.lives <= LONGEST_LIFE:
            raise ValueError(f"KeyGrant: lives is {self.lives}; a key lives from 1 minute to {LONGEST_LIFE.days} days.")


def _texts(values: Any) -> bool:
    return isinstance(values, tuple) and all(isinstance(value, str) for value in values)


def _misfit(field: str, value: object, fits: str) -> TypeError:
    return TypeError(f"KeyGrant: {field} is {reprlib.repr(value)}, a {type(value).__name__}; give {fits}.")


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise ValueError(f"KeyGrant: name has {len(name.strip()):,} characters; a key's name has 1 to {LONGEST_NAME}.")
    if not name.isprintable():
        raise ValueError(f"KeyGrant: name is {name!r}, which has characters that nobody can see; leave them out.")
    if MARK in name.casefold():
        raise ValueError(f"KeyGrant: name is {name!r}, which looks like the bot's own mark; leave {MARK} out.")
