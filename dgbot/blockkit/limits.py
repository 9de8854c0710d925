"""Slack's Block Kit limits as data: what each block and each composition object may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from dgbot.blockkit.shapes import Many, Shape, Text

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
MANY: Final = 1_000_000  # where Slack names no limit

PLAIN_150, _PLAIN_2000, _MRKDWN_150 = Text(150), Text(2000), Text(150, mrkdwn=True)
STYLE: Final = {"style": ("primary", "danger")}
_TASK = Shape(needs=("task_id", "title"), parts={"details": "rich text", "output": "rich text"})
BLOCKS: Final[Mapping[str, Shape]] = {
    "section": Shape(
        one_of=("text", "fields"),
        texts={"text": Text(3000, mrkdwn=True)},
        lists={"fields": Many(10, Text(2000, mrkdwn=True))},
        parts={"accessory": "accessory"},
    ),
    "header": Shape(needs=("text",), texts={"text": PLAIN_150}),
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
    "markdown": Shape(needs=("text",), filled=("text",), strings={"text": MARKDOWN_TOTAL}),
    "rich_text": Shape(needs=("elements",)),  # rich.py has the rest
    "table": Shape(needs=("rows",)),
    "data_table": Shape(
        needs=("rows", "caption"), filled=("caption",), strings={"caption": MANY}, numbers={"page_size": (1, 100)}
    ),
    "data_visualization": Shape(
        needs=("title", "chart"), filled=("title",), strings={"title": 50}, parts={"chart": "chart"}
    ),
    "alert": Shape(needs=("text",), texts={"text": Text(200, mrkdwn=True)}),
    "card": Shape(
        one_of=("hero_image", "title", "actions", "body"),
        texts={"title": _MRKDWN_150, "subtitle": _MRKDWN_150, "body": Text(200, mrkdwn=True)},
        lists={"actions": Many(3, "card action")},
    ),
    "carousel": Shape(needs=("elements",), lists={"elements": Many(10, "card")}),
    "container": Shape(
        needs=("child_blocks",),
        texts={"title": PLAIN_150, "subtitle": _MRKDWN_150},
        lists={"child_blocks": Many(10, "child")},
        parts={"rich_text_title": "rich text"},
    ),
    "video": Shape(needs=("alt_text", "title", "thumbnail_url", "video_url")),
    "file": Shape(needs=("external_id",)),
    "plan": Shape(needs=("title",), lists={"tasks": Many(MANY, "task", least=0)}),
    "task_card": _TASK,
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
    "feedback button": Shape(
        needs=("text", "value"), strings={"value": 2000, "accessibility_label": 75}, texts={"text": Text(75)}
    ),
    "task": _TASK,
    "confirm": Shape(
        needs=("title", "text", "confirm", "deny"),
        texts={"title": Text(100), "text": Text(300, mrkdwn=True), "confirm": Text(30), "deny": Text(30)},
        words=STYLE,
    ),
}
