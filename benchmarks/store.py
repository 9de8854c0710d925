"""What a slash command pays to the store: receive, then finish with one notice and one audit row.

Compares the whole store (event loop, writer thread, group commit) with plain sqlite3 that inserts the same four rows
inline and commits once for as many commands as are in flight. Prints CPU a command, the ratio, and the time of a lone
receive. Run: python benchmarks/store.py [commands]
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from dgbot.adapters.storage import SqlStore, open_store
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice, NoticeKind

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PAYLOAD = {f"field_{n}": "x" * 40 for n in range(20)}
ROUNDS = 5


async def command(store: SqlStore, name: str) -> None:
    """Do what the store does for one command."""
    assert await store.receive(Delivery(name * 4, name, "command", NOON, PAYLOAD))
    notice = Notice(f"reply:{name}", NoticeKind.REPLY, "https://hooks.slack.com/commands/T1/2/3", {"text": "done"})
    event = AuditEvent(NOON, "U1", "command.run", "usage", "done", {"words": "usage --last 7d"})
    await store.finish(name * 4, NOON, notices=[notice], audit=[event])


async def at_saturation(store: SqlStore, commands: int, in_flight: int, label: str) -> float:
    """Return µs of CPU a command, with *in_flight* of them at a time."""
    names = iter([f"{label}-{n}" for n in range(commands)])

    async def worker() -> None:
        for name in names:
            await command(store, name)

    start = time.process_time()
    await asyncio.gather(*[worker() for _ in range(in_flight)])
    return (time.process_time() - start) / commands * 1e6


def plain(path: Path, commands: int, in_flight: int, label: str) -> float:
    """Return µs of CPU for the same rows with sqlite3 inline, two commits for each *in_flight* commands."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    when = NOON.isoformat(timespec="microseconds")
    start = time.process_time()
    for first in range(0, commands, in_flight):
        names = [f"{label}-{n}" for n in range(first, first + in_flight)]
        connection.execute("BEGIN IMMEDIATE")
        for name in names:
            connection.execute(
                "INSERT INTO inbox (id, occasion, kind, payload, received_at, begun) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT DO NOTHING",
                (name * 4, name, "command", json.dumps(PAYLOAD), when, 0),
            )
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        for name in names:
            connection.execute("UPDATE inbox SET finished_at=? WHERE id=? AND finished_at IS NULL", (when, name * 4))
            connection.execute(
                "INSERT INTO outbox (key, kind, target, about, facts, queued_at, due_at, attempts, last_error)"
                " VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                (f"reply:{name}", "reply", "https://hooks.slack.com/commands/T1/2/3", "", "{}", when, when, 0, ""),
            )
            connection.execute(
                "INSERT INTO audit (at, actor, action, subject, outcome, details) VALUES (?,?,?,?,?,?)",
                (when, "U1", "command.run", "usage", "done", '{"words":"usage --last 7d"}'),
            )
        connection.execute("COMMIT")
    spent = (time.process_time() - start) / commands * 1e6
    connection.close()
    return spent


async def lone_receive(store: SqlStore, times: int, label: str) -> float:
    """Return the median ms of a receive that nobody shares a commit with."""
    waits = []
    for n in range(times):
        start = time.perf_counter()
        await store.receive(Delivery(f"{label}-{n}", f"{label}-{n}", "command", NOON, PAYLOAD))
        waits.append(time.perf_counter() - start)
    return statistics.median(waits) * 1e3


async def main(commands: int) -> None:
    """Measure both side by side, interleaved, and print medians."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        async with open_store(f"sqlite:///{path}") as store:
            for in_flight in (1, 50):
                pairs = [
                    (
                        await at_saturation(store, commands, in_flight, f"ours-{in_flight}-{r}"),
                        plain(path, commands, in_flight, f"plain-{in_flight}-{r}"),
                    )
                    for r in range(ROUNDS)
                ]
                ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
                print(
                    f"{in_flight:3} in flight: {ours:5.0f} µs CPU a command, "
                    f"{ours / floor:.2f}x plain sqlite3 inline ({floor:.0f} µs)"
                )
            print(f"a lone receive: p50 {await lone_receive(store, 500, 'lone'):.2f} ms")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
