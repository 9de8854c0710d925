"""A notice as somebody reads it, in plain text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.deliveries import Notice
from dgbot.domain.replies import Everyone, Facts, GroupMention, Line, Mention, Note, Reply, Table, Text, plain
from dgbot.services.alerting.rehearsal.performance import Said
from dgbot.services.facts import reply_of


def posted(
    at: datetime, act: str, why: str, notice: Notice, channel: str, *, rule: str = "", labels: Labels | None = None
) -> Said:
    """Return *notice* as it is read in *channel*."""
    lines = list(_lines(reply_of(notice.facts)))
    pieces = [piece for line in lines if not isinstance(line, str) for piece in line]
    called = [piece for piece in pieces if isinstance(piece, Mention | GroupMention | Everyone)]
    mentions = tuple(plain((piece,)).lstrip("@") for piece in called)
    text = "\n".join(plain(line) for line in lines)
    return Said(at, act, why, rule, labels or {}, channel, text, mentions)


def _lines(reply: Reply) -> Iterator[Line]:
    yield reply.headline
    for part in reply.parts:
        if isinstance(part, Table):
            yield from (" · ".join(row) for row in part.rows)
        elif isinstance(part, Facts):
            yield from (f"{name}: {plain(line)}" for name, line in part.pairs)
        elif isinstance(part, Text | Note):
            yield part.line
