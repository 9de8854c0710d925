"""Two processes on one file, and one that is killed: one winner each, and all or nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from dgbot.adapters.storage import open_store
from dgbot.domain.request_states import State

REQUESTS = 200

APPROVE = """
import asyncio, dataclasses, sys
from dgbot.adapters.storage import open_store
from dgbot.domain.request_states import State
from dgbot.domain.audit import AuditEvent

async def main(url, me):
    async with open_store(url) as store:
        async def approve(name):
            before = await store.request(name)
            if before.state is not State.PENDING:
                return
            after = dataclasses.replace(before, state=State.APPROVED, decided_by=me)
            if await store.move(before, after, audit=AuditEvent(before.asked_at, me, "approval.approve", name, "done")):
                print(name)
        print("ready", flush=True)
        sys.stdin.readline()
        for n in range(0, int(sys.argv[3]), 10):
            await asyncio.gather(*[approve(f"r{n + k}") for k in range(10)])

asyncio.run(main(*sys.argv[1:3]))
"""

WORK = """
import asyncio, sys
from datetime import UTC, datetime
from dgbot.adapters.storage import open_store
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice, NoticeKind

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

async def main(url, run):
    async with open_store(url) as store:
        async def work(name):
            await store.receive(Delivery(name, name, "command", NOON, {}))
            notices = [Notice(f"{name}-{n}", NoticeKind.REPLY, "C1") for n in range(3)]
            await store.finish(name, NOON, notices=notices, audit=[AuditEvent(NOON, "U1", "run", name, "done")])
            print(name, flush=True)
        n = 0
        while True:
            await asyncio.gather(*[work(f"{run}-{n + k}") for k in range(20)])
            n += 20

asyncio.run(main(*sys.argv[1:3]))
"""


def child(code, *args):
    return subprocess.Popen(
        [sys.executable, "-c", code, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
async def test_of_two_processes_that_decide_on_one_request_exactly_one_does(url, request_, event, rows):
    async with open_store(url) as store:
        for n in range(REQUESTS):
            await store.open_request(request_(f"r{n}"), notices=[], audit=event("approval.ask", f"r{n}"))
    deciders = [child(APPROVE, url, who, str(REQUESTS)) for who in ("UBOB", "UCAROL")]
    for decider in deciders:
        assert decider.stdout.readline() == "ready\n"
    for decider in deciders:
        decider.stdin.write("go\n")
        decider.stdin.flush()
    won = [decider.communicate(timeout=60)[0].split() for decider in deciders]
    assert [decider.returncode for decider in deciders] == [0, 0]
    assert Counter(won[0] + won[1]) == {f"r{n}": 1 for n in range(REQUESTS)}
    decided = dict(rows("SELECT id, decided_by FROM approval_requests"))
    assert decided == dict.fromkeys(won[0], "UBOB") | dict.fromkeys(won[1], "UCAROL")
    audited = rows("SELECT subject, actor FROM audit WHERE action = 'approval.approve'")
    assert sorted(audited) == sorted(decided.items())
    assert set(rows("SELECT DISTINCT state FROM approval_requests")) == {(State.APPROVED.value,)}


@pytest.mark.slow
async def test_a_killed_process_leaves_all_or_nothing_and_what_it_confirmed(url, rows):
    confirmed: set[str] = set()
    for run, lines in enumerate((1, 7, 30, 95)):
        with child(WORK, url, str(run)) as worker:
            confirmed |= {worker.stdout.readline().strip() for _ in range(lines)}
            worker.kill()
            confirmed |= {line.strip() for line in worker.stdout if line.endswith("\n")}
    async with open_store(url) as store:
        unfinished = {delivery.id for delivery in await store.unfinished()}
    finished = {name for (name,) in rows("SELECT id FROM inbox WHERE finished_at IS NOT NULL")}
    assert confirmed <= finished
    assert not finished & unfinished
    notices = Counter(key.rpartition("-")[0] for (key,) in rows("SELECT key FROM outbox"))
    assert notices == dict.fromkeys(finished, 3)
    assert Counter(subject for (subject,) in rows("SELECT subject FROM audit")) == dict.fromkeys(finished, 1)
