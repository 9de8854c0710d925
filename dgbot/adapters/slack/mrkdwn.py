"""Text on its way to Slack: escaped, cut to what fits, with people and moments as Slack writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from dgbot.domain.replies import (
    ChannelLink,
    Everyone,
    GroupMention,
    Line,
    Mention,
    Piece,
    WebLink,
    plain,
    word_for,
)

_LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_KEPT = frozenset("\n\t")
_BROKEN_END = re.compile(r"(?:&[a-z]*|<[^<>]*)\Z")
_ITALIC = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_QUOTE = re.compile(r"^([^\S\n]*)&gt;", re.MULTILINE)  # never beyond its line, or every line is read again

LONGEST_FALLBACK = 3000

LONGEST = 12_000
"""No field of Slack's holds more characters."""


def clean(text: str) -> str:
    """Return *text* without control, bidirectional and zero-width characters, which hide or reorder what is read.

    What is longer than any field of Slack's is cut first.
    """
    return "".join(c for c in cut(text, LONGEST) if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf"})


def cut(text: str, limit: int) -> str:
    """Return *text*, ending in … where it was longer than *limit* characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_marked(text: str, limit: int) -> str:
    """Return mrkdwn cut as `cut` does, but never inside ``&lt;`` or ``<@U…>``, which would show as rubbish."""
    return text if len(text) <= limit else _BROKEN_END.sub("", text[: limit - 1]).rstrip() + "…"


def fallback(text: str) -> str:
    """Return the one line that notifications and screen readers get; Slack reads it as mrkdwn, so it is escaped."""
    return cut_marked(_escape(text), LONGEST_FALLBACK)


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
    match piece:
        case Mention():
            return f"<@{piece.user_id}>"
        case GroupMention():
            return f"<!subteam^{piece.group_id}>"
        case Everyone():
            return f"<!{word_for(piece).lstrip('@')}>"
        case ChannelLink():
            return _plain_piece(piece, {}) if piece.channel_id.startswith("D") else f"<#{piece.channel_id}>"
        case WebLink():
            return f"<{piece.address.replace('&', '&amp;')}|{_escape(piece.label).replace('|', '¦')}>"
        case datetime():
            return date(piece)
    return _escape(piece)


def _plain_piece(piece: Piece, names: Mapping[str, str]) -> str:
    match piece:
        case Mention():
            return names.get(piece.user_id, "someone")
        case GroupMention():
            return "a user group"
        case WebLink():
            return piece.label
        case datetime():
            return f"{piece.astimezone(UTC):%d %b at %H:%M} UTC"
    return plain((piece,))


def _escape(text: str) -> str:
    """Escape Slack's three characters, and replace what would format: ``*b* _i_ ~s~``, backticks, a leading ``>``."""
    escaped = _QUOTE.sub(r"\1›", clean(text).translate(_ESCAPES))
    return _ITALIC.sub("ˍ", escaped.translate(_LOOKALIKES))
