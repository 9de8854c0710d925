"""Checking the balances of many projects: how near our client comes to what the server's latency allows.

``python -m benchmarks.projects [--rounds N] [--projects N] [--many N] [--latency SECONDS]``. A fixed pool of workers
takes project ids from one iterator. The ideal is projects / in flight x latency, and it is beside the measured wall
time, which includes opening the connections. ``floor`` is the same pool over raw sockets that read no JSON: what the
server and the event loop leave to be reached. Each run has a process of its own; memory is the growth of its peak.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from benchmarks.clients.canned import deepgram

AIMS = {10: 1.1, 50: 1.2}
"""The highest wall / ideal, for each number in flight."""
GROWTH = 10.0
"""The most megabytes that checking many projects may add."""

Check = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Run:
    """What one pass over the projects took: seconds of wall and CPU time, megabytes of growth."""

    wall: float
    cpu: float
    grown: float


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="benchmarks.projects")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--projects", type=int, default=1000)
    options.add_argument("--many", type=int, default=10_000)
    options.add_argument("--latency", type=float, default=0.05)
    chosen = options.parse_args(words)
    passes = [(chosen.projects, 10), (chosen.projects, 50), (chosen.projects, 100), (chosen.many, 50)]
    runs: dict[tuple[str, int, int], list[Run]] = {}
    with deepgram(chosen.latency) as origin:
        for _ in range(chosen.rounds):
            for projects, in_flight in passes:
                for peer in PEERS:
                    runs.setdefault((peer, projects, in_flight), []).append(_apart(peer, origin, projects, in_flight))
    print(f"wall / ideal, CPU a call and growth in memory, medians of {chosen.rounds} rounds:")
    for (peer, projects, in_flight), taken in runs.items():
        wall, cpu, grown = (statistics.median(getattr(run, name) for run in taken) for name in ("wall", "cpu", "grown"))
        ratio = wall / (projects / in_flight * chosen.latency)
        line = f"  {peer:5} {projects:6} @ {in_flight:3}: {ratio:5.2f} {cpu / projects * 1e3:6.3f} ms {grown:+5.1f} MB"
        print(line + (_judged(ratio, grown, in_flight, many=projects == chosen.many) if peer == "ours" else ""))


def _judged(ratio: float, grown: float, in_flight: int, *, many: bool) -> str:
    said = ""
    if in_flight in AIMS:
        said += f", aim <= {AIMS[in_flight]}: {'reached' if ratio <= AIMS[in_flight] else 'NOT REACHED'}"
    if many:
        said += f", aim <= {GROWTH:g} MB: {'reached' if grown <= GROWTH else 'NOT REACHED'}"
    return said


def _apart(peer: str, origin: str, projects: int, in_flight: int) -> Run:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_run, peer, origin, projects, in_flight).result()


def _run(peer: str, origin: str, projects: int, in_flight: int) -> Run:
    return asyncio.run(_checked(PEERS[peer], origin, projects, in_flight))


async def _checked(
    opened: Callable[[str, int], AbstractAsyncContextManager[Check]], origin: str, projects: int, in_flight: int
) -> Run:
    ids = (str(UUID(int=number)) for number in range(projects))

    async def worker() -> None:
        for project_id in ids:
            await check(project_id)

    async with opened(origin, in_flight) as check:
        await check("warm-up")  # imports, and one connection
        peak, wall, cpu = _peak(), time.perf_counter(), time.process_time()
        await asyncio.gather(*(worker() for _ in range(in_flight)))
        return Run(time.perf_counter() - wall, time.process_time() - cpu, _peak() - peak)


@asynccontextmanager
async def _ours(origin: str, _in_flight: int) -> AsyncIterator[Check]:
    from dgbot.deepgram import AsyncManageClient

    async with AsyncManageClient("k" * 40, base_url=origin) as client:
        yield client.get_balances


@asynccontextmanager
async def _floor(origin: str, in_flight: int) -> AsyncIterator[Check]:
    at = urlsplit(origin)
    streams = [await asyncio.open_connection(at.hostname, at.port) for _ in range(in_flight)]
    free = list(streams)

    async def check(project_id: str) -> bytes:
        reader, writer = free.pop()
        writer.write(f"GET /v1/projects/{project_id}/balances HTTP/1.1\r\nhost: d\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.rpartition(b"content-length: ")[2]))
        free.append((reader, writer))
        return body

    yield check
    for _, writer in streams:
        writer.close()


PEERS: dict[str, Callable[[str, int], AbstractAsyncContextManager[Check]]] = {"ours": _ours, "floor": _floor}


def _peak() -> float:
    """Return the megabytes that were resident at most; getrusage would also count those of the parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
