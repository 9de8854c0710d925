"""`OutboxStore` on SQL."""

from __future__ import annotations

from datetime import datetime

from dgbot.adapters.storage import outbox
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.deliveries import MessageRef, Queued


class SqlOutbox(UnitStore):
    """Notices on their way to Slack."""

    async def due(self, now: datetime, limit: int) -> list[Queued]:
        """Return unsent notices that may be tried now, oldest first, none that an earlier one of its lane blocks.

        They are this bot's to send from now on, as long as it lives.
        """
        return await self._run(lambda connection: outbox.due(connection, now, limit, self._me))

    async def next_due(self) -> datetime | None:
        """Return when the next unsent notice may be tried."""
        return await self._run(outbox.next_due)

    async def sent(self, number: int, now: datetime, ref: MessageRef | None) -> None:
        """Note that a notice arrived, and where."""
        await self._run(lambda connection: outbox.sent(connection, number, now, ref))

    async def postpone(self, number: int, until: datetime, reason: str) -> None:
        """Keep a notice for another try."""
        await self._run(lambda connection: outbox.postpone(connection, number, until, reason))

    async def give_up(self, number: int, now: datetime, reason: str) -> None:
        """Park a notice that can't be delivered."""
        await self._run(lambda connection: outbox.give_up(connection, number, now, reason))

    async def standing(self, about: str) -> MessageRef | None:
        """Return the message that earlier notices *about* this left in Slack."""
        return await self._run(lambda connection: outbox.standing(connection, about))
