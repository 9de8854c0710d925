"""B1: eight processes evaluate five hundred alerts at the same moment, on one database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from dgbot.adapters.storage import open_store
from dgbot.domain.audit import AuditEvent
from dgbot.plugin.rule_spec import RuleSpec
from tests.faults.races import told
from tests.postgres import MISSING, binaries, running_server

ALERTS, WORKERS = 500, 8
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROJECT = "p1"


def alerts_raced_on_sqlite() -> Mapping[str, object]:
    """All workers on one file."""
    with tempfile.TemporaryDirectory(prefix="dgbot-races-") as folder:
        return alerts_raced(f"sqlite:///{Path(folder) / 'dgbot.db'}")


def alerts_raced_on_postgresql() -> Mapping[str, object]:
    """All workers on one server's database."""
    if binaries() is None:
        return {"database": "postgresql", "skipped": repr(MISSING)}
    with running_server() as server:
        return alerts_raced(server.url())


def alerts_raced(url: str, *, workers: int = WORKERS, alerts: int = ALERTS) -> Mapping[str, object]:
    """Let every worker evaluate everything at once; count the posts, and the alerts with none or several."""
    asyncio.run(_ruled(url))
    with ExitStack() as stack:
        racers = [stack.enter_context(_racer(url, alerts)) for _ in range(workers)]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in told(racers):
            racer.communicate(timeout=300)
            assert racer.returncode == 0
    posts = asyncio.run(_posts(url))
    return {
        "database": url.partition(":")[0],
        "workers": workers,
        "alerts": alerts,
        "posts": sum(posts.values()),
        "lost": alerts - len(posts),
        "doubled": sum(count - 1 for count in posts.values()),
    }


def _racer(url: str, alerts: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.alert_racer", url, str(alerts)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def _ruled(url: str) -> None:
    async with open_store(url) as store:
        rule = RuleSpec("many", "many", Decimal(50), "CALERTS01").rule(
            id="r1", project_id=PROJECT, every=timedelta(minutes=15)
        )
        await store.put_rule(rule, due_at=NOON, audit=AuditEvent(NOON, "dgbot", "rule.put", "r1", "done"))


async def _posts(url: str) -> Counter[str]:
    """Return how many posts there are about each incident."""
    async with open_store(url) as store:
        sql = "SELECT about FROM outbox WHERE kind = 'alert'"
        rows = await store._run(lambda connection: connection.exec_driver_sql(sql).all())
    return Counter(str(row[0]) for row in rows)
