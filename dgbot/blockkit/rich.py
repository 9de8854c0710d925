"""Rich text: sections, lists, code and quotes, and the runs of words in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dgbot.blockkit.problems import Problem

PARTS: Final = frozenset({"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"})


def check_rich(block: object, at: str) -> Iterator[Problem]:
    """Find what a rich text may not consist of; *at* is the block, or what is written like one."""
    elements = block.get("elements") if isinstance(block, dict) else None
    if not isinstance(elements, list):
        yield Problem(f"{at}/elements", "must be a list of rich text elements")
        return
    for index, part in enumerate(elements):
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in PARTS:
            yield Problem(f"{at}/elements/{index}/type", f"must be one of {', '.join(sorted(PARTS))}, not {kind!r}")
        else:
            yield from _runs(part, kind, f"{at}/elements/{index}")


def _runs(part: dict[str, object], kind: str, at: str) -> Iterator[Problem]:
    elements = part.get("elements")
    if not isinstance(elements, list):
        yield Problem(f"{at}/elements", "must be a list")
        return
    for index, one in enumerate(elements):
        below = f"{at}/elements/{index}"
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            yield Problem(below, "must be an object with a type")
        elif kind == "rich_text_list":
            if one["type"] == "rich_text_section":
                yield from _runs(one, "rich_text_section", below)
            else:
                yield Problem(f"{below}/type", f"must be rich_text_section, not {one['type']!r}")
        elif one["type"] == "text" and not isinstance(one.get("text"), str):
            yield Problem(f"{below}/text", "must be a string")
