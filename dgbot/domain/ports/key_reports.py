"""Where it is remembered what was told of a project's keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.key_reports import KeyReport


class KeyReportStore(Protocol):
    """What the latest review of each project's keys told."""

    async def key_report(self, project_id: str) -> KeyReport | None:
        """Return what is remembered; None if nothing was ever reviewed."""

    async def put_key_report(
        self,
        before: KeyReport | None,
        after: KeyReport,
        *,
        now: datetime,
        notices: Sequence[Notice] = (),
        audit: Sequence[AuditEvent] = (),
    ) -> bool:
        """Keep *after* if nobody kept anything since *before* was read; False if somebody did."""
