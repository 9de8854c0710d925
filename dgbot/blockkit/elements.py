"""What can be pressed, chosen and filled in, as data: what each element may hold, and where it may stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dgbot.blockkit.limits import IDENTIFIER, MANY, PLAIN_150, STYLE
from dgbot.blockkit.shapes import Form, Many, Shape, Text

_DAY = Form(re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), "a day such as 2026-11-29")
_TIME = Form(re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"), "a time of day such as 14:30")


def _select(source: str, *, several: bool) -> Shape:
    listed = {"options": Many(100, "option"), "option_groups": Many(100, "option_group")}
    chosen = source in ("static", "external")
    return Shape(
        one_of=tuple(listed) if source == "static" else (),
        texts={"placeholder": PLAIN_150},
        lists=(listed if source == "static" else {})
        | ({"initial_options": Many(100, "option")} if chosen and several else {}),
        parts={"confirm": "confirm"} | ({"initial_option": "option"} if chosen and not several else {}),
        strings={} if chosen or several else {f"initial_{source.removesuffix('s')}": IDENTIFIER},
        names=(f"initial_{source}",) if several and not chosen else (),
        numbers=({"max_selected_items": (1, MANY)} if several else {})
        | ({"min_query_length": (0, MANY)} if source == "external" else {}),
    )


def _picker(**more: Any) -> Shape:
    return Shape(texts={"placeholder": PLAIN_150}, parts={"confirm": "confirm"}, **more)


def _input(*needs: str, **numbers: tuple[int, int]) -> Shape:
    return Shape(needs=needs, texts={"placeholder": PLAIN_150}, strings={"initial_value": 3000}, numbers=numbers)


ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        needs=("text",),
        strings={"value": 2000, "url": 3000, "accessibility_label": 75},
        texts={"text": Text(75)},
        parts={"confirm": "confirm"},
        words=STYLE,
    ),
    "overflow": Shape(needs=("options",), lists={"options": Many(5, "option")}, parts={"confirm": "confirm"}),
    "radio_buttons": Shape(
        needs=("options",),
        lists={"options": Many(10, "rich option")},
        parts={"confirm": "confirm", "initial_option": "rich option"},
    ),
    "checkboxes": Shape(
        needs=("options",),
        lists={"options": Many(10, "rich option"), "initial_options": Many(10, "rich option")},
        parts={"confirm": "confirm"},
    ),
    "plain_text_input": _input(max_length=(1, 3000), min_length=(0, 3000)),
    "image": Shape(
        needs=("alt_text",), one_of=("image_url", "slack_file"), strings={"alt_text": 2000, "image_url": 3000}
    ),
    **{
        f"{many}{source}_select": _select(source, several=bool(many))
        for many in ("", "multi_")
        for source in ("static", "external", "users", "conversations", "channels")
    },
    "datepicker": _picker(forms={"initial_date": _DAY}),
    "timepicker": _picker(forms={"initial_time": _TIME}),
    "datetimepicker": _picker(numbers={"initial_date_time": (0, 9_999_999_999)}),
    **{f"{kind}_input": _input() for kind in ("email_text", "url_text", "file")},
    "number_input": _input("is_decimal_allowed"),
    "rich_text_input": Shape(texts={"placeholder": PLAIN_150}, parts={"initial_value": "rich text"}),
    "workflow_button": Shape(needs=("text", "workflow"), texts={"text": Text(75)}, words=STYLE),
    "feedback_buttons": Shape(
        needs=("positive_button", "negative_button"),
        parts={"positive_button": "feedback button", "negative_button": "feedback button"},
    ),
    "icon_button": Shape(
        needs=("icon", "text"),
        strings={"icon": IDENTIFIER, "value": 2000, "accessibility_label": 75},
        texts={"text": Text(75)},
        parts={"confirm": "confirm"},
    ),
    "url": Shape(),
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
