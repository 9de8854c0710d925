"""B1: eight processes evaluate five hundred alerts at the same moment, on one database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from dgbot.adapters.storage import open_store
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.rules import Instance
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.audit import AuditEvent
from dgbot.plugin.rule_spec import RuleSpec
from tests.faults.races import told
from tests.postgres import MISSING, binaries, running_server

ALERTS, WORKERS = 500, 8
ATTEMPTS = 3
"""A race without its safeguard may end well by chance."""

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RACE = NOON + timedelta(minutes=15)
PROJECT = "p1"


def alerts_raced_on_sqlite() -> Mapping[str, object]:
    """All workers on one file; then some that save blindly, which has to come to light."""
    with tempfile.TemporaryDirectory(prefix="dgbot-races-") as folder:
        found = any(
            alerts_raced(f"sqlite:///{Path(folder) / f'blind-{attempt}.db'}", workers=4, blind=True)["doubled"]
            for attempt in range(ATTEMPTS)
        )
        figure = alerts_raced(f"sqlite:///{Path(folder) / 'dgbot.db'}")
        return {**figure, "planted": 1, "missed": int(not found)}


def alerts_raced_on_postgresql() -> Mapping[str, object]:
    """All workers on one server's database."""
    if binaries() is None:
        return {"database": "postgresql", "skipped": repr(MISSING)}
    with running_server() as server:
        return alerts_raced(server.url())


def alerts_raced(
    url: str, *, workers: int = WORKERS, alerts: int = ALERTS, blind: bool = False
) -> Mapping[str, object]:
    """Let every worker evaluate everything at once; count the posts, and the alerts with none or several.

    What fires stood well before. An incident that the history tells of twice is doubled, too.
    """
    asyncio.run(_ruled(url, alerts))
    with ExitStack() as stack:
        racers = [stack.enter_context(_racer(url, alerts, blind=blind)) for _ in range(workers)]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in told(racers):
            racer.communicate(timeout=300)
            assert racer.returncode == 0
    posts, told_of = asyncio.run(_left(url))
    return {
        "database": url.partition(":")[0],
        "workers": workers,
        "alerts": alerts,
        "posts": sum(posts.values()),
        "lost": alerts - len(posts),
        "doubled": sum(count - 1 for count in (*posts.values(), *told_of.values())),
    }


def _racer(url: str, alerts: int, *, blind: bool) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.alert_racer", url, str(alerts), *(["blind"] if blind else [])]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def _ruled(url: str, alerts: int) -> None:
    """Make the rule and its instances, all of which are well."""
    async with open_store(url) as store:
        rule = RuleSpec("many", "many", Decimal(50), "CALERTS01").rule(
            id="r1", project_id=PROJECT, every=timedelta(minutes=15)
        )
        await store.put_rule(rule, due_at=RACE, audit=AuditEvent(NOON, "dgbot", "rule.put", "r1", "done"))
        things = [{"thing": f"{number:05}", "project_id": PROJECT} for number in range(alerts)]
        well = AlertState(NOON, NOON, value=Decimal(500), unit="usd")
        born = [Instance("r1", fingerprint(labels), labels) for labels in things]
        await store.save_evaluated([Evaluated(one, replace(one, state=well, revision=1)) for one in born])


async def _left(url: str) -> tuple[Counter[str], Counter[str]]:
    """Return how many posts there are about each incident, and how often its history says that it was told."""
    sent = "SELECT about FROM outbox WHERE kind = 'alert'"
    noted = "SELECT incident_id FROM alert_history WHERE act = 'open'"
    async with open_store(url) as store:
        rows = [await store._run(lambda c, sql=sql: c.exec_driver_sql(sql).all()) for sql in (sent, noted)]  # type: ignore[misc]
    posts, told_of = (Counter(str(row[0]) for row in found) for found in rows)
    return posts, told_of
