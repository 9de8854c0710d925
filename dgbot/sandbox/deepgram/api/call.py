"""One authenticated call, as the operations read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dgbot.sandbox.deepgram.refusals import bad_query, invalid_json, lacks_scope
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.holdings import Key, Member
from dgbot.sandbox.deepgram.world.scopes import expand, powers
from dgbot.sandbox.deepgram.world.world import Pass, Project, World

Json = dict[str, object]


@dataclass(frozen=True)
class Call:
    """Who asks what, of which project, when; *opened* is the project in the path, or else the caller's own."""

    world: World
    opened: Pass
    own: Pass
    """The project of the caller's key."""
    now: datetime
    wire: Wire
    parts: Mapping[str, str]
    """What stands in the path's braces."""
    query: Mapping[str, tuple[str, ...]]
    raw: bytes
    body: object
    lenient: bool = False
    """Whether any scope may be given to people and keys."""

    @property
    def sees(self) -> Iterator[Pass]:
        """Every project that the caller's key opens, its own first."""
        return self.world.passes(self.own)

    @property
    def project(self) -> Project:
        """The project that is spoken of."""
        return self.opened.project

    @property
    def key(self) -> Key:
        """The caller's key."""
        return self.opened.key

    @property
    def maker(self) -> Member:
        """The member whose key the caller uses."""
        return self.opened.maker

    def may(self, scope: str) -> bool:
        """Whether the caller's key has *scope*."""
        return scope in self.opened.scopes

    def need(self, *scopes: str) -> None:
        """Refuse the call unless the caller's key has all *scopes*; the refusal names the first missing one."""
        for scope in scopes:
            if not self.may(scope):
                raise lacks_scope(scope)

    def hand_out(self, *scopes: str) -> None:
        """Refuse the call if the caller's member lacks something that *scopes* allow.

        A key is made with ``keys:write`` and an invite with ``members:write:invites`` alone, as published: it is the
        person's role that caps what they pass on.
        """
        lacking = powers(scopes) - expand(self.maker.scopes)
        if lacking:
            raise lacks_scope(min(lacking))

    def parameter(self, name: str) -> str | None:
        """The last value of a query parameter; None without one or with an empty one."""
        return (self.query.get(name) or ("",))[-1] or None

    def whole_number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A query parameter that counts; refuses what is no whole number in the range."""
        text = self.parameter(name)
        if text is None:
            return default
        if not re.fullmatch("[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise bad_query(f"{name}: {text} is not a number from {lowest} to {highest}.")
        return int(text)

    def choice(self, name: str, *options: str) -> str | None:
        """A query parameter that must be one of *options*, or absent."""
        text = self.parameter(name)
        if text is not None and text not in options:
            raise bad_query(f"{name}: {text} is not one of {', '.join(options)}.")
        return text

    def fields(self) -> Mapping[str, object]:
        """The body, which must be a JSON object."""
        if isinstance(self.body, Mapping):
            return self.body
        if not self.raw:
            raise invalid_json("EOF while parsing a value at line 1 column 0")
        raise invalid_json(f"expected a JSON object {self.place()}")

    def text_field(self, name: str) -> str:
        """A field of the body that must be there and be text."""
        fields = self.fields()
        if name not in fields:
            raise invalid_json(f"missing field `{name}` {self.place()}")
        value = fields[name]
        if not isinstance(value, str):
            raise invalid_json(f"invalid type: expected a string for `{name}` {self.place()}")
        return value

    def texts_field(self, name: str) -> tuple[str, ...]:
        """A field of the body that must be there and be a list of texts."""
        fields = self.fields()
        if name not in fields:
            raise invalid_json(f"missing field `{name}` {self.place()}")
        value = fields[name]
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            raise invalid_json(f"invalid type: expected a sequence of strings for `{name}` {self.place()}")
        return value

    def place(self) -> str:
        """Where the JSON parser gave up: at the end of the body."""
        lines = self.raw.decode(errors="replace").split("\n")
        return f"at line {len(lines)} column {len(lines[-1])}"
