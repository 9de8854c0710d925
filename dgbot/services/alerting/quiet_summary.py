"""What quiet hours put off, told together at their end: one message, and each alert in its thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.hushing import QuietRoute
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Note, Part, Reply, Text
from dgbot.services.alerting.words import MARKS
from dgbot.services.facts import facts_of

MOST = 20
"""Alerts that a summary names."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """An alert that *route* has put off, and what saving it says; *headline* is the alert in a line."""

    route: QuietRoute
    channel_id: str
    headline: str
    saved: Evaluated


def together(put_off: Sequence[PutOff], *, came_and_went: int, now: datetime) -> Iterator[Evaluated]:
    """Yield what saves the alerts of one channel and its quiet hours: two or more under one summary.

    Each brings the summary along, and it is kept once: whichever is saved first posts it.
    """
    if len(put_off) < 2:
        yield from (one.saved for one in put_off)
        return
    hours, channel_id = put_off[0].route.hours, put_off[0].channel_id
    about = f"quiet:{hours.name}:{channel_id}:{now.astimezone(hours.zone):%Y-%m-%d}"
    reply = _summary(put_off, came_and_went)
    summary = Notice(about, NoticeKind.OPS, channel_id, facts_of(reply=reply), about=about)
    for one in put_off:
        yield replace(one.saved, notices=(summary, *(_under(notice, summary) for notice in one.saved.notices)))


def _under(notice: Notice, summary: Notice) -> Notice:
    """Return *notice* for the thread of the *summary*, where nobody hears it again; elsewhere as it is."""
    if notice.target != summary.target:
        return notice
    if notice.kind is NoticeKind.ALERT:
        return replace(notice, facts={**notice.facts, "under": summary.about})
    return replace(notice, facts={**notice.facts, "loud": False}) if notice.kind is NoticeKind.EVENT else notice


def _summary(put_off: Sequence[PutOff], came_and_went: int) -> Reply:
    worst = (
        Severity.CRITICAL if any(one.saved.after.severity is Severity.CRITICAL for one in put_off) else Severity.WARNING
    )
    parts: list[Part] = [Text(one.headline) for one in put_off[:MOST]]
    if len(put_off) > MOST:
        parts.append(Note(f"and {len(put_off) - MOST} more"))
    went = {0: "", 1: "1 came and went meanwhile · "}.get(came_and_went, f"{came_and_went} came and went meanwhile · ")
    parts.append(Note(f"{went}each is in the thread · /deepgram alerts"))
    return Reply(f"{MARKS[worst]} Quiet hours are over: {len(put_off)} alerts still fire", tuple(parts))
