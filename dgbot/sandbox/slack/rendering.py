"""What a person reads: Block Kit and mrkdwn as plain text, with no markup left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dgbot.sandbox.slack.forms import shown_value
from dgbot.sandbox.slack.workspace import Message, View

Names = Mapping[str, str]
"""How an id is shown: ``U… -> @alice``, ``C… -> #ops``, ``S… -> @key-approvers``."""


def message_text(message: Message, names: Names) -> str:
    """Return a message as read: its blocks, or its text if it has none."""
    return blocks_text(message.blocks, names) if message.blocks else plain(message.text, names)


def view_text(view: View, names: Names) -> str:
    """Return a modal (title first, its buttons last) or a Home as read."""
    content = view.content
    title = text_of(content.get("title"), names)
    body = blocks_text(view.blocks, names, state=view.state, errors=view.errors)
    ends = [text_of(content.get(end), names) for end in ("close", "submit")]
    return "\n".join(part for part in (title, body, _buttons(end for end in ends if end)) if part)


def blocks_text(
    blocks: Iterable[Mapping[str, Any]],
    names: Names,
    *,
    state: Mapping[str, Mapping[str, Any]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Return blocks as read, each on a line of its own; inputs show what was filled in and what is wrong."""
    lines = []
    for block in blocks:
        line = _block(block, names, (state or {}).get(block.get("block_id", ""), {}))
        wrong = (errors or {}).get(block.get("block_id", ""))
        lines.append(f"{line}  ({wrong})" if wrong else line)
    return "\n".join(line for line in lines if line)


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
        return _date(target, label)
    if target.startswith("!subteam^"):
        return names.get(target.removeprefix("!subteam^"), label or target)
    if target.startswith("!"):
        return f"@{target[1:]}"
    if target[:1] in "@#":
        return names.get(target[1:]) or target[0] + (label.lstrip("@#") or target[1:])
    return label or target.removeprefix("mailto:")


def _date(target: str, fallback: str) -> str:
    _, stamp, form, *_ = [*target.split("^"), "", ""]
    if not stamp.isdigit():
        return fallback
    when = datetime.fromtimestamp(int(stamp), UTC)
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


def _block(block: Mapping[str, Any], names: Names, state: Mapping[str, Any]) -> str:
    match block.get("type"):
        case "section":
            fields = " · ".join(text_of(one, names).replace("\n", " ") for one in block.get("fields", ()))
            text = "\n".join(part for part in (text_of(block.get("text"), names), fields) if part)
            return "  ".join(part for part in (text, _element(block.get("accessory"), names, state)) if part)
        case "header" | "alert":
            return text_of(block.get("text"), names)
        case "context":
            return " · ".join(_element(one, names, state) for one in block.get("elements", ()))
        case "actions" | "context_actions":
            return "  ".join(_element(one, names, state) for one in block.get("elements", ()))
        case "input":
            element = block.get("element", {})
            value = shown_value(element, state.get(element.get("action_id", "")), names)
            return f"{text_of(block.get('label'), names)}: {value or '____'}"
        case "image":
            return f"[image: {block.get('alt_text', '')}]"
        case "markdown":
            return plain(str(block.get("text", "")).replace("**", "*"), names)
        case "rich_text":
            return "\n".join(_rich(element, names) for element in block.get("elements", ()))
        case "table":
            return _table(block.get("rows", ()), names)
        case "data_table":
            return f"{text_of(block.get('caption'), names)}\n{_table(block.get('rows', ()), names)}".strip()
        case "data_visualization":
            return _chart(block)
        case "card":
            parts = [text_of(block.get(part), names) for part in ("title", "subtitle", "body")]
            actions = "  ".join(_element(one, names, state) for one in block.get("actions", ()))
            return "\n".join(part for part in (*parts, actions) if part)
        case "carousel" | "container":
            return blocks_text(block.get("elements", block.get("child_blocks", ())), names)
        case _:
            return ""


def _element(element: Any, names: Names, state: Mapping[str, Any]) -> str:
    if not isinstance(element, Mapping):
        return ""
    kind = str(element.get("type"))
    if kind in ("mrkdwn", "plain_text"):
        return text_of(element, names)
    if kind == "image":
        return f"[image: {element.get('alt_text', '')}]"
    if kind == "overflow":
        return f"[⋯ {' | '.join(text_of(one.get('text'), names) for one in element.get('options', ()))}]"
    if kind == "button":
        return _buttons([text_of(element.get("text"), names)])
    if kind in ("radio_buttons", "checkboxes"):
        return "  ".join(f"( ) {text_of(one.get('text'), names)}" for one in element.get("options", ()))
    shown = shown_value(element, state.get(element.get("action_id", "")), names)
    return f"[{shown or text_of(element.get('placeholder'), names) or kind} ▾]"


def _buttons(labels: Iterable[str]) -> str:
    return "  ".join(f"[{label}]" for label in labels)


def _rich(element: Mapping[str, Any], names: Names) -> str:
    parts: Sequence[Mapping[str, Any]] = element.get("elements", ())
    match element.get("type"):
        case "rich_text_list":
            return "\n".join(f"• {_rich(part, names)}" for part in parts)
        case "rich_text_section" | "rich_text_preformatted" | "rich_text_quote":
            return "".join(_rich(part, names) for part in parts)
        case "user" | "usergroup" | "channel" as kind:
            return names.get(str(element.get(f"{kind}_id")), str(element.get(f"{kind}_id")))
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "emoji":
            return f":{element.get('name')}:"
        case "broadcast":
            return f"@{element.get('range')}"
        case "date":
            return _date(f"!date^{element.get('timestamp')}^{element.get('format')}", str(element.get("fallback", "")))
        case _:
            return str(element.get("text", ""))


def _table(rows: Sequence[Sequence[Any]], names: Names) -> str:
    read = [[_cell(cell, names) for cell in row] for row in rows]
    widths = [
        max((len(row[i]) for row in read if i < len(row)), default=0) for i in range(max(map(len, read), default=0))
    ]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in read
    )


def _cell(cell: Any, names: Names) -> str:
    if isinstance(cell, Mapping) and cell.get("type") == "rich_text":
        return " ".join(_rich(element, names) for element in cell.get("elements", ()))
    if isinstance(cell, Mapping):
        return str(cell.get("text", cell.get("value", "")))
    return str(cell)


def _chart(block: Mapping[str, Any]) -> str:
    chart = block.get("chart", {})
    if chart.get("type") == "pie":
        numbers = [_points(chart.get("segments", ()))]
    else:
        numbers = [f"{one.get('name')}: {_points(one.get('data', ()))}" for one in chart.get("series", ())]
    return f"[chart: {block.get('title', '')} · {' · '.join(numbers)}]"


def _points(points: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{point.get('label')} {point.get('value')}" for point in points)
