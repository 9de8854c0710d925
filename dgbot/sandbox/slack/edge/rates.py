"""Slack's rate limits, for those who switch them on."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100  # calls of a method within a minute
MINUTE, SECOND = 60.0, 1.0
TIERS: Final[Mapping[str, int]] = {
    "apps.connections.open": TIER_1,
    "users.list": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "conversations.list": TIER_2,
    "chat.delete": TIER_3,
    "chat.update": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "users.lookupByEmail": TIER_3,
}
UNTIERED: Final = frozenset({"auth.test", "blocks.validate", "chat.getPermalink"})
PER_CHANNEL: Final = "chat.postMessage"


class Rates:
    """So many calls of a method a minute, and one message a second to a channel; off unless *enforced* is set.

    *monotonic* is the clock, in seconds. A method that no tier names has the widest one, 100 a minute.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.enforced = False
        self._monotonic = monotonic
        self._made: dict[tuple[str, str], deque[float]] = {}

    def wait(self, method: str, channel: str) -> int:
        """Return 0 and count the call, or the whole seconds after which it may be made again."""
        if not self.enforced or method in UNTIERED:
            return 0
        alone = method == PER_CHANNEL
        most, window = (1, SECOND) if alone else (TIERS.get(method, TIER_4), MINUTE)
        made = self._made.setdefault((method, channel if alone else ""), deque())
        now = self._monotonic()
        while made and now - made[0] >= window:
            made.popleft()
        if len(made) >= most:
            return max(1, math.ceil(window - (now - made[0])))
        made.append(now)
        return 0
