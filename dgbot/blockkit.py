"""Slack's Block Kit limits as data, because slack_sdk checks few of them and Slack refuses the rest at run time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Surface = Literal["message", "modal", "home"]
SURFACES: Final[Mapping[str, int]] = {"message": 50, "modal": 100, "home": 100}  # blocks at most
PER_MESSAGE: Final[Mapping[str, int]] = {"table": 1, "data_visualization": 2}
ONLY_ON: Final[Mapping[str, frozenset[str]]] = {
    "alert": frozenset({"modal"}),
    "data_visualization": frozenset({"message"}),
    "table": frozenset({"message"}),
}
MARKDOWN_TOTAL: Final = 12_000  # characters of all markdown blocks of one payload
TABLE_ROWS, TABLE_COLUMNS = 100, 20
DATA_TABLE_ROWS, DATA_TABLE_CHARACTERS = 101, 20_000  # the header is one of the rows
CHART_PARTS, CHART_POINTS, CHART_LABEL = 6, 20, 20
VIEW_TITLE, PRIVATE_METADATA, IDENTIFIER = 24, 3000, 255


@dataclass(frozen=True, slots=True)
class Problem:
    """Something Slack would refuse: a JSON pointer into what was checked, and a sentence."""

    pointer: str
    message: str


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


@dataclass(frozen=True, slots=True)
class Text:
    """A text object: characters at most, and whether mrkdwn is allowed."""

    most: int
    mrkdwn: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list: how many, and of what (a kind of element, or a text object)."""

    most: int
    of: str | Text
    least: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """What one block, element or composition object may hold; what is not named is not checked."""

    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    strings: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    lists: Mapping[str, Many] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)


_PLAIN_150, _PLAIN_2000 = Text(150), Text(2000)
_STYLE: Final = {"style": ("primary", "danger")}


def _select(*, options: bool) -> Shape:
    return Shape(
        one_of=("options", "option_groups") if options else (),
        texts={"placeholder": _PLAIN_150},
        lists={"options": Many(100, "option"), "option_groups": Many(100, "option_group")} if options else {},
        parts={"confirm": "confirm"},
    )


def _input(**numbers: tuple[int, int]) -> Shape:
    return Shape(texts={"placeholder": _PLAIN_150}, strings={"initial_value": 3000}, numbers=numbers)


