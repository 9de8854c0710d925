"""Walks through blocks and views, and finds what Slack would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dgbot.blockkit.choices import check_choice
from dgbot.blockkit.elements import ELEMENTS, PLACES
from dgbot.blockkit.grids import check_chart, check_table
from dgbot.blockkit.limits import (
    BLOCKS,
    COMPOSITIONS,
    IDENTIFIER,
    MARKDOWN_TOTAL,
    ONLY_ON,
    PER_MESSAGE,
    PRIVATE_METADATA,
    SURFACES,
    VIEW_TITLE,
    Surface,
)
from dgbot.blockkit.problems import Problem, check_string
from dgbot.blockkit.rich import check_rich
from dgbot.blockkit.shapes import Many, Shape, Text


def check_blocks(blocks: object, surface: Surface = "message") -> list[Problem]:
    """Return what Slack would refuse in *blocks* on *surface*; pointers start at ``/0`` for the first block."""
    if not isinstance(blocks, list):
        return [Problem("", "must be a list of blocks")]
    return [*_blocks(blocks, surface, "")]


def check_view(view: object) -> list[Problem]:
    """Return what Slack would refuse in a modal or a Home tab; blocks are at ``/blocks/0`` and so on."""
    if not isinstance(view, dict):
        return [Problem("", "must be an object")]
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [Problem("/type", f"must be modal or home, not {kind!r}")]
    return [*_view(view, kind)]


def _view(view: dict[str, Any], kind: Surface) -> Iterator[Problem]:
    if kind == "modal":
        if "title" not in view:
            yield Problem("/title", "is missing")
        for name in ("title", "submit", "close"):
            if name in view:
                yield from _text(view[name], Text(VIEW_TITLE), f"/{name}")
    for name, most in (("private_metadata", PRIVATE_METADATA), ("callback_id", 255), ("external_id", 255)):
        yield from check_string(view.get(name, ""), most, f"/{name}")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield Problem("/blocks", "must be a list of blocks")
        return
    yield from _blocks(blocks, kind, "/blocks")
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if kind == "modal" and asks and "submit" not in view:
        yield Problem("/submit", "is missing: a modal with an input block needs a submit button")


def _blocks(blocks: list[Any], surface: Surface, at: str) -> Iterator[Problem]:
    if len(blocks) > SURFACES[surface]:
        yield Problem(at, f"has {len(blocks)} blocks; a {surface} holds at most {SURFACES[surface]}")
    seen: dict[str, str] = {}
    for index, block in enumerate(blocks):
        yield from _block(block, f"{at}/{index}", surface)
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            yield Problem(f"{at}/{index}/block_id", f"{name!r} is the block_id of {seen[name]} too")
        elif isinstance(name, str):
            seen[name] = f"{at}/{index}"
    known = [*_with_children(blocks)]
    for kind, most in PER_MESSAGE.items():
        if sum(block.get("type") == kind for block in known) > most:
            yield Problem(at, f"has more than {most} {kind} block{'s'[: most > 1]}")
    if sum(len(str(block.get("text"))) for block in known if block.get("type") == "markdown") > MARKDOWN_TOTAL:
        yield Problem(at, f"has more than {MARKDOWN_TOTAL} characters in its markdown blocks")


def _with_children(blocks: object, levels: int = 3) -> Iterator[dict[str, Any]]:
    """Yield *blocks* and what lies in them, no deeper than Slack lets things lie."""
    for block in blocks if isinstance(blocks, list) and levels else ():
        if isinstance(block, dict):
            yield block
            name = {"carousel": "elements", "container": "child_blocks"}.get(str(block.get("type")), "")
            yield from _with_children(block.get(name), levels - 1)


def _block(block: object, at: str, surface: Surface) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(kind, str) or kind not in BLOCKS:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
        return
    if surface not in ONLY_ON.get(kind, SURFACES):
        yield Problem(at, f"{kind} blocks are not allowed on a {surface}")
    yield from check_string(block.get("block_id", ""), IDENTIFIER, f"{at}/block_id")
    yield from _shape(block, BLOCKS[kind], at, surface)
    if kind in ("table", "data_table"):
        yield from check_table(block, at)
    if kind == "rich_text" and "elements" in block:
        yield from check_rich(block, at)


def _shape(thing: dict[str, Any], shape: Shape, at: str, surface: Surface) -> Iterator[Problem]:
    for name in shape.needs:
        if name not in thing:
            yield Problem(f"{at}/{name}", "is missing")
    if shape.one_of and not any(name in thing for name in shape.one_of):
        yield Problem(at, f"needs {' or '.join(shape.one_of)}")
    for name, most in shape.strings.items():
        if name in thing:
            yield from check_string(thing[name], most, f"{at}/{name}")
    for name in shape.filled:
        if thing.get(name) == "":
            yield Problem(f"{at}/{name}", "must not be empty")
    for name in shape.names:
        if name in thing and not (isinstance(thing[name], list) and all(isinstance(one, str) for one in thing[name])):
            yield Problem(f"{at}/{name}", "must be a list of strings")
    for name, form in shape.forms.items():
        if name in thing and not (isinstance(thing[name], str) and form.pattern.fullmatch(thing[name])):
            yield Problem(f"{at}/{name}", f"must be {form.told}, not {thing[name]!r}")
    for name, text in shape.texts.items():
        if name in thing:
            yield from _text(thing[name], text, f"{at}/{name}")
    for name, kind in shape.parts.items():
        if name in thing:
            yield from _part(thing[name], kind, f"{at}/{name}", surface)
    for name, words in shape.words.items():
        if name in thing and thing[name] not in words:
            yield Problem(f"{at}/{name}", f"must be one of {', '.join(words)}, not {thing[name]!r}")
    for name, (low, high) in shape.numbers.items():
        number = thing.get(name, low)
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            yield Problem(f"{at}/{name}", f"must be a whole number from {low} to {high}, not {number!r}")
    for name, many in shape.lists.items():
        if name in thing:
            yield from _many(thing[name], many, f"{at}/{name}", surface)


def _many(things: object, many: Many, at: str, surface: Surface) -> Iterator[Problem]:
    if not isinstance(things, list) or not many.least <= len(things) <= many.most:
        size = len(things) if isinstance(things, list) else "no list of"
        yield Problem(at, f"must hold {many.least} to {many.most} items, not {size}")
    seen: set[str] = set()
    for index, thing in enumerate(things if isinstance(things, list) else ()):
        if isinstance(many.of, Text):
            yield from _text(thing, many.of, f"{at}/{index}")
            continue
        yield from _part(thing, many.of, f"{at}/{index}", surface)
        name = thing.get("action_id") if isinstance(thing, dict) else None
        if isinstance(name, str) and name in seen:
            yield Problem(f"{at}/{index}/action_id", f"{name!r} is the action_id of another element of this block too")
        elif isinstance(name, str):
            seen.add(name)


def _part(thing: object, kind: str, at: str, surface: Surface) -> Iterator[Problem]:
    if not isinstance(thing, dict):
        yield Problem(at, "must be an object")
    elif kind == "rich text":
        yield from check_rich(thing, at)
    elif kind == "chart":
        yield from check_chart(thing, at)
    elif kind == "card" and thing.get("type") != "card":
        yield Problem(f"{at}/type", f"must be card, not {thing.get('type')!r}")
    elif kind == "child" and thing.get("type") == "container":
        yield Problem(f"{at}/type", "container blocks can't hold one another")
    elif kind in ("card", "child"):
        yield from _block(thing, at, surface)
    elif kind == "context element" and thing.get("type") in ("mrkdwn", "plain_text"):
        yield from _text(thing, Text(3000, mrkdwn=True), at)
    elif kind in COMPOSITIONS:
        yield from _shape(thing, COMPOSITIONS[kind], at, surface)
    else:
        name = str(thing.get("type"))
        if name not in PLACES[kind]:
            yield Problem(f"{at}/type", f"unsupported type: {name}")
            return
        yield from check_string(thing.get("action_id", ""), IDENTIFIER, f"{at}/action_id")
        yield from _shape(thing, ELEMENTS[name], at, surface)
        yield from check_choice(thing, at)


def _text(value: object, text: Text, at: str) -> Iterator[Problem]:
    kinds = ("plain_text", "mrkdwn") if text.mrkdwn else ("plain_text",)
    if not isinstance(value, dict) or value.get("type") not in kinds:
        kind = value.get("type") if isinstance(value, dict) else type(value).__name__
        yield Problem(at, f"must be a text object of type {' or '.join(kinds)}, not {kind}")
    elif not value.get("text"):
        yield Problem(f"{at}/text", "must not be empty")
    else:
        yield from check_string(value["text"], text.most, f"{at}/text")
