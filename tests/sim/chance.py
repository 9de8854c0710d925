"""What goes wrong, and how often: every seed has a weather of its own, where some things fail and others never."""

from __future__ import annotations

from random import Random

ALWAYS = ("unsent", "401", "429", "503", "reset", "slow", "late", "truncated", "html", "500 after", "429 after")
"""What may happen to any call of Deepgram's; "after" means that it was done all the same."""
CREATING = ("400", "409 after", "408 after", "401 after", "reset after", "wider", "longer", "undescribed", "keyless")
LISTING = ("lagging", "partial")
DELETING = ("reset after", "409 after", "503", "503")
SLACK = ("limited", "lost", "lost after", "late")
WINDOWS = ("refused", "lost", "lost after", "late", "slow")
SHOWING = ("stopped after",)
"""What befalls whoever has just shown a key."""
CARDS = ("refused",)
PEOPLE = ("unavailable", "slow")
STORE = ("busy", "unknown, kept", "unknown, lost")
FINE = "fine"

KILLED, STOPPED = 0.003, 0.003
"""How often a process dies or stands still between two calls, in the worst weather."""


class Chance:
    """Decides by the seed alone what becomes of each call, in the order in which calls are made."""

    def __init__(self, seed: int) -> None:
        self.random = Random(f"{seed}:faults")  # noqa: S311  # repeatable on purpose
        self.on = True
        self.count = 0
        worst = self.random.choice((0.02, 0.06, 0.18))
        self._rates = {
            (where, kind): self.random.choice((0.0, 0.0, 0.3, 1.0)) * worst * _WEIGHT.get(where, 1.0)
            for where, kinds in _WHERE.items()
            for kind in dict.fromkeys(kinds)
        }
        self._killing = self.random.choice((0.0, 0.25, 1.0))

    def of(self, *places: str) -> str:
        """Return what becomes of a call that these lists of faults are about."""
        if not self.on:
            return FINE
        left = self.random.random()
        for where in places:
            for kind in dict.fromkeys(_WHERE[where]):
                left -= self._rates[where, kind]
                if left < 0:
                    self.count += 1
                    return kind
        return FINE

    def of_process(self) -> str:
        """Return whether the process dies here, or stands still for a while."""
        if not self.on or (left := self.random.random()) >= (KILLED + STOPPED) * self._killing:
            return FINE
        self.count += 1
        return "killed" if left < KILLED * self._killing else "stopped"

    def seconds(self, shortest: float, longest: float) -> float:
        """Return how long something takes."""
        return shortest + (longest - shortest) * self.random.random()


_WEIGHT = {"listing": 4.0, "windows": 3.0, "deleting": 3.0, "store": 0.3, "showing": 6.0}
"""Few calls are about keys and windows, and a bot asks its database all the time."""

_WHERE = {
    "always": ALWAYS, "creating": CREATING, "listing": LISTING, "deleting": DELETING,
    "slack": SLACK, "windows": WINDOWS, "cards": CARDS, "showing": SHOWING, "people": PEOPLE, "store": STORE,
}  # fmt: skip
