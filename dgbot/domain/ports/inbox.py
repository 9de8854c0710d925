"""Where deliveries from Slack are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice


class InboxStore(Protocol):
    """Deliveries, each kept once."""

    async def receive(self, delivery: Delivery) -> bool:
        """Keep *delivery*; False if its id or its occasion was there before."""

    async def begin(self, delivery_id: str, *, audit: AuditEvent) -> None:
        """Note that an effect outside is about to be tried; raises for what another bot has taken over."""

    async def finish(
        self,
        delivery_id: str,
        now: datetime,
        *,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> None:
        """Mark the work as done, together with what it leaves to say."""

    async def in_hand(self, delivery_id: str) -> Delivery | None:
        """Return a delivery of mine as it is kept; None if it is finished, or another bot's by now."""

    async def take_over(self, *, own: bool = False) -> list[Delivery]:
        """Return, and have from now on, the unfinished work that no living bot has in hand; with *own*, mine too."""
