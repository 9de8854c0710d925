"""Slack's Block Kit limits as data: what each block, element and composition object may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

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
    **{f"{kind}_input": _input() for kind in ("email_text", "url_text", "number", "file")},
    "rich_text_input": Shape(texts={"placeholder": _PLAIN_150}),  # its initial_value is a rich_text block
    **{kind: Shape() for kind in ("workflow_button", "feedback_buttons", "icon_button", "url")},
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
