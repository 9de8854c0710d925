"""Where notices wait for their way to Slack."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from dgbot.domain.deliveries import MessageRef, Queued


class OutboxStore(Protocol):
    """Notices on their way to Slack."""

    async def due(self, now: datetime, limit: int) -> list[Queued]:
        """Return unsent notices that may be tried now, oldest first, none that an earlier one of its target blocks.

        They are this bot's to send from now on, as long as it lives.
        """

    async def next_due(self) -> datetime | None:
        """Return when the next unsent notice may be tried."""

    async def sent(self, number: int, now: datetime, ref: MessageRef | None) -> None:
        """Note that a notice arrived, and where."""

    async def postpone(self, number: int, until: datetime, reason: str) -> None:
        """Keep a notice for another try."""

    async def give_up(self, number: int, now: datetime, reason: str) -> None:
        """Park a notice that can't be delivered."""

    async def standing(self, about: str) -> MessageRef | None:
        """Return the message that earlier notices *about* this left in Slack."""
