"""What must hold in every world that the protocol can reach."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dgbot.domain.request_states import State
from tests.model.protocol import ENDED, IN_HAND, World

WITH_KEY = frozenset({State.CREATED, State.DELIVERING, State.DELIVERED})


def broken(world: World, after: Sequence[World]) -> str | None:
    """Return the promise that *world* breaks, with what may come *after* it, or None."""
    if len(world.shown & world.live) > 1:
        return "I1: two live keys were shown"
    if world.state is State.DELIVERED and world.recorded not in world.live:
        return "I2: delivered, and the recorded key is dead"
    if world.state is State.DELIVERED and world.recorded not in world.shown:
        return "I3: delivered, and the recorded key was not shown"
    rests = all(one.clicks < world.clicks and one == world._replace(clicks=one.clicks) for one in after)
    if rests and world.state in IN_HAND | {State.APPROVED}:
        return "I4: nothing leads out"
    if rests and world.state in ENDED:
        recorded = {world.recorded} if world.state is State.DELIVERED else set()
        if world.live != recorded:
            return "I5: at rest, the live keys are not the recorded ones"
    return None


def broken_by_structure(world: World) -> str | None:
    """Return the second line of defence that *world* has lost, or None."""
    used = sorted([*(key.attempt for key in world.live), *(attempt for attempt, _ in world.flying)])
    if len(used) != len(set(used)):
        return "E1: two requests or keys carry one attempt"
    if any(later - earlier == 1 for earlier, later in pairwise(used)):
        return "E2: no fence lies between two attempts"
    if world.state in WITH_KEY and world.recorded is not None and world.recorded.attempt != world.attempt:
        return "E3: the recorded key is not of the current attempt"
    return None
