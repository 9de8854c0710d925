"""What is told in another channel than its own says so, for as long as it stands there."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.deliveries import Notice
from dgbot.domain.replies import Note, Reply
from dgbot.services.facts import facts_of, reply_of


def displaced(notice: Notice, reason: str = "") -> Notice:
    """Return *notice* with a line that its own channel can't be reached, and the *reason* where it is known."""
    told = reply_of(notice.facts)
    because = f" ({reason})" if reason else ""
    said = Reply(told.headline, (*told.parts, Note(f"Told here because its channel can't be reached{because}.")))
    return replace(notice, facts={**notice.facts, **facts_of(reply=said)})
