"""A3 and A4: a company on many bad days, and the services beside a reference that hypothesis compares them with."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sim.company import REPLICAS
from tests.sim.many import lived
from tests.sim.stateful import played

SEEDS = 2_000
STEPS = 200_000


def simulated(seeds: int = SEEDS) -> Mapping[str, object]:
    """Live through *seeds* of them; a broken one is printed with the command that tells it line by line."""
    tally = lived(range(seeds))
    for seed, broken in tally.broken.items():
        print(f"A3 seed={seed}: {broken[0]}; python -m tests.sim --seed {seed}")
    return {
        "seeds": tally.seeds,
        "replicas": REPLICAS,
        "simulated_minutes": int(tally.seconds / 60),
        "faults": tally.faults,
        "requests": tally.ends.total(),
        "delivered": tally.ends["delivered"] + tally.ends["revoked"],
        "violations": len(tally.broken),
    }


def compared(steps: int = STEPS) -> Mapping[str, object]:
    """Play so many steps; what differs is printed as hypothesis tells it, with the seed."""
    result = played(steps)
    for told in result.broken:
        print(f"A4 {told}")
    return {"steps": result.steps, "hypothesis_seeds": result.seeds, "violations": len(result.broken)}
