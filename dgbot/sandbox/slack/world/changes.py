"""What everything in the workspace shares: fresh ids, stamps in order, and the number of the latest change."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dgbot.sandbox.slack.world.contents import Block


class Changes:
    """Each change that somebody can see moves *sequence* by one, and is told to *on_change*."""

    def __init__(self, now: Callable[[], datetime], *, rng: random.Random, on_change: Callable[[], None]) -> None:
        self.sequence = 0
        self._now, self._rng, self._on_change = now, rng, on_change
        self._last_ts = 0

    def new_id(self, prefix: str, length: int = 10) -> str:
        """Return a fresh id such as ``V0X2F1…``, drawn from the seed."""
        return prefix + "".join(self._rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=length))

    def stamp(self) -> str:
        """Return sandbox time as Slack writes it, later than every stamp before."""
        self._last_ts = max(self._last_ts + 1, int(self._now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _change(self) -> int:
        self.sequence += 1
        return self.sequence

    def _new_hash(self) -> str:
        return f"{int(self._now().timestamp())}.{self.new_id('', 8)}"

    def _named(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """Give blocks and elements the ids that the bot left out, as Slack does."""
        return tuple(self._named_block(block) for block in blocks)

    def _named_block(self, block: Block) -> Block:
        kind = block.get("type")
        named: Block = {"block_id": self.new_id("", 5)} | block
        for part in ("accessory", "element"):
            if isinstance(block.get(part), dict):
                named[part] = self._named_element(block[part])
        for part in ("elements",) if kind in ("actions", "context_actions") else ("actions",) if kind == "card" else ():
            if block.get(part):
                named[part] = [self._named_element(element) for element in block[part]]
        for part in {"container": ("child_blocks",), "carousel": ("elements",)}.get(str(kind), ()):
            named[part] = list(self._named(block.get(part, ())))
        return named

    def _named_element(self, element: dict[str, Any]) -> dict[str, Any]:
        return {"action_id": self.new_id("", 5)} | element if element.get("type") != "image" else element