BLOCKS: Final[Mapping[str, Shape]] = {
    "section": Shape(
        one_of=("text", "fields"),
        texts={"text": Text(3000, mrkdwn=True)},
        lists={"fields": Many(10, Text(2000, mrkdwn=True))},
        parts={"accessory": "accessory"},
    ),
    "header": Shape(needs=("text",), texts={"text": _PLAIN_150}),
    "divider": Shape(),
    "actions": Shape(needs=("elements",), lists={"elements": Many(25, "action")}),
    "context": Shape(needs=("elements",), lists={"elements": Many(10, "context element")}),
    "context_actions": Shape(needs=("elements",), lists={"elements": Many(5, "context action")}),
    "image": Shape(
        needs=("alt_text",),
        one_of=("image_url", "slack_file"),
        strings={"alt_text": 2000, "image_url": 3000},
        texts={"title": _PLAIN_2000},
    ),
    "input": Shape(
        needs=("label", "element"),
        texts={"label": _PLAIN_2000, "hint": _PLAIN_2000},
        parts={"element": "input"},
    ),
    "markdown": Shape(needs=("text",), strings={"text": MARKDOWN_TOTAL}),
    "rich_text": Shape(needs=("elements",)),
    "table": Shape(needs=("rows",)),
    "data_table": Shape(needs=("rows", "caption"), numbers={"page_size": (1, 100)}),
    "data_visualization": Shape(needs=("title", "chart"), strings={"title": 50}),
    "alert": Shape(needs=("text",), texts={"text": Text(200, mrkdwn=True)}),
    "card": Shape(
        texts={"title": Text(150, mrkdwn=True), "body": Text(200, mrkdwn=True)},
        lists={"actions": Many(3, "card action")},
    ),
    "carousel": Shape(needs=("elements",), lists={"elements": Many(10, "block")}),
    "container": Shape(needs=("child_blocks",), lists={"child_blocks": Many(10, "block")}),
    "video": Shape(needs=("alt_text", "title", "thumbnail_url", "video_url")),
    "file": Shape(needs=("external_id",)),
    "plan": Shape(),
    "task_card": Shape(),
}
ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        needs=("text",),
        strings={"value": 2000, "url": 3000, "accessibility_label": 75},
        texts={"text": Text(75)},
        parts={"confirm": "confirm"},
        words=_STYLE,
    ),
    "overflow": Shape(needs=("options",), lists={"options": Many(5, "option")}, parts={"confirm": "confirm"}),
    "radio_buttons": Shape(
        needs=("options",), lists={"options": Many(10, "rich option")}, parts={"confirm": "confirm"}
    ),
    "checkboxes": Shape(needs=("options",), lists={"options": Many(10, "rich option")}, parts={"confirm": "confirm"}),
    "plain_text_input": _input(max_length=(1, 3000), min_length=(0, 3000)),
    "image": Shape(
        needs=("alt_text",), one_of=("image_url", "slack_file"), strings={"alt_text": 2000, "image_url": 3000}
    ),
    **{f"{many}static_select": _select(options=True) for many in ("", "multi_")},
    **{
        f"{many}{source}_select": _select(options=False)
        for many in ("", "multi_")
        for source in ("external", "users", "conversations", "channels")
    },
    **{f"{kind}picker": _select(options=False) for kind in ("date", "time", "datetime")},
    **{f"{kind}_input": _input() for kind in ("email_text", "url_text", "number", "rich_text", "file")},
    **{kind: Shape() for kind in ("workflow_button", "feedback_buttons", "icon_button", "url_source")},
}
_SELECTS: Final = frozenset(name for name in ELEMENTS if name.endswith("_select"))
_CHOICES: Final = _SELECTS | {"radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker"}
PLACES: Final[Mapping[str, frozenset[str]]] = {  # which elements each place takes
    "accessory": _CHOICES | {"button", "overflow", "image", "workflow_button"},
    "action": _CHOICES | {"button", "overflow", "workflow_button"},
    "context action": frozenset({"feedback_buttons", "icon_button"}),
    "card action": frozenset({"button"}),
    "context element": frozenset({"image"}),
    "input": _CHOICES | {name for name in ELEMENTS if name.endswith("_input")},
}
COMPOSITIONS: Final[Mapping[str, Shape]] = {
    "option": Shape(
        needs=("text", "value"),
        strings={"value": 150, "url": 3000},
        texts={"text": Text(75), "description": Text(75)},
    ),
    "rich option": Shape(
        needs=("text", "value"),
        strings={"value": 150},
        texts={"text": Text(75, mrkdwn=True), "description": Text(75, mrkdwn=True)},
    ),
    "option_group": Shape(
        needs=("label", "options"), texts={"label": Text(75)}, lists={"options": Many(100, "option")}
    ),
    "confirm": Shape(
        needs=("title", "text", "confirm", "deny"),
        texts={"title": Text(100), "text": Text(300, mrkdwn=True), "confirm": Text(30), "deny": Text(30)},
        words=_STYLE,
    ),
}


def _view(view: dict[str, Any], kind: Surface) -> Iterator[Problem]:
    if kind == "modal":
        if "title" not in view:
            yield Problem("/title", "is missing")
        for name in ("title", "submit", "close"):
            if name in view:
                yield from _text(view[name], Text(VIEW_TITLE), f"/{name}")
    for name, most in (("private_metadata", PRIVATE_METADATA), ("callback_id", 255), ("external_id", 255)):
        yield from _string(view.get(name, ""), most, f"/{name}")
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


def _with_children(blocks: object) -> Iterator[dict[str, Any]]:
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            yield block
            name = {"carousel": "elements", "container": "child_blocks"}.get(str(block.get("type")), "")
            yield from _with_children(block.get(name))


def _block(block: object, at: str, surface: Surface) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(kind, str) or kind not in BLOCKS:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
        return
    if surface not in ONLY_ON.get(kind, SURFACES):
        yield Problem(at, f"{kind} blocks are not allowed on a {surface}")
    yield from _string(block.get("block_id", ""), IDENTIFIER, f"{at}/block_id")
    yield from _shape(block, BLOCKS[kind], at, surface)
    if kind == "table" and isinstance(block.get("rows"), list):
        yield from _rows(block["rows"], TABLE_ROWS, at)
    if kind == "data_table" and isinstance(block.get("rows"), list):
        yield from _rows(block["rows"], DATA_TABLE_ROWS, at)
        for column, cell in enumerate(_header(block["rows"])):
            if isinstance(cell, dict) and cell.get("type") == "rich_text":
                yield Problem(f"{at}/rows/0/{column}/type", "rich_text is not allowed in the header row")
        if sum(map(_cell_length, block["rows"])) > DATA_TABLE_CHARACTERS:
            yield Problem(f"{at}/rows", f"has more than {DATA_TABLE_CHARACTERS} characters")
    if kind == "data_visualization" and isinstance(block.get("chart"), dict):
        yield from _chart(block["chart"], f"{at}/chart")


