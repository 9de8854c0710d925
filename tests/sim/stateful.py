"""Plays the machine of `machine.py` for as many steps as are asked for, in as many processes as there are cores."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sim.journal import alike
from tests.sim.machine import Office

GAMES = 100
LONGEST = 50
"""Steps of one game."""


@dataclass(frozen=True)
class Played:
    """How many steps were compared, and what differed: the seed and hypothesis's own account."""

    steps: int
    seeds: int
    broken: tuple[str, ...] = ()


def played(steps: int, *, first: int = 0, processes: int | None = None) -> Played:
    """Play until *steps* were compared, or something differs; seeds are counted from *first*."""
    count = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        shares = list(pool.map(play, [steps // count] * count, range(first, first + 1000 * count, 1000)))
    return Played(
        sum(share.steps for share in shares),
        sum(share.seeds for share in shares),
        tuple(told for share in shares for told in share.broken),
    )


def play(steps: int, first: int, *, shrink: bool = True) -> Played:
    """Play in this process; with *shrink*, what differs is told in as few steps as possible."""
    Office.steps = 0
    usual = settings(
        max_examples=GAMES, stateful_step_count=LONGEST, deadline=None, database=None,
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for seeds in itertools.count(1):
        number = first + seeds - 1
        with alike(number):
            try:
                run_state_machine_as_test(hypothesis.seed(number)(Office), settings=usual)
            except Exception as error:
                told = "\n".join([f"hypothesis seed {number}: {error!r}", *getattr(error, "__notes__", ())])
                return Played(Office.steps, seeds, (told,))
        if Office.steps >= steps:
            return Played(Office.steps, seeds)
    raise AssertionError("unreachable")
