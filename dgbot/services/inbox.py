"""What came from Slack, once: kept before it is acknowledged, worked on by our own tasks, drained on stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from weakref import WeakValueDictionary

import structlog

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.ports import Clock, InboxStore

log = structlog.get_logger(__name__)

AT_ONCE = 32
"""Deliveries in work at the same time; the others wait in the store."""

A_PERSON = 16
"""Deliveries of one person in work at the same time."""

PAUSES = (1.0, 10.0, 60.0, 300.0, 900.0)
"""Seconds before what broke is tried again; the last pause is repeated."""

GIVE_UP_AFTER = timedelta(hours=24)
"""How long a bot tries to finish a delivery on which all work fails."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What working on a delivery leaves: the reply to whoever asked, what others must hear, and what to record."""

    reply: Notice | None = None
    audit: Sequence[AuditEvent] = ()
    notices: Sequence[Notice] = ()


Work = Callable[[Delivery], Awaitable[Answer]]


class Inbox:
    """Keeps each delivery once and sees that its work is finished, also after a crash."""

    def __init__(
        self,
        store: InboxStore,
        work: Work,
        clock: Clock,
        *,
        give_up: Work,
        send_now: Callable[[Notice], Awaitable[bool]],
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._work = work
        self._give_up = give_up
        self._clock = clock
        self._send_now = send_now
        self._wake_outbox = wake_outbox
        self._tasks: set[asyncio.Task[None]] = set()
        self._commands, self._clicks = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._closing = asyncio.Event()

    async def receive(self, delivery: Delivery) -> bool:
        """Keep *delivery* and begin to work on it; False if it was here before.

        While the bot is stopping it is kept only: the next process takes it up.
        """
        if not await self._store.receive(delivery):
            return False
        self.begin(delivery)
        return True

    def begin(self, delivery: Delivery) -> None:
        """Begin to work on what was kept by somebody else's transaction; while the bot is stopping, leave it."""
        if not self._closing.is_set():
            self._begin(delivery)

    async def resume(self) -> int:
        """Take up what an earlier process left unfinished; return how much that was."""
        return self._take_up(await self._store.take_over(own=True))

    async def take_over(self) -> int:
        """Take up what bots that died beside this one left unfinished; return how much that was."""
        return 0 if self._closing.is_set() else self._take_up(await self._store.take_over())

    def _take_up(self, left: Sequence[Delivery]) -> int:
        for delivery in left:
            log.info("delivery resumed", delivery=delivery.id, kind=delivery.kind, begun=delivery.begun)
            self._begin(delivery)
        return len(left)

    async def idle(self) -> None:
        """Return when no delivery is in hand."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Begin nothing new and give the work in hand *seconds* to end; what is left is resumed by the next process."""
        self._closing.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._finish(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, delivery: Delivery) -> None:
        """Work until it is done: what broke is tried again with what the store knows of it, at last given up.

        Meanwhile it stays this bot's, so that no other one works on it, too; a restart begins anew.
        """
        task = _Task(delivery, self._clock.now())
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                async with self._share(delivery), self._turn(delivery):
                    await self._attempt(task)
            except Exception:  # the row stays unfinished
                log.exception("delivery not finished", delivery=delivery.id, again_in=pause)
            else:
                return
            if await self._closes_within(pause):
                return

    def _turn(self, delivery: Delivery) -> asyncio.Semaphore:
        """Commands and clicks don't wait for each other: a decision must not stand behind slow reports."""
        return self._commands if delivery.kind in {"command", "approved"} else self._clicks

    def _share(self, delivery: Delivery) -> asyncio.Semaphore:
        """Nobody takes all the turns."""
        person = delivery.payload.get("user_id", "")
        share = self._shares.get(person)
        if share is None:
            share = self._shares[person] = asyncio.Semaphore(A_PERSON)
        return share

    async def _attempt(self, task: _Task) -> None:
        kept = await self._store.in_hand(task.delivery.id) if task.tried else task.delivery
        if kept is None:
            return
        too_long = task.tried and self._clock.now() - task.since >= GIVE_UP_AFTER
        task.tried = True
        if task.left is None:
            task.left = await self._said(await (self._give_up(kept) if too_long else self._work(kept)))
        await self._store.finish(kept.id, self._clock.now(), notices=task.left.notices, audit=task.left.audit)
        if task.left.notices:
            self._wake_outbox()

    async def _closes_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        return self._closing.is_set()

    async def _said(self, answer: Answer) -> Answer:
        """Send the reply of *answer*; return what is left, which is all the outbox's if Slack refuses it.

        The unfinished row is its promise until then.
        """
        if answer.reply is None or await self._send_now(answer.reply):
            return Answer(None, answer.audit, answer.notices)
        return Answer(None, answer.audit, [answer.reply, *answer.notices])


@dataclass(slots=True)
class _Task:
    """A delivery in hand *since* then: whether it was *tried*, and what is *left* to keep once the work is done."""

    delivery: Delivery
    since: datetime
    tried: bool = False
    left: Answer | None = None
