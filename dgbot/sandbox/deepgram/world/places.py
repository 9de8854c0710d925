"""Where something stands in a seed: the path that an error names, and the id that stands in for one left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from dgbot.sandbox.deepgram.world.scopes import is_scope
from dgbot.sandbox.deepgram.world.seed import SeedError

T = TypeVar("T")

_KINDS = (
    "projects",
    "members",
    "keys",
    "balances",
    "purchases",
    "requests",
    "agents",
    "variables",
    "credentials",
    "stt",
    "tts",
)


@dataclass(frozen=True)
class Place:
    """The item *number* (from 0) of a *kind* in the project *project* (from 0; -1 is no project's)."""

    kind: str
    number: int
    project: int = -1

    def __str__(self) -> str:
        inner = f"models.{self.kind}" if self.kind in ("stt", "tts") else self.kind
        return f"$.{f'projects[{self.project}].' if self.project >= 0 else ''}{inner}[{self.number}]"

    @property
    def id(self) -> str:
        """An id that says where it comes from, in the form of a UUID; projects and items are counted from 1."""
        return f"{self.project + 1:08x}-{_KINDS.index(self.kind):04x}-4000-8000-{self.number + 1:012x}"

    @property
    def secret(self) -> str:
        """A secret that says where it comes from: 40 hexadecimal digits."""
        return f"5eed{self.project + 1:04x}{self.number + 1:032x}"

    def wrong(self, name: str, sentence: str) -> SeedError:
        """What to raise when the field *name* of this item can't be."""
        return SeedError(f"{sentence} - at `{self}.{name}`")

    def fresh(self, name: str, value: str, taken: Mapping[str, object]) -> str:
        """*value*, which nobody before may have had as their *name*."""
        if value in taken:
            raise self.wrong(name, f"{value!r} is there twice")
        return value

    def address(self, email: str) -> str:
        """*email*, which must look like one."""
        if "@" not in email:
            raise self.wrong("email", f"{email!r} is not an email address")
        return email

    def scopes(self, name: str, *told: str) -> tuple[str, ...]:
        """The scopes *told*, each of which must be a published one."""
        for scope in told:
            if not is_scope(scope):
                raise self.wrong(name, f"{scope!r} is not a scope")
        return told
