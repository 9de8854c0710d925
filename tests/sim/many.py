"""Many seeds, in as many processes as there are cores."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.sim.run import Verdict, simulate

AT_ONCE = 20
"""Seeds that a process takes at a time; the garbage of so many is thrown away together."""


@dataclass
class Tally:
    """What many seeds came to."""

    seeds: int = 0
    faults: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    broken: dict[int, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, verdict: Verdict) -> None:
        """Count one more."""
        self.seeds += 1
        self.faults += verdict.faults
        self.ends.update(verdict.ends)
        self.seconds += verdict.seconds
        if verdict.broken:
            self.broken[verdict.seed] = verdict.broken


def lived(seeds: Sequence[int], *, processes: int | None = None) -> Tally:
    """Live through *seeds* and return what they came to."""
    tally = Tally()
    for verdict in verdicts(seeds, processes=processes):
        tally.add(verdict)
    return tally


def verdicts(seeds: Sequence[int], *, processes: int | None = None) -> Iterator[Verdict]:
    """Yield the verdict on each seed, in their order."""
    shares = [seeds[at : at + AT_ONCE] for at in range(0, len(seeds), AT_ONCE)]
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for share in pool.map(_share, shares):
            yield from share


def _share(seeds: Sequence[int]) -> list[Verdict]:
    try:
        return [simulate(seed) for seed in seeds]
    finally:
        gc.collect()
