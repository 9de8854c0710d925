"""Everything that must outlive a restart, in one port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dgbot.domain.ports.alerts import AlertStore
from dgbot.domain.ports.approvals import ApprovalStore
from dgbot.domain.ports.digests import DigestStore
from dgbot.domain.ports.inbox import InboxStore
from dgbot.domain.ports.key_reports import KeyReportStore
from dgbot.domain.ports.outbox import OutboxStore
from dgbot.domain.ports.project_names import ProjectNameStore


class Store(
    InboxStore,
    OutboxStore,
    ApprovalStore,
    KeyReportStore,
    AlertStore,
    DigestStore,
    ProjectNameStore,
    Protocol,
):
    """Remembers what must outlive a restart; each method is one whole transaction."""

    async def backlog(self, now: datetime) -> Backlog:
        """Count the work that is not finished."""

    async def prune(self, now: datetime, *, history_for: timedelta) -> int:
        """Throw away what was finished more than 7 days ago, but for the audit log; return how much it was.

        What happened to alerts is kept for *history_for*, and as long as they go on.
        """


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work is not finished yet: deliveries, and notices that are due; and notices that were given up."""

    inbox: int
    outbox: int
    given_up: int = 0
