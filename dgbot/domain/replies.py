"""What the bot says, before anyone decides how Slack or a terminal shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Audience(StrEnum):
    """Who gets to read a reply."""

    REQUESTER = "requester"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, shown by the name that readers know; it pings nobody in an edit."""

    user_id: str


Piece = str | datetime | Mention
"""Plain text (what looks like markup in it is shown as typed), a moment (in each reader's time zone), a person."""

Line = str | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: at most three facts in a line."""

    line: Line


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, side by side."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of short texts under column names; *more* says how many rows were left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


Part = Text | Note | Facts | Table


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to one command: a headline that stands alone, then its parts. It has no place for a secret."""

    headline: Line
    parts: tuple[Part, ...] = ()
    audience: Audience = Audience.REQUESTER


def plain(line: Line) -> str:
    """Return *line* as one string, people as ``@id`` and moments in UTC: for logs and terminals."""
    return line if isinstance(line, str) else "".join(_plain(piece) for piece in line)


def _plain(piece: Piece) -> str:
    if isinstance(piece, Mention):
        return f"@{piece.user_id}"
    if isinstance(piece, datetime):
        return f"{piece:%d %b %H:%M} UTC"
    return piece
