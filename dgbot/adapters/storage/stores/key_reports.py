"""`KeyReportStore` on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.storage import key_reports
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.key_reports import KeyReport


class SqlKeyReports(UnitStore):
    """What was told of each project's keys."""

    async def key_report(self, project_id: str) -> KeyReport | None:
        """Return what is remembered of the latest review of a project's keys; None if there was none."""
        return await self._run(lambda connection: key_reports.key_report(connection, project_id))

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
        return await self._run(lambda connection: key_reports.put(connection, before, after, now, notices, audit))
