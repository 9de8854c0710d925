"""A digest that is due is put together and posted: once for its local date, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from dgbot.domain.audit import AuditEvent
from dgbot.domain.days import Days
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.digests import Digest
from dgbot.domain.ports import Clock, DigestStore
from dgbot.services.alerting.schedules import latest_due
from dgbot.services.digests.gathering import Gathered, Gathering
from dgbot.services.digests.words import said
from dgbot.services.facts import facts_of
from dgbot.services.projects import Projects

log = structlog.get_logger(__name__)

PATIENCE = timedelta(hours=1)
"""So long Deepgram is asked again for what it did not tell; then the digest comes without it."""

PAUSE = timedelta(minutes=5)
"""Between two such tries."""

LOOKED_BACK = timedelta(days=8)
"""A weekly digest was due within this time; one of an earlier date is never made up for."""


class Digests:
    """Posts what is due, and makes up for what was missed while its local date lasts.

    Nothing but the row of a digest and its date decides whether it was posted: not when it is due next, nor who looked
    before. So neither a restart nor a second bot, nor a clock that is set back, posts it twice.
    """

    def __init__(
        self,
        store: DigestStore,
        gathering: Gathering,
        projects: Projects,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._projects = projects
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._posted: dict[str, date] = {}
        self._tried: dict[tuple[str, date], tuple[datetime, datetime]] = {}

    async def run_due(self) -> None:
        """Post every digest that is due now; those that tell of the same are put together once."""
        now, gathered = self._clock.now(), dict[tuple[str, Days], Gathered]()
        for digest in await self._store.digests():
            try:
                due_at = latest_due(digest.rhythm.schedule, now, within=LOOKED_BACK)
                if due_at is not None and due_at > digest.since and now < digest.made_up_until(due_at):
                    await self._make(digest, due_at, now, gathered)
            except Exception:  # a digest that breaks comes again at the next tick, and keeps no other from coming
                log.exception("digest failed", digest=digest.id)

    async def _make(
        self, digest: Digest, due_at: datetime, now: datetime, known: dict[tuple[str, Days], Gathered]
    ) -> None:
        day = digest.day_of(due_at)
        if self._posted.get(digest.id) == day or self._waits(digest, day, now):
            return
        if not await self._store.digest_posted(digest.id, day):
            which = (digest.project_id, days := digest.days_told(day))
            if which not in known:
                known[which] = await self._gathering.gather(await self._projects.of(digest.project_id), days)
            if known[which].may_be_told_later and self._has_time(digest, day, due_at, now):
                return
            if not await self._post(digest, day, known[which]):
                return  # another bot was faster, or somebody changed it: the next tick sees which
        self._posted[digest.id] = day
        self._tried.pop((digest.id, day), None)

    async def _post(self, digest: Digest, day: date, gathered: Gathered) -> bool:
        reply = said(gathered, digest)
        key = f"digest:{digest.id}:{day.isoformat()}"
        notice = Notice(key, NoticeKind.DIGEST, digest.channel_id, facts_of(reply=reply))
        lacks = ", ".join(gap.part for gap in gathered.gaps)
        details = {"day": day.isoformat(), "channel": digest.channel_id} | ({"lacks": lacks} if lacks else {})
        event = AuditEvent(self._clock.now(), "dgbot", "digest.post", digest.id, "done", details)
        posted = await self._store.post_digest(digest, day, notice, audit=event)
        if posted:
            self._wake_outbox()
        return posted

    def _waits(self, digest: Digest, day: date, now: datetime) -> bool:
        """Whether Deepgram was asked a moment ago."""
        _, last = self._tried.get((digest.id, day), (now, now - PAUSE))
        return last <= now < last + PAUSE

    def _has_time(self, digest: Digest, day: date, due_at: datetime, now: datetime) -> bool:
        """Note that Deepgram did not tell everything; say whether another try may come before it is too late."""
        first, _ = self._tried.get((digest.id, day), (now, now))
        self._tried[digest.id, day] = (min(first, now), now)
        return now < min(first, now) + PATIENCE and now + 2 * PAUSE < digest.made_up_until(due_at)
