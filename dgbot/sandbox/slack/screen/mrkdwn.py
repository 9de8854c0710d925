"""Slack's markup as a person reads it: words, with no markup left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Names = Mapping[str, str]
"""How an id is shown: ``U… -> @alice``, ``C… -> #ops``, ``S… -> @key-approvers``."""


def text_of(thing: Any, names: Names) -> str:
    """Return a text object (or a bare string) as read; only mrkdwn has markup to lose."""
    if isinstance(thing, Mapping):
        text = str(thing.get("text", ""))
        return plain(text, names) if thing.get("type") == "mrkdwn" else text
    return thing if isinstance(thing, str) else ""


def plain(mrkdwn: str, names: Names) -> str:
    """Return mrkdwn as read: ids as names, dates in UTC, links as their text, no ``*``, ``_``, ``~`` or backticks."""
    pieces = _CODE.split(mrkdwn)
    read = [piece.strip("`\n") if index % 2 else _unmarked(piece) for index, piece in enumerate(pieces)]
    text = _TOKEN.sub(lambda found: _token(found[1], names), "".join(read))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_TOKEN = re.compile(r"<([^<>\n]+)>")
_MARKS = [
    re.compile(rf"(?<![\w{mark}&;/]){mark}(?=[^\s{mark}])(.+?)(?<=[^\s]){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
]


def _unmarked(text: str) -> str:
    text = re.sub(r"^(?:&gt;|>) ?", "", text, flags=re.MULTILINE)
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return text


def _token(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return dated(target, label)
    if target.startswith("!subteam^"):
        return names.get(target.removeprefix("!subteam^"), label or target)
    if target.startswith("!"):
        return f"@{target[1:]}"
    if target[:1] in "@#":
        return names.get(target[1:]) or target[0] + (label.lstrip("@#") or target[1:])
    return label or target.removeprefix("mailto:")


def dated(target: str, fallback: str) -> str:
    """Return a date token's words in UTC, for *target* such as ``!date^1795960920^{date}``."""
    _, stamp, form, *_ = [*target.split("^"), "", ""]
    try:
        when = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return fallback
    day = f"{when.day} {when:%b}"
    words = {
        "date_num": f"{when:%Y-%m-%d}",
        "date_slash": f"{when:%Y/%m/%d}",
        "date_long": f"{when:%A} {when.day} {when:%B %Y}",
        "date_long_pretty": f"{when:%A} {when.day} {when:%B %Y}",
        "date_long_full": f"{when:%A} {when.day} {when:%B %Y}",
        "date": f"{when.day} {when:%B %Y}",
        "date_pretty": f"{when.day} {when:%B %Y}",
        "date_short": f"{day} {when:%Y}",
        "date_short_pretty": day,
        "day_divider_pretty": f"{when:%A} {day}",
        "time": f"{when:%H:%M} UTC",
        "time_secs": f"{when:%H:%M:%S} UTC",
        "ago": f"{day} at {when:%H:%M} UTC",
    }
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), form) or fallback
