"""The figures of docs/reliability.md, one line each: ``make faults``. Ends with 1 if a promise was broken."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping

from tests.faults.crashes.figure import crashed_on_postgresql, crashed_on_sqlite
from tests.faults.protocol import explored
from tests.faults.races import raced_on_postgresql, raced_on_sqlite
from tests.faults.secrets import scanned
from tests.faults.simulation import compared, simulated

Figure = Mapping[str, object]

FIGURES: Mapping[str, tuple[Callable[[], Figure], ...]] = {
    "A1": (explored,),
    "A2": (crashed_on_sqlite, crashed_on_postgresql),
    "A3": (simulated,),
    "A4": (compared,),
    "A7": (raced_on_sqlite, raced_on_postgresql),
    "A9": (scanned,),
}
NOTHING = frozenset(
    {"violations", "alive", "doubled", "lost", "undecided", "self_approved", "orphaned", "leaked", "missed"}
)
"""What has to be 0."""


def measured() -> Iterator[tuple[str, Figure, float]]:
    """Yield each figure as it is measured, with the seconds that it took."""
    for name, measures in FIGURES.items():
        for measure in measures:
            began = time.monotonic()
            yield name, measure(), time.monotonic() - began


def main() -> int:
    """Print every figure."""
    broken = 0
    for name, figure, seconds in measured():
        told = " ".join(f"{key}={value}" for key, value in figure.items())
        print(f"{name} {told} seconds={seconds:.1f}", flush=True)
        broken += any(figure.get(key) for key in NOTHING)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
