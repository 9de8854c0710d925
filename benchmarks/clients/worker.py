"""One peer in a process of its own: reads orders from stdin, one JSON line each, and answers what they cost.

``python -m benchmarks.clients.worker KIND PEER ORIGIN``, with the Python that has the peer's packages.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path

from benchmarks.clients.bodies import LENGTHS
from benchmarks.clients.peers import AWAITED, BLOCKING, AsyncCalls, Calls

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Order:
    """Call *name* as often as *calls* says, *in_flight* at a time."""

    name: str
    calls: int
    in_flight: int = 1


class Worker(AbstractContextManager["Worker"]):
    """A running worker, seen from the process that compares."""

    def __init__(self, python: Path, kind: str, peer: str, origin: str) -> None:
        command = [str(python), "-m", "benchmarks.clients.worker", kind, peer, origin]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def cost(self, order: Order) -> float:
        """Return the seconds of CPU that one call took; raises RuntimeError saying why there is none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(asdict(order)) + "\n")
            self._process.stdin.flush()
            told = json.loads(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):
            raise RuntimeError("its process has ended.") from None
        if "failed" in told:
            raise RuntimeError(told["failed"])
        return float(told["cpu"])

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=20)
        except BrokenPipeError:
            self._process.wait(timeout=20)


def main() -> None:
    """Serve orders until stdin ends; every order begins with calls that open connections and do not count."""
    kind, peer, origin = sys.argv[1:]
    if kind == "sync":
        with BLOCKING[peer](origin) as calls:
            _serve(lambda order: _blocking(calls, order))
        return
    with asyncio.Runner() as runner:
        opened = AWAITED[peer](origin)
        awaited = runner.run(opened.__aenter__())
        _serve(lambda order: runner.run(_awaited(awaited, order)))
        runner.run(opened.__aexit__(None, None, None))


def _serve(perform: Callable[[Order], float]) -> None:
    for line in sys.stdin:
        try:
            told: dict[str, object] = {"cpu": perform(Order(**json.loads(line)))}
        except Exception as error:
            told = {"failed": f"{type(error).__name__}: {error}".partition("\n")[0]}
        print(json.dumps(told), flush=True)


def _blocking(calls: Calls, order: Order) -> float:
    call, length = calls[order.name], LENGTHS[order.name]
    assert len(call()) == length
    began = time.process_time()
    for _ in repeat(None, order.calls):
        assert len(call()) == length
    return (time.process_time() - began) / order.calls


async def _awaited(calls: AsyncCalls, order: Order) -> float:
    call, length = calls[order.name], LENGTHS[order.name]

    async def lane(turns: Iterable[None]) -> None:
        for _ in turns:
            assert len(await call()) == length

    async def run(times: int) -> None:
        turns = iter(repeat(None, times))
        await asyncio.gather(*(lane(turns) for _ in range(order.in_flight)))

    await run(order.in_flight)
    began = time.process_time()
    await run(order.calls)
    return (time.process_time() - began) / order.calls


if __name__ == "__main__":
    main()
