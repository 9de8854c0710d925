"""What must reach Slack, exactly as often as promised: at least once, twice only after a send nobody knows about."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind, Queued
from dgbot.domain.ports import Clock, NotDelivered, Notifier, OutboxStore
from dgbot.services.displaced import displaced, is_of_alert

log = structlog.get_logger(__name__)

BATCH = 50
AFTER_A_BUG = timedelta(minutes=5)
IDLE_SECONDS = 30.0

SOON = timedelta(seconds=1)
ABOVE_WITHIN = timedelta(minutes=2)
"""For so long a message waits for the one in whose thread it stands; then it stands alone."""


GivenUp = Callable[[Notice, str], Awaitable[None]]
"""What else is done about a notice that can't be delivered, for the reason given; twice, if the bot dies after it."""


class Outbox:
    """Sends what is due, in order for each target, and keeps what failed for another try."""

    def __init__(self, store: OutboxStore, notifier: Notifier, clock: Clock) -> None:
        self._store = store
        self._notifier = notifier
        self._clock = clock
        self.given_up: list[GivenUp] = []
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send, in the background."""
        self._task = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """Say that there may be something new, or that the clock moved."""
        self._news.set()

    async def stop(self) -> None:
        """Finish the notices in hand and send no more; the rest waits in the store."""
        if self._task is not None:
            async with self._turn:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                while await self.send_due():
                    pass
                seconds = await self._seconds_to_next()
            except Exception:  # a store that fails now may work in a moment; the sender must outlive it
                log.exception("outbox failed")
                seconds = 1.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._news.wait()

    async def send_now(self, notice: Notice) -> bool:
        """Try *notice* once without keeping it; False leaves it to the caller, who holds its promise."""
        try:
            await self._notifier.send(notice, None)
        except NotDelivered as error:
            log.info("notice not delivered at once", key=notice.key, reason=str(error))
            return False
        except Exception:  # what can't be drawn must not keep its delivery from being finished
            log.exception("notice broke", key=notice.key)
            return False
        return True

    async def send_due(self) -> bool:
        """Try every notice that is due, targets side by side; return whether there may be more.

        One caller at a time: what another one has in hand must not be sent twice.
        """
        async with self._turn:
            due = await self._store.due(self._clock.now(), BATCH)
            lanes: dict[str, list[Queued]] = {}
            for queued in due:
                lanes.setdefault(queued.notice.target, []).append(queued)
            await asyncio.gather(*(self._send_lane(lane) for lane in lanes.values()))
            return len(due) == BATCH

    async def _send_lane(self, lane: list[Queued]) -> None:
        for queued in lane:
            if not await self._send(queued):
                return

    async def _send(self, queued: Queued) -> bool:
        notice = queued.notice
        standing = await self._store.standing(notice.about) if notice.about else None
        if standing is None and notice.facts.get("if_there"):
            await self._store.sent(queued.number, self._clock.now(), None)
            return True
        if under := notice.facts.get("under"):
            above = await self._store.standing(str(under))
            anew = standing is None or notice.facts.get("afresh")
            if anew and above is None and self._clock.now() - queued.queued_at < ABOVE_WITHIN:
                return await self._not_delivered(
                    queued, NotDelivered("what it stands under is not there", again_in=SOON)
                )
            notice = _threaded(notice, above)
        is_card = is_of_alert(notice) and notice.kind is not NoticeKind.EVENT
        if standing is not None and is_card and standing.channel_id != notice.target:
            notice = displaced(notice)
        if linked := notice.facts.get("linked"):
            notice = _linked(notice, await self._store.standing(str(linked)))
        try:
            ref = await self._notifier.send(notice, standing)
        except NotDelivered as error:
            return await self._not_delivered(queued, error)
        except Exception as error:  # one notice that can't be drawn must not hold up all others
            log.exception("notice broke", key=notice.key)
            return await self._not_delivered(queued, NotDelivered(type(error).__name__, again_in=AFTER_A_BUG))
        await self._store.sent(queued.number, self._clock.now(), ref)
        return True

    async def _not_delivered(self, queued: Queued, error: NotDelivered) -> bool:
        now = self._clock.now()
        reason = str(error)
        if error.again_in is None or now - queued.queued_at >= error.patience:
            return await self._given_up(queued, reason)
        log.warning("notice postponed", key=queued.notice.key, attempts=queued.attempts + 1, reason=reason)
        pause = max(error.again_in, timedelta(seconds=min(2**queued.attempts, 300)))
        await self._store.postpone(queued.number, now + pause, reason)
        return False

    async def _given_up(self, queued: Queued, reason: str) -> bool:
        """Park a notice once everybody has heard of it: if the bot dies before that, they hear of it again."""
        notice, now = queued.notice, self._clock.now()
        try:
            for hears in self.given_up:
                await hears(notice, reason)
        except Exception:  # a bug of theirs, or a store that fails, must neither lose it nor hold up all others
            log.exception("nobody heard of a notice that was given up", key=notice.key)
            await self._store.postpone(queued.number, now + AFTER_A_BUG, reason)
            return False
        log.error("notice given up", key=notice.key, target=notice.target, reason=reason)
        await self._store.give_up(queued.number, now, reason)
        return True

    async def _seconds_to_next(self) -> float:
        due = await self._store.next_due()
        if due is None:
            return IDLE_SECONDS
        return min(max((due - self._clock.now()).total_seconds(), 0.05), IDLE_SECONDS)


def _threaded(notice: Notice, above: MessageRef | None) -> Notice:
    """Return *notice* for the thread of the message *above*; as it is, if that is not there or elsewhere."""
    if above is None or above.channel_id != notice.target:
        return notice
    return replace(notice, facts={**notice.facts, "thread_ts": above.thread_ts or above.ts})


def _linked(notice: Notice, message: MessageRef | None) -> Notice:
    """Return *notice* with where the *message* stands that it leads to; as it is, if that was not posted yet."""
    if message is None:
        return notice
    return replace(notice, facts={**notice.facts, "link_to": [message.channel_id, message.ts]})
