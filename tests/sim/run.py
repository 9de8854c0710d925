"""One seed, lived through: half an hour of bad weather, then quiet, then the questions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from tests.sim.company import REPLICAS, Company
from tests.sim.journal import EXPLAINED, Log, alike
from tests.sim.promises import counted

MINUTES = 30
QUIET = 240.0
"""Seconds in which the bots settle what is in doubt."""
TOLD = 60.0
OVER = (12 + 7) * 60.0
"""Seconds after which whatever was approved has expired, and what came late was swept."""


@dataclass(frozen=True)
class Verdict:
    """What became of a seed."""

    seed: int
    digest: str
    broken: tuple[str, ...]
    ends: Mapping[str, int]
    faults: int
    lines: int
    seconds: float
    """Of simulated time."""
    told: tuple[str, ...] = ()


def simulate(seed: int, *, keep: bool = False) -> Verdict:
    """Live through *seed*; with *keep* the verdict has every line of what happened."""
    with alike(seed) as log:
        company = Company(seed, keep=keep)
        try:
            company.loop.run(_day(company, log))
            log.bugs += [
                f"{what}: {error!r}" for what, error in company.loop.failures if not isinstance(error, EXPLAINED)
            ]
            company.promises.at_rest(company.database, company.space, log)
        finally:
            company.database.close()
    trace, promises = company.trace, company.promises
    trace.over = False
    for line in log.lines:
        trace("log", line)
    return Verdict(
        seed,
        trace.digest,
        tuple(promises.broken),
        counted(promises.requests),
        company.chance.count,
        trace.count,
        company.loop.time(),
        tuple(trace.lines),
    )


async def _day(company: Company, log: Log) -> None:
    for slot in range(REPLICAS):
        company.start(slot)
    await asyncio.sleep(1)
    company.crowd.ask()
    async with asyncio.TaskGroup() as both:
        both.create_task(company.crowd.live(MINUTES * 60))
        both.create_task(company.misfortune(MINUTES * 60))
    company.heal()
    await asyncio.sleep(QUIET)
    company.crowd.settle()
    await asyncio.sleep(TOLD)
    company.leave_one()
    await asyncio.sleep(OVER)
    company.end()
    log.over = True
