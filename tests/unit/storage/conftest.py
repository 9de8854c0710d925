"""A store in a file of its own, one in memory, and things to put in."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dgbot.adapters.storage import open_store
from dgbot.domain.alerting.levels import Ladder, Level, Severity, Side
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice, NoticeKind
from dgbot.domain.plans import KeyPlan

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "dgbot.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture(params=["file", "memory", pytest.param("postgres", marks=pytest.mark.slow)])
async def store(request, path):
    urls = {"file": lambda: f"sqlite:///{path}", "memory": lambda: "sqlite:///:memory:"}
    url = urls.get(request.param, lambda: request.getfixturevalue("postgres_url"))
    async with open_store(url()) as store:
        yield store


@pytest.fixture
async def filed(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
def rows(path: Path) -> Callable[[str], list[Any]]:
    """Ask the file itself, past the store."""

    def ask(sql: str) -> list[Any]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture
def audit_log(store):
    """Return what the audit log says, as (action, subject) pairs."""

    async def ask() -> list[tuple[str, str]]:
        sql = "SELECT action, subject FROM audit ORDER BY number"
        return [(a, s) for a, s in await store._run(lambda c: c.exec_driver_sql(sql).all())]

    return ask


@pytest.fixture
def write(store):
    """Change the database behind the store's back."""

    async def write(sql: str) -> None:
        await store._run(lambda connection: connection.exec_driver_sql(sql))

    return write


@pytest.fixture
def delivery():
    def make(name: str = "1", **changes: Any) -> Delivery:
        return dataclasses.replace(
            Delivery(f"id-{name}", f"trigger-{name}", "command", NOON, {"text": "usage", "user": {"id": "U1"}}),
            **changes,
        )

    return make


@pytest.fixture
def notice():
    def make(key: str = "n1", *, target: str = "C1", about: str = "") -> Notice:
        return Notice(key, NoticeKind.REPLY, target, {"text": "done", "lines": [1, {"a": None}]}, about)

    return make


@pytest.fixture
def event():
    def make(action: str = "command.run", subject: str = "usage", at: datetime = NOON) -> AuditEvent:
        return AuditEvent(at, "U1", action, subject, "done", {"words": "usage --last 7d"})

    return make


@pytest.fixture
def request_():
    def make(name: str = "r1", **changes: Any) -> ApprovalRequest:
        plan = KeyPlan("ci", "p1", "acme-prod", ("usage:read", "listen"), timedelta(days=7), ("nightly",))
        made = ApprovalRequest(name, plan, "UALICE", "tests", "n0nce", NOON, NOON + timedelta(days=1))
        return dataclasses.replace(made, **changes)

    return make


@pytest.fixture
def rule():
    def make(name: str = "low", **changes: Any) -> AlertRule:
        made = AlertRule(
            f"rule-{name}",
            name,
            "balance",
            "p1",
            "C1",
            Ladder(Side.BELOW, (Level(Severity.WARNING, Decimal("50.00"), Decimal("55.000")),)),
            Schedule(timedelta(minutes=5)),
            "slack",
            "U1",
            params={"balance": "b1"},
        )
        return dataclasses.replace(made, **changes)

    return make
