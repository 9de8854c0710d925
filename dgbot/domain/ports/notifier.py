"""What speaks in Slack."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from dgbot.domain.deliveries import MessageRef, Notice


class Notifier(Protocol):
    """Speaks in Slack."""

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        """Post *notice*, or edit the *standing* message that it is about; raises NotDelivered."""


PATIENCE = timedelta(hours=24)
"""For so long a notice is tried that Slack may take in the end."""


class NotDelivered(Exception):
    """A notice did not reach Slack, or nobody knows.

    *again_in* says when another try makes sense; None means that none does. *patience* is for how long tries do.
    """

    def __init__(self, reason: str, *, again_in: timedelta | None, patience: timedelta = PATIENCE) -> None:
        super().__init__(reason)
        self.again_in = again_in
        self.patience = patience
