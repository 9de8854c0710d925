"""A2: the bot is killed at every boundary of its effects, on both databases, and every promise holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.faults.crashes.flaws import PLANTED
from tests.faults.crashes.runs import every_run, served, unfound
from tests.postgres import MISSING, binaries

PROMISES = ("lost", "doubled", "orphaned", "leaked")


def crashed_on_sqlite(share: int = 1) -> Mapping[str, object]:
    return crashed("sqlite", share=share)


def crashed_on_postgresql(share: int = 1) -> Mapping[str, object]:
    if binaries() is None:
        return {"database": "postgresql", "skipped": repr(MISSING)}
    return crashed("postgresql", share=share)


def crashed(database: str, *, share: int = 1) -> Mapping[str, object]:
    """Make every run (or one in *share*), print the broken ones, and count."""
    counted = Counter[str]()
    with served(database) as server:
        missed = unfound(database, server)
        for plan, verdict in every_run(database, server, share=share):
            counted += Counter(runs=1, **{promise: len(getattr(verdict, promise)) > 0 for promise in PROMISES})
            for sentence in verdict.broken:
                print(f"{plan.command(database)}  # {'; '.join(verdict.died)}: {sentence}", flush=True)
    planted = {"planted": len(PLANTED), "missed": len(missed)}
    return {"database": database, **{name: counted[name] for name in ("runs", *PROMISES)}, **planted}
