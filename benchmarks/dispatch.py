"""CPU and latency of a slash command: dgbot's whole dispatch beside Bolt alone, in one run, as ratios.

``python -m benchmarks.dispatch [--rounds N]``; what each peer is stands in benchmarks/peers.py. Rounds are interleaved;
a ratio is the median of the rounds' own ratios, so that a busy machine moves both sides.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.load import at_rate, saturate

TEXT = "noop hello --flag"
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--requests", type=int, default=4000)
    options.add_argument("--connections", type=int, default=200, help="enough that no server waits for its clients")
    chosen = options.parse_args()
    peers = ("plain", "documented", "dgbot", "dgbot-100")
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_server(name)) for name in peers}
        cpu: dict[str, list[float]] = {name: [] for name in peers}
        for number in range(chosen.rounds + 1):
            for name, (origin, pid) in servers.items():
                before = _cpu(pid)
                load = asyncio.run(saturate(origin, TEXT, requests=chosen.requests, connections=chosen.connections))
                asyncio.run(asyncio.sleep(0.3))  # what was acknowledged is worked off
                assert load.statuses == {200}, (name, load.statuses)
                if number:  # the first round warms up
                    cpu[name].append((_cpu(pid) - before) / chosen.requests * 1e6)
        print(f"CPU a command, {chosen.connections} connections, {chosen.rounds} rounds of {chosen.requests}:")
        for name in peers:
            print(f"  {name:11} {statistics.median(cpu[name]):7.0f} us")
        for name, anchor in (
            ("dgbot", "plain"),
            ("dgbot", "documented"),
            ("documented", "plain"),
            ("dgbot-100", "dgbot"),
        ):
            ratios = [a / b for a, b in zip(cpu[name], cpu[anchor], strict=True)]
            print(f"  ratio {name}/{anchor} = {statistics.median(ratios):.2f}")
        print("latency at 100 commands/s for 5 s:")
        for name, (origin, _) in servers.items():
            load = asyncio.run(at_rate(origin, TEXT, per_second=100, seconds=5))
            ordered = sorted(load.seconds)
            p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
            print(f"  {name:11} p50={p50:.2f} ms p99={p99:.2f} ms")


@contextmanager
def _server(name: str):
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.peers", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        origin, pid = process.stdout.readline().split()
        yield origin, int(pid)
    finally:
        process.communicate(timeout=20)


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process and its threads have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


if __name__ == "__main__":
    main()
