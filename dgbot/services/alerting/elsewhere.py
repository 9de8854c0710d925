"""An alert or a digest whose channel is gone is told to the operators, who would not know that nobody hears of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from dgbot.domain.alerting.bulletins import MOST_ALONE
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import Clock
from dgbot.domain.replies import ChannelLink, Note, Reply
from dgbot.services.displaced import alone, displaced, is_of_alert
from dgbot.services.facts import facts_of

JUST_NOW = timedelta(minutes=1)
"""So long are edits that failed counted together: more than a few of one channel are one message, and its thread."""


class Audited(Protocol):
    """Keeps a line of the audit with what it leaves to say, as the store does."""

    async def audit(self, event: AuditEvent, *, notices: Sequence[Notice] = ()) -> None:
        """Keep *event*."""


class Elsewhere:
    """Says in the operators' channel what could not be said where it belongs."""

    def __init__(
        self, store: Audited, clock: Clock, ops_channel_id: str | None, *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._ops_channel_id = ops_channel_id
        self._wake_outbox = wake_outbox
        self._lately: dict[str, tuple[datetime, int]] = {}

    async def not_delivered(self, notice: Notice, reason: str) -> None:
        """Send *notice* of an alert to the operators, as a new message that later ones edit; once, not in a circle.

        What should have followed in a thread follows there; what nobody was to hear is not told, since its message
        shows it. A digest is sent there, too. Whoever tried a rule out hears that nobody saw it.
        """
        to = self._ops_channel_id
        of_alert = is_of_alert(notice)
        if (tester := notice.facts.get("tester")) and tester != notice.target:
            await self._failed_test(notice, str(tester), reason)
        if to is None or notice.target == to or not (of_alert or notice.kind is NoticeKind.DIGEST):
            return
        if (there := _there(notice)) is None:
            return
        instead = displaced(replace(there, key=f"{notice.key}:elsewhere", target=to), reason)
        above = [] if instead.facts.get("loud", True) or "under" in instead.facts else self._above(notice, to, reason)
        for one in above:
            instead = replace(instead, facts={**instead.facts, "under": one.about})
        event = AuditEvent(
            self._clock.now(), "dgbot", "alert.elsewhere" if of_alert else "digest.elsewhere", notice.key, reason
        )
        await self._store.audit(event, notices=[*above, instead])
        self._wake_outbox()

    def _above(self, notice: Notice, to: str, reason: str) -> list[Notice]:
        """Return the message under which *notice* stands, if more of its channel than a few were edited just now."""
        now = self._clock.now()
        began, count = self._lately.get(notice.target, (now, 0))
        if not timedelta() <= now - began < JUST_NOW:
            began, count = now, 0
        self._lately[notice.target] = began, count + 1
        if count < MOST_ALONE:
            return []
        said = Reply(
            ("More alerts of ", ChannelLink(notice.target), " are in this thread"),
            (Note(f"Told here because the channel can't be reached ({reason})."),),
        )
        about = f"elsewhere:{notice.target}:{began.isoformat()}"
        return [Notice(about, NoticeKind.OPS, to, facts_of(reply=said), about=about)]

    async def _failed_test(self, notice: Notice, tester: str, reason: str) -> None:
        """Tell *tester* that nobody saw the test."""
        said = Reply(("The test did not reach ", ChannelLink(notice.target), f": Slack says {reason}."))
        note = Notice(f"{notice.key}:failed", NoticeKind.OPS, tester, facts_of(reply=said))
        event = AuditEvent(self._clock.now(), "dgbot", "rule.test", notice.key, reason)
        await self._store.audit(event, notices=[note])
        self._wake_outbox()


def _there(notice: Notice) -> Notice | None:
    """Return *notice* as it can be told in a channel where nothing stands yet; None if it is not to be heard."""
    facts = {**notice.facts, "afresh": True}
    if "card" in facts:
        return alone(notice)
    if notice.kind is not NoticeKind.EVENT:
        return replace(notice, kind=NoticeKind.ALERT, facts=facts)
    if not facts["loud"]:
        return None
    # its message was edited just before: if that failed, too, it is there now
    return replace(notice, kind=NoticeKind.OPS, facts=facts | {"under": notice.about}, about="")