def _shape(thing: dict[str, Any], shape: Shape, at: str, surface: Surface) -> Iterator[Problem]:
    for name in shape.needs:
        if name not in thing:
            yield Problem(f"{at}/{name}", "is missing")
    if shape.one_of and not any(name in thing for name in shape.one_of):
        yield Problem(at, f"needs {' or '.join(shape.one_of)}")
    for name, most in shape.strings.items():
        if name in thing:
            yield from _string(thing[name], most, f"{at}/{name}")
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
        if not isinstance(number, int) or not low <= number <= high:
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
    elif kind == "block":
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
        yield from _string(thing.get("action_id", ""), IDENTIFIER, f"{at}/action_id")
        yield from _shape(thing, ELEMENTS[name], at, surface)


def _string(value: object, most: int, at: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(at, f"must be a string, not {type(value).__name__}")
    elif len(value) > most:
        yield Problem(at, f"must be at most {most} characters, not {len(value)}")


def _text(value: object, text: Text, at: str) -> Iterator[Problem]:
    kinds = ("plain_text", "mrkdwn") if text.mrkdwn else ("plain_text",)
    if not isinstance(value, dict) or value.get("type") not in kinds:
        kind = value.get("type") if isinstance(value, dict) else type(value).__name__
        yield Problem(at, f"must be a text object of type {' or '.join(kinds)}, not {kind}")
    elif not value.get("text"):
        yield Problem(f"{at}/text", "must not be empty")
    else:
        yield from _string(value["text"], text.most, f"{at}/text")


def _rows(rows: list[Any], most: int, at: str) -> Iterator[Problem]:
    if not 1 <= len(rows) <= most:
        yield Problem(f"{at}/rows", f"must hold 1 to {most} rows, not {len(rows)}")
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            yield Problem(f"{at}/rows/{index}", "must be a list of cells")
        elif not 1 <= len(row) <= TABLE_COLUMNS:
            yield Problem(f"{at}/rows/{index}", f"must hold 1 to {TABLE_COLUMNS} cells, not {len(row)}")


def _header(rows: list[Any]) -> list[Any]:
    return rows[0] if rows and isinstance(rows[0], list) else []


def _cell_length(cells: object) -> int:
    if isinstance(cells, list):
        return sum(map(_cell_length, cells))
    if isinstance(cells, dict):
        return len(str(cells.get("text", ""))) + _cell_length(cells.get("elements", []))
    return 0


def _chart(chart: dict[str, Any], at: str) -> Iterator[Problem]:
    if chart.get("type") == "pie":
        segments = chart.get("segments")
        yield from _count(segments, CHART_PARTS, f"{at}/segments")
        yield from _points(segments, f"{at}/segments", positive=True)
        return
    if chart.get("type") not in ("line", "bar", "area"):
        yield Problem(f"{at}/type", f"unsupported type: {chart.get('type')}")
        return
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    yield from _count(categories, CHART_POINTS, f"{at}/axis_config/categories")
    series = chart.get("series")
    yield from _count(series, CHART_PARTS, f"{at}/series")
    names: set[object] = set()
    for index, one in enumerate(series if isinstance(series, list) else ()):
        name, points = (one.get("name"), one.get("data")) if isinstance(one, dict) else (None, None)
        if name in names:
            yield Problem(f"{at}/series/{index}/name", f"{name!r} names another series too")
        names.add(name)
        yield from _string(name, CHART_LABEL, f"{at}/series/{index}/name")
        yield from _points(points, f"{at}/series/{index}/data", positive=False)
        labels = [point.get("label") for point in points or () if isinstance(point, dict)]
        if labels != categories:
            yield Problem(f"{at}/series/{index}/data", "must have one point for each category, in order")


def _count(things: object, most: int, at: str) -> Iterator[Problem]:
    if not isinstance(things, list) or not 1 <= len(things) <= most:
        size = len(things) if isinstance(things, list) else "no list of"
        yield Problem(at, f"must hold 1 to {most} items, not {size}")


def _points(points: object, at: str, *, positive: bool) -> Iterator[Problem]:
    for index, point in enumerate(points if isinstance(points, list) else ()):
        label, value = (point.get("label"), point.get("value")) if isinstance(point, dict) else (None, None)
        yield from _string(label, CHART_LABEL, f"{at}/{index}/label")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield Problem(f"{at}/{index}/value", f"must be a finite number, not {value!r}")
        elif positive and value <= 0:
            yield Problem(f"{at}/{index}/value", f"must be more than 0, not {value}")
