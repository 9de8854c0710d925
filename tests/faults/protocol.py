"""A1: create on reveal in every order of events, and without each of its safeguards."""

from __future__ import annotations

from collections.abc import Mapping

from tests.model.protocol import Flaw
from tests.model.search import explore


def explored() -> Mapping[str, object]:
    """Explore the protocol whole, then each mutant until it breaks a promise or the structure."""
    whole = explore(structure=True)
    alive = [flaw.name.lower() for flaw in Flaw if explore(flaw, structure=True).promise is None]
    return {
        "states": whole.worlds,
        "transitions": whole.transitions,
        "violations": 0 if whole.promise is None and whole.stuck == 0 else 1,
        "mutants": len(Flaw),
        "alive": len(alive),
    }
