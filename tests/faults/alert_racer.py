"""One process of the alerts' race: it evaluates one rule with many instances as soon as it is told to.

``python -m tests.faults.alert_racer URL ALERTS [blind]``: *blind*, it saves whatever others saved meanwhile.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa

from dgbot.adapters.storage import StoreBusy, instances, open_store
from dgbot.adapters.storage.statements import Prepared
from dgbot.adapters.storage.tables import alert_instances
from dgbot.deepgram import AsyncManageClient
from dgbot.plugin.check import Check, Sample, SampleContext
from dgbot.plugin.context import Project
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.troubles import Troubles
from tests.faults.alert_races import RACE
from tests.faults.racer_clock import Still


def saves_blindly() -> None:
    """Take compare-and-set out of this process."""
    row = alert_instances.c
    mine = sa.and_(row.rule_id == sa.bindparam("the_rule"), row.fingerprint == sa.bindparam("the_fingerprint"))
    changing: dict[str, Any] = {name: sa.bindparam(name) for name in (*instances._CHANGING, "revision")}
    instances._UPDATE = Prepared(lambda _: sa.update(alert_instances).where(mine).values(changing))
    instances.save_round = lambda connection, due, evaluated: instances.save_all(connection, evaluated)


async def race(url: str, alerts: int) -> None:
    clock = Still(RACE)

    async def measure(_: SampleContext, __: Mapping[str, str]) -> list[Sample]:
        return [Sample(Decimal(number % 50), "usd", {"thing": f"{number:05}"}) for number in range(alerts)]

    async def context(project_id: str) -> SampleContext:
        return SampleContext(Project(project_id, "acme"), cast(AsyncManageClient, None), clock)

    async with open_store(url) as store:
        checks = {"many": Check("many", "many things", measure)}
        monitor = Monitor(
            store,
            Measuring(checks, context),
            Hushes(store, checks),
            Troubles(store, None),
            clock,
            wake_outbox=lambda: None,
        )
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        due = True
        while due:
            with suppress(StoreBusy):  # as at a tick: what was not done is done at the next one
                await monitor.run_due()
                due = bool(await store.due_rules(RACE))


if "blind" in sys.argv:
    saves_blindly()
asyncio.run(race(sys.argv[1], int(sys.argv[2])))
