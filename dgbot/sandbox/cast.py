"""Who and what a script is played with: the sides of the two servers and of the bot that the stage needs."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from decimal import Decimal
from typing import Protocol


class StepFailed(Exception):
    """A step did not go as the script says; the sentence says what was there instead."""


class Actor(Protocol):
    """Somebody who types and clicks; each act ends when the bot has acknowledged it, or Slack gave up on that."""

    async def says(self, text: str, channel: str = "general") -> object:
        """Type a message or a slash command in #channel."""

    async def clicks(self, label: str) -> object:
        """Click the newest button of that label which this person can see."""

    async def submits(self, fields: Mapping[str, str] = ...) -> object:
        """Fill in the open modal, fields by their label, and submit it."""

    def sees(self, since: int = 0) -> list[str]:
        """Return what this person's screen shows that was created or edited after mark *since*, oldest first."""


class Workspace(Protocol):
    """The local Slack, as far as the stage needs it."""

    @property
    def people(self) -> Mapping[str, Actor]:
        """The people by name."""

    def channel_texts(self, name: str, since: int = 0) -> list[str]:
        """Return what #name shows that was created or edited after mark *since*, oldest first."""

    def mark(self) -> int:
        """Return the number of the latest visible change."""

    def next_change(self, after: int) -> Awaitable[object]:
        """Wait until there is a visible change after mark *after*."""


class World(Protocol):
    """The local Deepgram, as far as the stage needs it."""

    def set_balance(self, amount: Decimal) -> object:
        """Let this much be left, in US dollars."""

    def fail(self, method: str, path_pattern: str, status: int) -> object:
        """Answer matching requests with *status* until healed."""

    def delay(self, seconds: float) -> object:
        """Take this many real seconds to answer until healed."""

    def heal(self) -> object:
        """Work as usual again."""


class Bot(Protocol):
    """The bot's process. Its methods raise StepFailed when the process can't do what is asked."""

    def alive(self) -> bool:
        """Whether it was started and not killed; raises StepFailed, once, when it ended by itself."""

    async def start(self) -> None:
        """Start the process and return when it is ready."""

    async def kill(self) -> None:
        """End the process without warning."""

    async def settled(self, *, within: float) -> None:
        """Return when the bot has no work left that is due; raises StepFailed after *within* seconds."""
