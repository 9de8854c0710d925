"""The figures of docs/reliability.md, one line each: ``make faults``. Ends with 1 if a promise was broken.

``make faults ARGS="--share 4"`` does a quarter of what takes long (A2, A3, A4), as is done before every merge;
``--only A2,A9`` measures some.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from tests.faults.alert_races import alerts_raced_on_postgresql, alerts_raced_on_sqlite
from tests.faults.crashes.figure import crashed_on_postgresql, crashed_on_sqlite
from tests.faults.protocol import explored
from tests.faults.races import raced_on_postgresql, raced_on_sqlite
from tests.faults.secrets import scanned
from tests.faults.simulation import SEEDS, STEPS, compared, simulated

Figure = Mapping[str, object]

FIGURES: Mapping[str, tuple[Callable[[int], Figure], ...]] = {
    "A1": (lambda _: explored(),),
    "A2": (crashed_on_sqlite, crashed_on_postgresql),
    "A3": (lambda share: simulated(SEEDS // share),),
    "A4": (lambda share: compared(STEPS // share),),
    "A7": (lambda _: raced_on_sqlite(), lambda _: raced_on_postgresql()),
    "A9": (lambda _: scanned(),),
    "B1": (lambda _: alerts_raced_on_sqlite(), lambda _: alerts_raced_on_postgresql()),
}
"""What measures each figure, given which share of all runs is to be made: one in so many."""

NOTHING = frozenset(
    {"violations", "alive", "doubled", "lost", "undecided", "self_approved", "orphaned", "leaked", "missed"}
)
"""What has to be 0."""


def measured(names: Iterable[str], share: int) -> Iterator[tuple[str, Figure, float]]:
    """Yield each figure as it is measured, with the seconds that it took."""
    for name in names:
        for measure in FIGURES[name]:
            began = time.monotonic()
            yield name, measure(share), time.monotonic() - began


def main() -> int:
    """Print every figure, or those that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.figures", description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="of the runs of A2, A3 and A4, make one in so many")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(FIGURES), help="such as A2,A9")
    chosen = parser.parse_args()
    broken = 0
    for name, figure, seconds in measured(chosen.only, chosen.share):
        told = " ".join(f"{key}={value}" for key, value in figure.items())
        print(f"{name} {told} seconds={seconds:.1f}", flush=True)
        broken += any(figure.get(key) for key in NOTHING)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
