"""What is asked for: the plan that an approver sees is the one that is carried out."""

from __future__ import annotations

import hashlib
import json
import shlex
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dgbot.domain.replies import Mention, Piece


class Plan(ABC):
    """Something that waits for somebody's yes: a key to be made, or a command to be run; *command* asks for it."""

    __slots__ = ()

    command: str
    project_id: str
    project_name: str

    @property
    @abstractmethod
    def digest(self) -> str:
        """16 hex characters that change with anything that the approver saw."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is called in a sentence, such as ``ci`` or ``invite bob@co.com``."""


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key that another takes over from, as those see it who decide: its name, and whose it is.

    *owner_id* is a Slack user; without one *owner* says whose it is, and is empty where Deepgram names nobody.
    """

    name: str
    owner: str
    owner_id: str = ""


@dataclass(frozen=True, slots=True)
class KeyPlan(Plan):
    """The key that was asked for; *replaces* is the id of the key that it takes over from, if any.

    *old* is what was known of that one when it was asked. *command* is empty where it was asked for before that was
    kept.
    """

    name: str
    project_id: str
    project_name: str
    scopes: tuple[str, ...]
    lives: timedelta
    tags: tuple[str, ...] = ()
    replaces: str = ""
    old: OldKey | None = None
    command: str = ""

    @property
    def digest(self) -> str:
        """16 hex characters that change with anything that the approver saw."""
        told: list[Any] = [
            self.name,
            self.project_id,
            sorted(self.scopes),
            int(self.lives.total_seconds()),
            sorted(self.tags),
        ]
        if self.replaces:
            told.append(self.replaces)
        if self.old:
            told += [self.old.name, self.old.owner_id or self.old.owner]
        return _digest(told)

    @property
    def title(self) -> str:
        """Its name."""
        return self.name

    @property
    def replaced(self) -> tuple[Piece, ...]:
        """The key that it takes over from, in words that follow "in place of"; nothing if there is none."""
        if not self.replaces:
            return ()
        tail = f"…{self.replaces[-4:]}"
        if self.old is None:  # asked for before this was kept
            return (f"the key {tail}",)
        owner: Piece = Mention(self.old.owner_id) if self.old.owner_id else self.old.owner
        whose: tuple[Piece, ...] = (" of ", owner) if owner else (", whose owner Deepgram doesn't name",)
        return (f"{self.old.name} ({tail})", *whose)


@dataclass(frozen=True, slots=True)
class CommandPlan(Plan):
    """A command that runs once others agree: its name, the *words* after it, and where it was typed.

    *channel_told* is False for what was stored before cards named the channel: nobody agreed to it, and the digest on
    those cards is without it.
    """

    command: str
    words: tuple[str, ...]
    project_id: str
    project_name: str
    channel_id: str
    channel_told: bool = True

    @property
    def digest(self) -> str:
        """16 hex characters that change with anything that the approver saw."""
        told = [self.command, list(self.words), self.project_id]
        return _digest([*told, self.channel_id] if self.channel_told else told)

    @property
    def title(self) -> str:
        """The line as it was typed, quoted where it has to be."""
        return " ".join([self.command, *map(shlex.quote, self.words)])


def _digest(told: list[Any]) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
