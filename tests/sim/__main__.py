"""``python -m tests.sim --seed 7`` tells seed 7 line by line; ``--seeds 2000`` lives through that many."""

from __future__ import annotations

import argparse
import sys
import time

from tests.sim.many import lived
from tests.sim.run import simulate


def main() -> int:
    """Tell one seed, or count many; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seed", type=int, help="tell this one line by line")
    parser.add_argument("--seeds", type=int, default=200, help="how many to live through")
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    if asked.seed is not None:
        verdict = simulate(asked.seed, keep=True)
        print("\n".join(verdict.told))
        print(f"seed={verdict.seed} digest={verdict.digest} faults={verdict.faults} ends={dict(verdict.ends)}")
        print("\n".join(verdict.broken) or "every promise was kept")
        return 1 if verdict.broken else 0
    began = time.monotonic()
    tally = lived(range(asked.first, asked.first + asked.seeds))
    for seed, broken in tally.broken.items():
        print(f"seed={seed} broken: {broken[0]}" + (f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""))
    ends = " ".join(f"{state}={number}" for state, number in sorted(tally.ends.items()))
    print(f"seeds={tally.seeds} violations={len(tally.broken)} faults={tally.faults} {ends}")
    print(f"seconds={time.monotonic() - began:.1f}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
