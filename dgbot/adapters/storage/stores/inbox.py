"""`InboxStore` on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.storage import inbox
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice


class SqlInbox(UnitStore):
    """Deliveries, each kept once."""

    async def receive(self, delivery: Delivery) -> bool:
        """Keep *delivery*; False if its id or its occasion was there before."""
        return await self._run(lambda connection: inbox.receive(connection, delivery, self._me))

    async def begin(self, delivery_id: str, *, audit: AuditEvent) -> None:
        """Note that an effect outside is about to be tried; raises for what another bot has taken over."""
        await self._run(lambda connection: inbox.begin(connection, delivery_id, audit, self._me))

    async def finish(
        self,
        delivery_id: str,
        now: datetime,
        *,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> None:
        """Mark the work as done, together with what it leaves to say; a second finish leaves nothing."""
        await self._run(lambda connection: inbox.finish(connection, delivery_id, now, notices, audit))

    async def in_hand(self, delivery_id: str) -> Delivery | None:
        """Return a delivery of mine as it is kept; None if it is finished, or another bot's by now."""
        return await self._run(lambda connection: inbox.in_hand(connection, delivery_id, self._me))

    async def unfinished(self) -> list[Delivery]:
        """Return what was received and not finished, oldest first."""
        return await self._run(inbox.unfinished)

    async def take_over(self, *, own: bool = False) -> list[Delivery]:
        """Return, and have from now on, the unfinished work that no living bot has in hand; with *own*, mine too."""
        return await self._run(lambda connection: inbox.take_over(connection, self._me, own=own))
