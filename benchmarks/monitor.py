"""Watching many projects every five minutes: how near a round comes to what the latency alone costs.

``python -m benchmarks.monitor [--rounds N] [--projects N] [--latency SECONDS]``. One rule for all projects (``*``) is
evaluated by the real monitor, from the list of due rules to the last saved instance: the check ``balance``, the manage
client over sockets, a SQLite file. The local Deepgram is a process of its own, and one project in a hundred is low.

The ideal is projects / checks at once x latency: what the answers alone take if nobody computes anything. Each round
of the bot is five minutes after the one before, on a clock that the benchmark moves. The first round makes the
instances and posts; its time is told apart, and memory is the growth of the peak over the rounds after it. A ticker in
the bot's loop, which asks for its turn every 2 ms, tells how long the loop kept it waiting (``block``), and how much of
that the loop's own thread computed (``busy``): on a busy machine the rest is others' time.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import uvloop

from benchmarks.many_projects import API_KEY, LOW, deepgram, project_id
from dgbot import PluginConfig, RuleSpec
from dgbot.adapters.storage import SqlStore, open_store
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.audit import AuditEvent
from dgbot.plugin.check import SampleContext
from dgbot.plugin.discovery import load_plugins
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import AT_ONCE, Monitor
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.projects import Projects

RATIO, GROWTH, BLOCK = 1.2, 10.0, 50.0
"""At most: wall / ideal, megabytes over the later rounds, milliseconds for which the loop stands still."""

EVERY = timedelta(minutes=5)
TICK_SECONDS = 0.002


@dataclass
class Clock:
    """Business time, moved on between rounds."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment


@dataclass
class Blocks:
    """The longest time for which the loop kept a ticker waiting, and computed meanwhile, in milliseconds."""

    longest: float = 0.0
    busy: float = 0.0


@dataclass(frozen=True)
class Round:
    """What one round took: seconds of wall and CPU time, milliseconds of the longest block, the peak in megabytes."""

    wall: float
    cpu: float
    block: float
    busy: float
    peak: float


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="benchmarks.monitor")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--projects", type=int, default=10_000)
    options.add_argument("--latency", type=float, default=0.05)
    chosen = options.parse_args(words)
    with deepgram(chosen.projects, chosen.latency) as origin, tempfile.TemporaryDirectory() as folder:
        rounds = uvloop.run(_watched(origin, Path(folder), chosen.projects, chosen.rounds))
    ideal = chosen.projects / AT_ONCE * chosen.latency
    for number, one in enumerate(rounds, start=1):
        cpu = one.cpu / chosen.projects * 1e3
        print(f"  round {number}: wall {one.wall:.2f} s ({one.wall / ideal:.2f}), CPU {cpu:.3f} ms a project,", end=" ")
        print(f"block {one.block:.0f} ms, busy {one.busy:.0f} ms, peak {one.peak:.1f} MB")
    first, *later = rounds
    ratios = [one.wall / ideal for one in later]
    growth, block = later[-1].peak - first.peak, max(one.block for one in later)
    print(
        f"projects={chosen.projects} latency_ms={chosen.latency * 1e3:.0f} in_flight={AT_ONCE} rounds={len(later)} "
        f"wall_ratio={statistics.median(ratios):.2f} best={min(ratios):.2f} first={first.wall / ideal:.2f} "
        f"growth_mb={growth:.1f} longest_block_ms={block:.0f} longest_busy_ms={max(one.busy for one in later):.0f} "
        f"load={os.getloadavg()[0]:.1f}"
    )
    for name, got, most in (
        ("wall / ideal", statistics.median(ratios), RATIO),
        ("growth in MB", growth, GROWTH),
        ("block in ms", block, BLOCK),
    ):
        print(f"  {name}: {got:.2f}, aim <= {most:g}: {'reached' if got <= most else 'NOT REACHED'}")


async def _watched(origin: str, folder: Path, projects: int, rounds: int) -> list[Round]:
    clock = Clock()
    async with _monitor(origin, folder, clock) as (monitor, store):
        gc.collect()
        gc.freeze()  # as `dgbot run` does when it is ready
        gc.set_threshold(20_000, 20, 50)
        taken = list[Round]()
        for _ in range(rounds):
            taken.append(await _round(monitor))
            clock.moment += EVERY
        found = await store.instances("r1")
        fires = sum(one.state is not None and one.state.fires for one in found)
        assert (len(found), fires) == (projects, len(range(LOW, projects, 100))), "not everything was evaluated"
        assert all(one.revision == rounds for one in found), "not every round was saved"
        return taken


async def _round(monitor: Monitor) -> Round:
    blocks = Blocks()
    ticking = asyncio.create_task(_tick(blocks))
    await asyncio.sleep(TICK_SECONDS * 5)
    wall, cpu = time.perf_counter(), time.process_time()
    await monitor.run_due()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await asyncio.sleep(TICK_SECONDS * 5)
    ticking.cancel()
    return Round(wall, cpu, blocks.longest, blocks.busy, _peak())


async def _tick(blocks: Blocks) -> None:
    while True:
        began, computed = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK_SECONDS)
        late = (time.perf_counter() - began - TICK_SECONDS) * 1e3
        blocks.longest = max(blocks.longest, late)
        blocks.busy = max(blocks.busy, (time.thread_time() - computed) * 1e3)


@asynccontextmanager
async def _monitor(origin: str, folder: Path, clock: Clock) -> AsyncIterator[tuple[Monitor, SqlStore]]:
    async with (
        open_store(f"sqlite:///{folder / 'dgbot.db'}") as store,
        AsyncManageClient(API_KEY, base_url=origin) as client,
    ):
        projects = Projects(client, project_id(0))
        await projects.project()  # imports, and one connection

        async def context(wanted: str) -> SampleContext:
            return SampleContext(await projects.of(wanted), client, clock, store.readings)

        rule = RuleSpec("low-balance", "balance", Decimal(50), "CALERTS01", critical=Decimal(10), origin="file").rule(
            id="r1", project_id="*", every=EVERY
        )
        event = AuditEvent(clock.now(), "dgbot", "rule.put", rule.id, "done")
        await store.put_rule(rule, due_at=clock.now(), audit=event)
        measuring = Measuring(load_plugins(PluginConfig()).checks, context)
        hushes, troubles = Hushes(store, measuring.checks), Troubles(store, "COPS00001")
        yield (
            Monitor(store, measuring, hushes, troubles, clock, wake_outbox=lambda: None, projects=projects.all),
            store,
        )


def _peak() -> float:
    """Return the megabytes that were resident at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
