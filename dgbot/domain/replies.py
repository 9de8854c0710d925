"""What the bot says, before anyone decides how Slack or a terminal shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dgbot.domain.charts import Chart


class Audience(StrEnum):
    """Who gets to read a reply."""

    REQUESTER = "requester"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, shown by the name that readers know; it pings nobody in an edit."""

    user_id: str


@dataclass(frozen=True, slots=True)
class GroupMention:
    """A user group of Slack's; raises ValueError for what is no id such as ``S0123ABCD``."""

    group_id: str

    def __post_init__(self) -> None:
        _check_id(self.group_id, "S", "user group")


@dataclass(frozen=True, slots=True)
class Everyone:
    """Those in the channel who are there now (``@here``), or with *absent_too* all of them (``@channel``)."""

    absent_too: bool = False


@dataclass(frozen=True, slots=True)
class ChannelLink:
    """A channel by the name that readers know; raises ValueError for what is no id such as ``C0123ABCD``."""

    channel_id: str

    def __post_init__(self) -> None:
        _check_id(self.channel_id, "CGD", "channel")


@dataclass(frozen=True, slots=True)
class WebLink:
    """Words that lead to an *address*; raises ValueError for one that is not of the web, or could end too early."""

    label: str
    address: str

    def __post_init__(self) -> None:
        if not WEB_ADDRESS.fullmatch(self.address):
            raise ValueError(f"{self.address[:60]!r} is no address such as https://wiki.example.com/balance.")


WEB_ADDRESS = re.compile(r"https?://[^\s<>|]{3,500}")

Call = Mention | GroupMention | Everyone
"""Whom a line calls for."""

Piece = str | datetime | Call | ChannelLink | WebLink
"""Plain text (what looks like markup in it is shown as typed), a moment (in each reader's time zone), people, a
channel, or an address; text alone never becomes one of the others."""

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


@dataclass(frozen=True, slots=True)
class Confirm:
    """What a button asks before it counts: *text* says what will be lost, *yes* and *no* are labels."""

    title: str
    text: str
    yes: str
    no: str = "Cancel"


RUN = "run"
"""The verb of a button whose value is a line: a click is that line, typed by whoever clicked."""

LONGEST_VALUE = 2000
"""Characters of a button's value."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to click: *verb* says what is meant, *value* what with. Everybody who sees it can read both.

    Raises ValueError for a value of more than 2,000 characters: a part of it would mean something else.
    """

    label: str
    verb: str
    value: str
    style: Literal["", "primary", "danger"] = ""
    confirm: Confirm | None = None

    def __post_init__(self) -> None:
        if len(self.value) > LONGEST_VALUE:
            raise ValueError(
                f"The button {self.label!r} has a value of {len(self.value):,} characters; {LONGEST_VALUE:,} fit."
            )


def run_button(
    label: str, line: str, *, style: Literal["", "primary", "danger"] = "", confirm: Confirm | None = None
) -> Button:
    """Return a button that types *line*, a command without ``/deepgram``, for whoever clicks it.

    It grants nothing: the clicker must be allowed to type the line, in that channel, at that time.
    """
    return Button(label, RUN, line, style, confirm)


LONGEST_OPTION = 150
"""Characters of the line of a menu's option."""

MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Menu:
    """Something to pick from: *options* are labels with the line that each types, like the one of a `run_button`.

    Raises ValueError for a menu without options or with more than 100, and for a line of more than 150 characters.
    """

    label: str
    options: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.options) <= MOST_OPTIONS:
            raise ValueError(f"The menu {self.label!r} has {len(self.options)} options; 1 to {MOST_OPTIONS} fit.")
        for label, line in self.options:
            if len(line) > LONGEST_OPTION:
                raise ValueError(
                    f"The option {label!r} of the menu {self.label!r} has a line of {len(line):,} characters; "
                    f"{LONGEST_OPTION} fit."
                )


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons and menus in a row, for what one would type next; at most two of them are primary or danger."""

    buttons: tuple[Button | Menu, ...]


Part = Text | Note | Facts | Table | Chart | Buttons


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
    match piece:
        case Mention(user_id=named) | GroupMention(group_id=named):
            return f"@{named}"
        case Everyone():
            return word_for(piece)
        case ChannelLink():
            return "a direct message" if piece.channel_id.startswith("D") else f"#{piece.channel_id}"
        case WebLink():
            return f"{piece.label} ({piece.address})"
        case datetime():
            return f"{piece:%d %b %H:%M} UTC"
    return piece


def word_for(everyone: Everyone) -> str:
    """Return the word that people know for it."""
    return "@channel" if everyone.absent_too else "@here"


def _check_id(text: str, initials: str, what: str) -> None:
    if not re.fullmatch(f"[{initials}][A-Z0-9]{{2,}}", text):
        raise ValueError(f"{text[:60]!r} is not the id of a {what}.")
