"""The local Deepgram with many projects, in a process of its own: ``python -m benchmarks.many_projects N LATENCY``.

One key opens them all. Of a hundred projects one has less than 50 dollars left.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import uvloop

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.seed import Seed, SeedProject
from dgbot.sandbox.deepgram.world.seed_parts import SeedBalance, SeedKey
from dgbot.sandbox.deepgram.world.seed_values import Amount
from dgbot.serving import serving

API_KEY = "5eed0" * 8
LOW = 7
"""Of each hundred, the project that is low."""


@contextmanager
def deepgram(projects: int, latency: float) -> Iterator[str]:
    """Serve from another process and yield the origin; each call is answered *latency* seconds late."""
    command = [sys.executable, "-m", "benchmarks.many_projects", str(projects), str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate(timeout=20)


def project_id(number: int) -> str:
    """Return the id of a project by its number."""
    return str(UUID(int=number + 1))


async def main(projects: int, latency: float) -> None:
    """Serve on a free port of loopback, print the origin, and wait for the end of stdin."""
    key = SeedKey(scopes=("owner",), sees=tuple(project_id(number) for number in range(1, projects)))
    world = Seed(projects=tuple(_project(number, key) for number in range(projects)))
    local = LocalDeepgram(lambda: datetime.now(UTC), world=world, api_key=API_KEY)
    local.delay(latency)
    async with serving(local.app) as origin:
        print(origin, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def _project(number: int, key: SeedKey) -> SeedProject:
    left = SeedBalance(amount=Amount(20 if number % 100 == LOW else 500))
    return SeedProject(project_id=project_id(number), keys=() if number else (key,), balances=(left,))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))
