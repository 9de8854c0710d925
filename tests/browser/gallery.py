"""One of everything that Block Kit can show and ask, for the page to draw."""

from __future__ import annotations

from typing import Any

from tests.browser.gallery_forms import form, other_form
from tests.browser.gallery_parts import (
    CONFIRM,
    DESCRIBED,
    IMAGE,
    MENUS,
    OPTIONS,
    SOON,
    Part,
    button,
    chosen,
    header,
    line,
    menu,
    mrkdwn,
    option,
    plain,
    section,
    text,
)
from tests.browser.gallery_texts import texts

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def blocks_by_surface() -> dict[str, list[Any]]:
    """Return messages (a list of blocks each), modals and Homes (a view each)."""
    return {
        "message": [texts(), _buttons(), _menus(), _tables(), _charts(), _more_charts(), _cards(), _agents()],
        "modal": [form(), other_form()],
        "home": [{"type": "home", "blocks": [header("Your Home"), *_buttons()[1:], *_cards()[:1]]}],
    }


def _buttons() -> list[Part]:
    overflow = {"type": "overflow", "action_id": "more", "options": [*OPTIONS, option("Docs", url="https://d.example")]}
    return [
        header("Things to press"),
        {
            "type": "actions",
            "elements": [
                button("Approve", style="primary"),
                button("Deny", style="danger", confirm=CONFIRM),
                button("Details", accessibility_label="Details of the request"),
                button("Open", url="https://a.example"),
                overflow,
                {"type": "workflow_button", "text": plain("Run"), "action_id": "run"}
                | {"workflow": {"trigger": {"url": "https://w.example"}}},
            ],
        },
        section("A row with a menu", overflow | {"confirm": CONFIRM}),
        section("A row with a button", button("Rotate")),
        {
            "type": "actions",
            "elements": [
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-29"},
                {"type": "timepicker", "action_id": "time", "initial_time": "14:30"},
                {"type": "datetimepicker", "action_id": "moment", "initial_date_time": SOON},
            ],
        },
        section("Radio buttons", chosen("radio_buttons", initial_option=DESCRIBED[1])),
        section("Checkboxes", chosen("checkboxes", initial_options=DESCRIBED[:2])),
    ]


def _menus() -> list[Part]:
    singles = [menu(kind) for kind in MENUS if not kind.startswith("multi_")]
    several = [section(kind.replace("_", " "), menu(kind)) for kind in MENUS if kind.startswith("multi_")]
    return [header("Menus"), {"type": "actions", "elements": singles}, *several]


def _cell(content: str | float) -> Part:
    if isinstance(content, str):
        return {"type": "raw_text", "text": content}
    return {"type": "raw_number", "value": content, "text": f"{content:,}"}


def _tables() -> list[Part]:
    rows = [[_cell(word) for word in ("Model", "Hours", "Requests")]]
    rows += [[_cell(f"nova-{number}"), _cell(number * 1.5), _cell(number * 977)] for number in range(1, 13)]
    linked = {"type": "rich_text", "elements": [line({"type": "link", "url": "https://a.example", "text": "nova"})]}
    return [
        header("Tables"),
        {"type": "table", "rows": [*rows[:3], [linked, _cell("12"), _cell("3")]]}
        | {"column_settings": [{"is_wrapped": True}, {"align": "right"}, {"align": "center"}]},
        {"type": "data_table", "caption": "Hours and requests by model", "page_size": 5, "rows": rows}
        | {"row_header_column_index": 0},
    ]


def _chart(kind: str, title: str, **series: tuple[float, ...]) -> Part:
    axis = {"categories": list(WEEK), "x_label": "Day", "y_label": "US dollars"}
    named = [
        {"name": name, "data": [{"label": day, "value": value} for day, value in zip(WEEK, values, strict=True)]}
        for name, values in series.items()
    ]
    chart = {"type": kind, "series": named, "axis_config": axis}
    return {"type": "data_visualization", "title": title, "chart": chart}


def _charts() -> list[Part]:
    left = (540.0, 512.5, 480.25, 431.0, 390.0, 385.0, 381.0)
    gain = (10.0, -4.0, 6.0, 8.0, -2.0, 0.0, 1.0)
    return [
        _chart("line", "Balance of the week", balance=left),
        _chart("bar", "Spend and refunds", spend=gain, fees=gain),
    ]


def _more_charts() -> list[Part]:
    shares = (("nova-3", 61.5), ("nova-2", 20), ("aura", 12), ("whisper", 4), ("agent", 2), ("other", 0.5))
    parts = [{"label": label, "value": value} for label, value in shares]
    pie = {"type": "pie", "segments": parts}
    hours = (3.0, 4.0, 5.0, 4.0, 6.0, 1.0, 0.0)
    return [
        _chart("area", "Hours by product", stt=hours, tts=tuple(hour / 2 for hour in hours)),
        {"type": "data_visualization", "title": "Spend by model", "chart": pie},
    ]


def _card(number: int) -> Part:
    return {
        "type": "card",
        "icon": IMAGE,
        "title": mrkdwn(f"*Key {number}*"),
        "subtitle": plain("call-center"),
        "hero_image": IMAGE,
        "body": mrkdwn("42 days old, _no expiry_"),
        "actions": [button(f"Rotate-{number}"), button(f"Revoke-{number}", style="danger")],
    }


def _cards() -> list[Part]:
    inside = [section("A section inside", button("Inside")), {"type": "divider"}, IMAGE]
    title = {"type": "rich_text", "elements": [line(text("Rich ", bold=True), text("title"))]}
    folds = {"is_collapsible": True, "default_collapsed": True}
    return [
        _card(1),
        {"type": "carousel", "elements": [_card(number) for number in range(2, 6)]},
        {"type": "container", "title": plain("A container"), "subtitle": mrkdwn("_of things_"), "icon": IMAGE}
        | {"child_blocks": inside, "has_header_divider": True, "width": "wide"},
        {"type": "container", "rich_text_title": title, "child_blocks": [section("Folded away")], **folds},
    ]


def _agents() -> list[Part]:
    def told(words: str) -> Part:
        return {"type": "rich_text", "elements": [line(text(words))]}

    tasks = [
        {"type": "task_card", "task_id": f"t{number}", "title": title, "status": status, "details": told("how it went")}
        for number, (title, status) in enumerate(
            (("Read balances", "complete"), ("Compare", "in_progress"), ("Tell", "pending"), ("Ask", "error"))
        )
    ]
    source = {"type": "url", "url": "https://a.example/docs", "text": "the docs"}
    sides = {
        side: {"text": plain(word), "value": word.lower(), "accessibility_label": f"{word} answer"}
        for side, word in (("positive_button", "Good"), ("negative_button", "Bad"))
    }
    return [
        {"type": "plan", "title": "A plan", "tasks": tasks},
        tasks[0] | {"task_id": "t9", "output": told("All is well."), "sources": [source]},
        {
            "type": "context_actions",
            "elements": [
                {"type": "feedback_buttons", "action_id": "feedback", **sides},
                {"type": "icon_button", "action_id": "remove", "icon": "trash", "text": plain("Remove"), "value": "r1"},
            ],
        },
    ]
