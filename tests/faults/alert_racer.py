"""One process of the alerts' race: it evaluates one rule with many instances as soon as it is told to."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from dgbot.adapters.storage import open_store
from dgbot.deepgram import AsyncManageClient
from dgbot.plugin.check import Check, Sample, SampleContext
from dgbot.plugin.context import Project
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.troubles import Troubles
from tests.faults.alert_races import NOON, PROJECT
from tests.faults.racer_clock import Still


async def race(url: str, alerts: int) -> None:
    clock = Still(NOON)

    async def measure(_: SampleContext, __: Mapping[str, str]) -> list[Sample]:
        return [Sample(Decimal(number % 50), "usd", {"thing": f"{number:05}"}) for number in range(alerts)]

    async def context(project_id: str) -> SampleContext:
        return SampleContext(Project(project_id, "acme"), cast(AsyncManageClient, None), clock)

    async with open_store(url) as store:
        checks = {"many": Check("many", "many things", measure)}
        monitor = Monitor(
            store, Measuring(checks, context), Hushes(store), Troubles(store, None), clock, wake_outbox=lambda: None
        )
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        while await store.due_rules(NOON):
            await monitor.run_due()
        assert await store.rules(PROJECT)


asyncio.run(race(sys.argv[1], int(sys.argv[2])))
