"""Text on its way to Slack: escaped, cut to what fits, with people and moments as Slack writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from dgbot.domain.replies import Line, Mention, Piece

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_KEPT = frozenset("\n\t")


def clean(text: str) -> str:
    """Return *text* without control, bidirectional and zero-width characters, which hide or reorder what is read."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf"})


def cut(text: str, limit: int) -> str:
    """Return *text*, ending in … where it was longer than *limit* characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def mrkdwn(line: Line) -> str:
    """Return *line* for a mrkdwn field: nothing that somebody wrote can mention, link or format."""
    return _escape(line) if isinstance(line, str) else "".join(_piece(piece) for piece in line)


def plain_text(line: Line, names: Mapping[str, str]) -> str:
    """Return *line* for a plain_text field, people by their *names* and moments in UTC."""
    if isinstance(line, str):
        return clean(line)
    return clean("".join(_plain_piece(piece, names) for piece in line))


def date(moment: datetime) -> str:
    """Return *moment* as Slack shows it to each reader in their own time zone."""
    utc = moment.astimezone(UTC)
    fallback = f"{utc:%d %b} at {utc:%H:%M} UTC"
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def people_in(line: Line) -> set[str]:
    """Return the user ids that *line* mentions."""
    return set() if isinstance(line, str) else {piece.user_id for piece in line if isinstance(piece, Mention)}


def _piece(piece: Piece) -> str:
    if isinstance(piece, Mention):
        return f"<@{piece.user_id}>"
    return date(piece) if isinstance(piece, datetime) else _escape(piece)


def _plain_piece(piece: Piece, names: Mapping[str, str]) -> str:
    if isinstance(piece, Mention):
        return names.get(piece.user_id, "someone")
    return f"{piece.astimezone(UTC):%d %b at %H:%M} UTC" if isinstance(piece, datetime) else piece


def _escape(text: str) -> str:
    """Escape Slack's three characters, and replace marks that come in pairs and would format: ``*b*``, ``~s~``, `c`."""
    escaped = clean(text).translate(_ESCAPES)
    return escaped.replace("*", "∗").replace("`", "ˋ").replace("~", "∼") if _formats(escaped) else escaped


def _formats(text: str) -> bool:
    return any(text.count(mark) > 1 for mark in "*`~")
