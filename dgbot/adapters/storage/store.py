"""The Store port on SQL: each method is one unit, so each is one whole transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from dgbot.adapters.storage import inbox, instances, outbox, readings, silences
from dgbot.adapters.storage.stores.approvals import SqlApprovals
from dgbot.adapters.storage.stores.digests import SqlDigests
from dgbot.adapters.storage.stores.inbox import SqlInbox
from dgbot.adapters.storage.stores.instances import SqlInstances
from dgbot.adapters.storage.stores.key_reports import SqlKeyReports
from dgbot.adapters.storage.stores.outbox import SqlOutbox
from dgbot.adapters.storage.stores.project_names import SqlProjectNames
from dgbot.adapters.storage.stores.readings import SqlReadings
from dgbot.adapters.storage.stores.rules import SqlRules
from dgbot.adapters.storage.stores.silences import SqlSilences
from dgbot.domain.alerting.readings import KEPT_FOR
from dgbot.domain.ports import Backlog

KEPT = timedelta(days=7)
"""How long finished deliveries and notices are kept."""

PRUNED_AT_ONCE = 500
"""Rows that one transaction of `prune` deletes, so that a command never waits long for it."""


class SqlStore(
    SqlInbox,
    SqlOutbox,
    SqlApprovals,
    SqlKeyReports,
    SqlRules,
    SqlInstances,
    SqlSilences,
    SqlReadings,
    SqlProjectNames,
    SqlDigests,
):
    """Remembers what must outlive a restart; see the port for what each method promises."""

    async def backlog(self, now: datetime) -> Backlog:
        """Count the work that is not finished."""
        return await self._run(
            lambda connection: Backlog(
                inbox.count_unfinished(connection), outbox.count_due(connection, now), outbox.count_given_up(connection)
            )
        )

    async def prune(self, now: datetime, *, history_for: timedelta) -> int:
        """Delete deliveries and notices that were done with more than 7 days before *now*, and readings after 120 days.

        What happened to alerts, and what kept them quiet, is deleted after *history_for*. Returns how many it were.
        Takes several short transactions; the audit log is left alone.
        """
        deleted = 0
        ages = {
            inbox.prune: KEPT,
            outbox.prune: KEPT,
            readings.prune: KEPT_FOR,
            instances.prune_history: history_for,
            silences.prune: history_for,
        }
        for prune, age in ages.items():
            unit = partial(prune, before=now - age, limit=PRUNED_AT_ONCE)
            while count := await self._run(unit):
                deleted += count
        return deleted
