"""Rich text, tables and charts as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dgbot.sandbox.slack.screen.mrkdwn import Names, dated


def rich(element: Mapping[str, Any], names: Names) -> str:
    """Return one part of a rich text block as read."""
    parts: Sequence[Mapping[str, Any]] = element.get("elements", ())
    match element.get("type"):
        case "rich_text_list":
            return "\n".join(f"• {rich(part, names)}" for part in parts)
        case "rich_text_section" | "rich_text_preformatted" | "rich_text_quote":
            return "".join(rich(part, names) for part in parts)
        case "user" | "usergroup" | "channel" as kind:
            return names.get(str(element.get(f"{kind}_id")), str(element.get(f"{kind}_id")))
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "emoji":
            return f":{element.get('name')}:"
        case "broadcast":
            return f"@{element.get('range')}"
        case "date":
            return dated(f"!date^{element.get('timestamp')}^{element.get('format')}", str(element.get("fallback", "")))
        case _:
            return str(element.get("text", ""))


def table(rows: Sequence[Sequence[Any]], names: Names) -> str:
    """Return rows of cells as aligned lines."""
    read = [[_cell(cell, names) for cell in row] for row in rows]
    widths = [
        max((len(row[i]) for row in read if i < len(row)), default=0) for i in range(max(map(len, read), default=0))
    ]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in read
    )


def _cell(cell: Any, names: Names) -> str:
    if isinstance(cell, Mapping) and cell.get("type") == "rich_text":
        return " ".join(rich(element, names) for element in cell.get("elements", ()))
    if isinstance(cell, Mapping):
        return str(cell.get("text", cell.get("value", "")))
    return str(cell)


def chart(block: Mapping[str, Any]) -> str:
    """Return a chart as its title and its numbers."""
    drawn = block.get("chart", {})
    if drawn.get("type") == "pie":
        numbers = [_points(drawn.get("segments", ()))]
    else:
        numbers = [f"{one.get('name')}: {_points(one.get('data', ()))}" for one in drawn.get("series", ())]
    return f"[chart: {block.get('title', '')} · {' · '.join(numbers)}]"


def _points(points: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{point.get('label')} {point.get('value')}" for point in points)
