"""A7: ten approvers decide on a thousand requests at the same time, from several processes on one database."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dgbot.adapters.storage import open_store
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.plans import KeyPlan
from dgbot.domain.request_states import State
from dgbot.domain.votes import Terms
from tests.postgres import MISSING, binaries, running_server

REQUESTS, APPROVERS = 1000, 10
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def raced_on_sqlite() -> Mapping[str, object]:
    """Two processes on one file."""
    with tempfile.TemporaryDirectory(prefix="dgbot-races-") as folder:
        return raced(f"sqlite:///{Path(folder) / 'dgbot.db'}", processes=2)


def raced_on_postgresql() -> Mapping[str, object]:
    """Three processes on one server's database."""
    if binaries() is None:
        return {"database": "postgresql", "skipped": repr(MISSING)}
    with running_server() as server:
        return raced(server.url(), processes=3)


def raced(url: str, *, processes: int, requests: int = REQUESTS) -> Mapping[str, object]:
    """Let everybody, the requester too, say yes to everything; count what was decided, and how often."""
    asyncio.run(_asked(url, requests))
    people = [f"UBOB{number:05}" for number in range(APPROVERS)]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(_racer(url, requests, [*people[number::processes], "UALICE001"]))
            for number in range(processes)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        outs = [racer.communicate(timeout=300)[0] for racer in told(racers)]
    won = [one for out in outs for one in json.loads(out)]
    decided, by = asyncio.run(_decided(url))
    return {
        "database": url.partition(":")[0],
        "processes": processes,
        "approvers": APPROVERS,
        "requests": requests,
        "winners": len(won),
        "undecided": requests - decided,
        "doubled": len(won) - len(set(won)),
        "self_approved": by.count("UALICE001"),
    }


def told(racers: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Start all of them before anybody is waited for."""
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return racers


def _racer(url: str, requests: int, people: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.racer", url, str(requests), *people]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def request(number: int) -> ApprovalRequest:
    """The request with that number."""
    plan = KeyPlan(f"key-{number}", "p1", "acme-prod", ("usage:read",), timedelta(days=7))
    terms = Terms(("key-approvers",))
    asked, closes = NOON, NOON + timedelta(days=1)
    return ApprovalRequest(f"{number:032x}", plan, "UALICE001", "", "n0nce", asked, closes, terms=terms)


async def _asked(url: str, requests: int) -> None:
    async with open_store(url) as store:
        for number in range(requests):
            one = request(number)
            event = AuditEvent(NOON, one.requester_id, "approval.ask", one.id, "asked")
            await store.open_request(one, notices=[], audit=event)


async def _decided(url: str) -> tuple[int, list[str]]:
    """Return how many are approved, and who said yes by the audit log."""
    async with open_store(url) as store:
        found = [await store.request(request(number).id) for number in range(REQUESTS)]
        sql = "SELECT actor FROM audit WHERE action = 'approval.approve'"
        by = [str(row[0]) for row in await store._run(lambda connection: connection.exec_driver_sql(sql).all())]
    return sum(one is not None and one.state is State.APPROVED for one in found), by
