"""Every world that can be reached, breadth first, so that the way to a broken promise is a shortest one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.model.promises import broken, broken_by_structure
from tests.model.protocol import Flaw, World, steps

START = World()


@dataclass(frozen=True)
class Found:
    """How much was explored, and the first broken promise with the way to it."""

    worlds: int
    transitions: int
    promise: str | None = None
    way: tuple[World, ...] = ()
    stuck: int = 0
    """Worlds from which no rest can be reached any more."""


@dataclass
class _Explored:
    came_from: dict[World, World | None] = field(default_factory=dict)
    leads_to: dict[World, list[World]] = field(default_factory=dict)
    transitions: int = 0


def explore(*flaws: Flaw, structure: bool, start: World = START) -> Found:
    """Explore the protocol without *flaws*' safeguards; *structure* asks for the second lines of defence as well."""
    left_out = frozenset(flaws)
    seen = _Explored({start: None})
    queue = deque([start])
    while queue:
        world = queue.popleft()
        after = list(dict.fromkeys(steps(world, left_out)))
        seen.transitions += len(after)
        seen.leads_to[world] = after
        if promise := broken(world, after) or (broken_by_structure(world) if structure else None):
            return Found(len(seen.came_from), seen.transitions, promise, _way(seen, world))
        for one in after:
            if one not in seen.came_from:
                seen.came_from[one] = world
                queue.append(one)
    return Found(len(seen.came_from), seen.transitions, stuck=_stuck(seen))


def _way(seen: _Explored, end: World) -> tuple[World, ...]:
    way: list[World] = []
    at: World | None = end
    while at is not None:
        way.append(at)
        at = seen.came_from[at]
    return tuple(reversed(way))


def _stuck(seen: _Explored) -> int:
    """Count the worlds from which no world without a way out can be reached."""
    leads_from: dict[World, list[World]] = {}
    for world, after in seen.leads_to.items():
        for one in after:
            leads_from.setdefault(one, []).append(world)
    queue = deque(world for world, after in seen.leads_to.items() if not after)
    ends_well = set(queue)
    while queue:
        for before in leads_from.get(queue.popleft(), ()):
            if before not in ends_well:
                ends_well.add(before)
                queue.append(before)
    return len(seen.leads_to) - len(ends_well)
