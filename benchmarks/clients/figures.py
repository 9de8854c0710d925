"""What is aimed at: ratios of two costs that were measured side by side, and whether they are reached."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

CROWD = 50


@dataclass(frozen=True)
class Setting:
    """What is called, and how: *kind* is sync or async."""

    kind: str
    name: str
    in_flight: int = 1

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f", {self.in_flight} in flight" if self.in_flight > 1 else "")


Costs = dict[Setting, dict[str, list[float]]]
"""Seconds of CPU a call, for each setting and peer, round by round."""


@dataclass(frozen=True)
class Aim:
    """That *over* costs at most (or at least) *bound* times *under*; each side is a setting and a peer."""

    over: tuple[Setting, str]
    under: tuple[Setting, str]
    bound: float
    at_least: bool = False

    def line(self, costs: Costs) -> str:
        """Say the ratio, the aim, and whether it is reached."""
        aim = f"{'>=' if self.at_least else '<='} {self.bound:g}"
        ratio = ratio_of(costs, self.over, self.under)
        if ratio is None:
            return f"{self._words()}: not measured, aim {aim}"
        reached = ratio >= self.bound if self.at_least else ratio <= self.bound
        return f"{self._words()}: {ratio:.2f}, aim {aim}: {'reached' if reached else 'NOT REACHED'}"

    def _words(self) -> str:
        (setting, peer), (other, anchor) = self.over, self.under
        return f"{setting}: {peer} / {anchor}" + ("" if setting == other else f" ({other}, 1 in flight)")


def ratio_of(costs: Costs, over: tuple[Setting, str], under: tuple[Setting, str]) -> float | None:
    """Return the median of the rounds' own ratios; None if a side was not measured."""
    sides = [costs.get(setting, {}).get(peer, []) for setting, peer in (over, under)]
    return statistics.median(a / b for a, b in zip(*sides, strict=True)) if all(sides) else None


def _aims() -> tuple[Aim, ...]:
    sync, awaited = Setting("sync", "balances"), Setting("async", "balances")
    keys = Setting("sync", "keys")
    return (
        Aim((sync, "ours"), (sync, "httpx"), 1.10),
        Aim((keys, "ours"), (keys, "httpx"), 0.9),
        Aim((awaited, "ours"), (awaited, "httpx"), 0.7),
        Aim((awaited, "ours"), (awaited, "httpx-sniffio"), 0.7),
        Aim((Setting("async", "balances", CROWD), "ours"), (awaited, "ours"), 1.5),
        *(
            Aim((setting, sdk), (setting, "ours"), bound, at_least=True)
            for sdk, name, bound in (("sdk7", "balances", 2.5), ("sdk7", "keys", 5), ("sdk4", "balances", 30))
            for setting in (Setting("sync", name), Setting("async", name))
        ),
    )


AIMS = _aims()
