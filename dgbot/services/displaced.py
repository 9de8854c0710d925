"""Who hears of an alert if its channel is gone: which notices are of one, and the line that says where they belong."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Note, Reply
from dgbot.services.facts import facts_of, reply_of

OF_ALERT = {"of": "alert"}
"""The fact of a notice that tells of alerts: of one, of several at once, or that nobody looks after them."""


def is_of_alert(notice: Notice) -> bool:
    """Whether *notice* tells of alerts, so that somebody has to hear it."""
    return notice.kind is NoticeKind.ALERT or notice.facts.get("of") == OF_ALERT["of"]


def alone(notice: Notice) -> Notice:
    """Return what should have followed a message as one of its own: with the card that it brings, if it brings one."""
    said, card = reply_of(notice.facts), reply_of(notice.facts, "card")
    whole = Reply(said.headline, (*said.parts, *(part for part in card.parts if part not in said.parts)))
    return replace(notice, kind=NoticeKind.ALERT, facts={**notice.facts, **facts_of(reply=whole), "afresh": True})


def displaced(notice: Notice, reason: str = "") -> Notice:
    """Return *notice* with a line that its own channel can't be reached, and the *reason* where it is known."""
    told = reply_of(notice.facts)
    because = f" ({reason})" if reason else ""
    said = Reply(told.headline, (*told.parts, Note(f"Told here because its channel can't be reached{because}.")))
    return replace(notice, facts={**notice.facts, **facts_of(reply=said)})
