"""What a rehearsal has to say and did not say yet, in order along each lane, as the outbox's table has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dgbot.domain.deliveries import MessageRef, Notice, Queued


@dataclass
class Tray:
    """The OutboxStore of a rehearsal; what is sent or given up is thrown away, but for its key."""

    _keys: set[str] = field(default_factory=set[str])
    _waiting: dict[int, tuple[datetime, Queued]] = field(default_factory=dict[int, tuple[datetime, Queued]])
    _messages: dict[str, MessageRef] = field(default_factory=dict[str, MessageRef])

    def queue(self, notices: Sequence[Notice], now: datetime) -> None:
        """Keep *notices*, due at once; one whose key was there before is not kept."""
        for notice in notices:
            if notice.key not in self._keys:
                self._keys.add(notice.key)
                number = len(self._keys)
                self._waiting[number] = now, Queued(number, notice, 0, now)

    def times(self) -> list[datetime]:
        """Return when each unsent notice may be tried."""
        return [at for at, _ in self._waiting.values()]

    async def due(self, now: datetime, limit: int) -> list[Queued]:
        """Return unsent notices that may be tried now, oldest first, none that an earlier one of its lane holds up."""
        found, held_up = list[Queued](), set[tuple[str, str]]()
        for _, (at, one) in sorted(self._waiting.items()):
            lane = one.notice.target, one.notice.about
            if at > now:
                held_up.add(lane)
            elif lane not in held_up:
                found.append(one)
        return found[:limit]

    async def next_due(self) -> datetime | None:
        """Return when the next unsent notice may be tried."""
        return min((at for at, _ in self._waiting.values()), default=None)

    async def sent(self, number: int, now: datetime, ref: MessageRef | None) -> None:
        """Note that a notice arrived, and where."""
        _, one = self._waiting.pop(number)
        if one.notice.about and ref is not None:
            self._messages[one.notice.about] = ref

    async def postpone(self, number: int, until: datetime, reason: str) -> None:
        """Keep a notice for another try."""
        _, one = self._waiting[number]
        self._waiting[number] = until, replace(one, attempts=one.attempts + 1)

    async def give_up(self, number: int, now: datetime, reason: str) -> None:
        """Throw away a notice that can't be delivered."""
        del self._waiting[number]

    async def standing(self, about: str) -> MessageRef | None:
        """Return the message that earlier notices *about* this left in its channel."""
        return self._messages.get(about)
