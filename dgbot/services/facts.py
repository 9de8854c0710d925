"""Values as facts for the outbox, and back: what is queued is what happened, never how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, assert_never

import msgspec

from dgbot.domain.charts import Chart
from dgbot.domain.plans import CommandPlan, KeyPlan, Plan
from dgbot.domain.replies import (
    Audience,
    Button,
    Buttons,
    ChannelLink,
    Everyone,
    Facts,
    GroupMention,
    Line,
    Mention,
    Menu,
    Note,
    Part,
    Piece,
    Reply,
    Table,
    Text,
    WebLink,
)

T = TypeVar("T")

_PARTS: dict[str, type[Part]] = {
    "buttons": Buttons,
    "chart": Chart,
    "facts": Facts,
    "note": Note,
    "table": Table,
    "text": Text,
}


def facts_of(**values: Any) -> dict[str, Any]:
    """Return dataclasses, dates, decimals and the like as plain JSON values, by name."""
    return {name: _reply(value) if isinstance(value, Reply) else _plain(value) for name, value in values.items()}


def value_of(kind: type[T], facts: Mapping[str, Any], name: str) -> T:
    """Return the value that `facts_of` stored under *name*."""
    return msgspec.convert(facts[name], kind, strict=False, dec_hook=_hooked)


def plan_of(stored: Mapping[str, Any]) -> Plan:
    """Return the plan that was stored as a JSON object; raises ValueError for what is none."""
    if "words" in stored:
        return msgspec.convert({"channel_told": False, **stored}, CommandPlan, strict=False)
    return msgspec.convert(stored, KeyPlan, strict=False)


def reply_of(facts: Mapping[str, Any], name: str = "reply") -> Reply:
    """Return the reply that `facts_of` stored under *name*."""
    stored = facts[name]
    return Reply(
        headline=_line(stored["headline"]),
        parts=tuple(_part(part) for part in stored["parts"]),
        audience=Audience(stored["audience"]),
    )


def _hooked(kind: type, stored: Any) -> Any:
    if kind is Plan and isinstance(stored, Mapping):
        return plan_of(stored)
    raise NotImplementedError(kind)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, str_keys=True)


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "headline": _stored_line(reply.headline),
        "parts": [_stored_part(part) for part in reply.parts],
        "audience": reply.audience.value,
    }


def _stored_part(part: Part) -> dict[str, Any]:
    match part:
        case Table():
            return {"part": "table", "columns": part.columns, "rows": part.rows, "more": part.more}
        case Chart():
            return {"part": "chart", "chart": _plain(part)}
        case Buttons():
            return {"part": "buttons", "buttons": _plain(part.buttons)}
        case Facts():
            return {"part": "facts", "pairs": [(name, _stored_line(line)) for name, line in part.pairs]}
        case Text() | Note():
            return {"part": type(part).__name__.lower(), "line": _stored_line(part.line)}
        case _:
            assert_never(part)  # a plugin's types may lie


def _stored_line(line: Line) -> Any:
    return line if isinstance(line, str) else [_stored_piece(piece) for piece in line]


def _stored_piece(piece: Piece) -> Any:
    match piece:
        case Mention():
            return {"who": piece.user_id}
        case GroupMention():
            return {"group": piece.group_id}
        case Everyone():
            return {"everyone": piece.absent_too}
        case ChannelLink():
            return {"channel": piece.channel_id}
        case WebLink():
            return {"label": piece.label, "address": piece.address}
        case datetime():
            return {"at": piece.isoformat()}
    return piece


def _part(stored: Mapping[str, Any]) -> Part:
    kind = _PARTS[stored["part"]]
    if kind is Table:
        rows = tuple(tuple(row) for row in stored["rows"])
        return Table(tuple(stored["columns"]), rows, stored["more"])
    if kind is Chart:
        return msgspec.convert(stored["chart"], Chart)
    if kind is Buttons:
        return Buttons(tuple(map(_act, stored["buttons"])))
    if kind is Facts:
        return Facts(tuple((name, _line(line)) for name, line in stored["pairs"]))
    line = _line(stored["line"])
    return Note(line) if kind is Note else Text(line)


def _act(stored: Mapping[str, Any]) -> Button | Menu:
    return msgspec.convert(stored, Menu) if "options" in stored else msgspec.convert(stored, Button)


def _line(stored: str | Sequence[Any]) -> Line:
    return stored if isinstance(stored, str) else tuple(_piece(piece) for piece in stored)


def _piece(stored: Any) -> Piece:
    match stored:
        case {"who": user_id}:
            return Mention(user_id)
        case {"group": group_id}:
            return GroupMention(group_id)
        case {"everyone": absent_too}:
            return Everyone(absent_too)
        case {"channel": channel_id}:
            return ChannelLink(channel_id)
        case {"label": label, "address": address}:
            return WebLink(label, address)
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case str():
            return stored
    raise TypeError(f"{stored!r} is no part of a line.")
