"""Slack's limits, each met exactly and then passed by one."""

from collections.abc import Callable
from typing import Any

import pytest

from dgbot.blockkit import check_blocks, check_view


def plain(size=1, text="x"):
    return {"type": "plain_text", "text": text * size}


def mrkdwn(size=1):
    return {"type": "mrkdwn", "text": "x" * size}


def option(text=1, value=1):
    return {"text": plain(text), "value": "x" * value}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def button(**more):
    return actions({"type": "button", "text": plain()} | more)


def confirm(**more):
    parts = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
    return button(confirm=parts | more)


def menu(kind, count, text=1, value=1):
    return actions({"type": kind, "options": [option(text, value) for _ in range(count)]})


def table(rows, columns=1, kind="table", **more):
    return {"type": kind, "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows} | more


def chart(series=1, points=1, title=1, label="p", value: float = 1):
    labels = [f"{label}{index}" for index in range(points)]
    points_of = [{"label": one, "value": value} for one in labels]
    return {
        "type": "data_visualization",
        "title": "x" * title,
        "chart": {
            "type": "line",
            "series": [{"name": f"s{index}", "data": points_of} for index in range(series)],
            "axis_config": {"categories": labels},
        },
    }


def pie(segments=1, label="s", value: float = 1):
    parts = [{"label": label, "value": value} for _ in range(segments)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": parts}}


def asks(label=1, **element):
    return {"type": "input", "label": plain(label), "element": {"type": "plain_text_input"} | element}


LIMITS: dict[str, tuple[Callable[[int], Any], int, str]] = {
    "section text": (lambda n: {"type": "section", "text": mrkdwn(n)}, 3000, "/0/text/text"),
    "section fields": (lambda n: {"type": "section", "fields": [mrkdwn()] * n}, 10, "/0/fields"),
    "section field": (lambda n: {"type": "section", "fields": [mrkdwn(n)]}, 2000, "/0/fields/0/text"),
    "header": (lambda n: {"type": "header", "text": plain(n)}, 150, "/0/text/text"),
    "block_id": (lambda n: {"type": "divider", "block_id": "x" * n}, 255, "/0/block_id"),
    "actions": (lambda n: actions(*[{"type": "button", "text": plain()}] * n), 25, "/0/elements"),
    "context": (lambda n: {"type": "context", "elements": [mrkdwn()] * n}, 10, "/0/elements"),
    "button text": (lambda n: button(text=plain(n)), 75, "/0/elements/0/text/text"),
    "button value": (lambda n: button(value="x" * n), 2000, "/0/elements/0/value"),
    "button url": (lambda n: button(url="x" * n), 3000, "/0/elements/0/url"),
    "action_id": (lambda n: button(action_id="x" * n), 255, "/0/elements/0/action_id"),
    "options": (lambda n: menu("static_select", n), 100, "/0/elements/0/options"),
    "option text": (lambda n: menu("static_select", 1, text=n), 75, "/0/elements/0/options/0/text/text"),
    "option value": (lambda n: menu("static_select", 1, value=n), 150, "/0/elements/0/options/0/value"),
    "overflow": (lambda n: menu("overflow", n), 5, "/0/elements/0/options"),
    "checkboxes": (lambda n: menu("checkboxes", n), 10, "/0/elements/0/options"),
    "confirm title": (lambda n: confirm(title=plain(n)), 100, "/0/elements/0/confirm/title/text"),
    "confirm text": (lambda n: confirm(text=mrkdwn(n)), 300, "/0/elements/0/confirm/text/text"),
    "confirm button": (lambda n: confirm(deny=plain(n)), 30, "/0/elements/0/confirm/deny/text"),
    "input label": (lambda n: asks(label=n), 2000, "/0/label/text"),
    "placeholder": (lambda n: asks(placeholder=plain(n)), 150, "/0/element/placeholder/text"),
    "max_length": (lambda n: asks(max_length=n), 3000, "/0/element/max_length"),
    "image": (lambda n: {"type": "image", "image_url": "u", "alt_text": "x" * n}, 2000, "/0/alt_text"),
    "accessibility_label": (lambda n: button(accessibility_label="x" * n), 75, "/0/elements/0/accessibility_label"),
    "option description": (
        lambda n: actions({"type": "radio_buttons", "options": [option() | {"description": plain(n)}]}),
        75,
        "/0/elements/0/options/0/description/text",
    ),
    "radio buttons": (lambda n: menu("radio_buttons", n), 10, "/0/elements/0/options"),
    "option groups": (
        lambda n: actions(
            {"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}] * n},
        ),
        100,
        "/0/elements/0/option_groups",
    ),
    "confirm yes": (lambda n: confirm(confirm=plain(n)), 30, "/0/elements/0/confirm/confirm/text"),
    "input hint": (lambda n: asks() | {"hint": plain(n)}, 2000, "/0/hint/text"),
    "image title": (
        lambda n: {"type": "image", "image_url": "u", "alt_text": "x", "title": plain(n)},
        2000,
        "/0/title/text",
    ),
    "context text": (lambda n: {"type": "context", "elements": [mrkdwn(n)]}, 3000, "/0/elements/0/text"),
    "accessory value": (
        lambda n: {"type": "section", "text": mrkdwn(), "accessory": button(value="x" * n)["elements"][0]},
        2000,
        "/0/accessory/value",
    ),
    "card title": (lambda n: {"type": "card", "title": mrkdwn(n)}, 150, "/0/title/text"),
    "card body": (lambda n: {"type": "card", "body": mrkdwn(n)}, 200, "/0/body/text"),
    "card actions": (lambda n: {"type": "card", "actions": [button()["elements"][0]] * n}, 3, "/0/actions"),
    "container": (lambda n: {"type": "container", "child_blocks": [{"type": "divider"}] * n}, 10, "/0/child_blocks"),
    "nested button": (
        lambda n: {"type": "container", "child_blocks": [button(value="x" * n)]},
        2000,
        "/0/child_blocks/0/elements/0/value",
    ),
    "data_table characters": (
        lambda n: {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "x" * n}]]},
        20_000,
        "/0/rows",
    ),
    "chart label": (lambda n: pie(label="x" * n), 20, "/0/chart/segments/0/label"),
    "pie segments": (lambda n: pie(segments=n), 6, "/0/chart/segments"),
    "table rows": (table, 100, "/0/rows"),
    "table columns": (lambda n: table(1, n), 20, "/0/rows/0"),
    "data_table rows": (lambda n: table(n, kind="data_table", caption="c"), 101, "/0/rows"),
    "page_size": (lambda n: table(1, kind="data_table", caption="c", page_size=n), 100, "/0/page_size"),
    "chart title": (lambda n: chart(title=n), 50, "/0/title"),
    "chart series": (lambda n: chart(series=n), 6, "/0/chart/series"),
    "chart points": (lambda n: chart(points=n), 20, "/0/chart/axis_config/categories"),
    "carousel": (
        lambda n: {"type": "carousel", "elements": [{"type": "card", "body": mrkdwn()}] * n},
        10,
        "/0/elements",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_may_be_met_and_not_passed(name):
    build, most, pointer = LIMITS[name]
    assert check_blocks([build(most)]) == []
    assert [problem.pointer for problem in check_blocks([build(most + 1)])] == [pointer]


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_each_surface_holds_so_many_blocks(surface, most):
    divider = {"type": "divider"}
    assert check_blocks([divider] * most, surface) == []
    assert [p.pointer for p in check_blocks([divider] * (most + 1), surface)] == [""]


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ({"type": "banner"}, "/0/type"),
        ("text", "/0/type"),
        ({"type": "header", "text": mrkdwn()}, "/0/text"),
        ({"type": "header", "text": plain(0)}, "/0/text/text"),
        ({"type": "header"}, "/0/text"),
        ({"type": "section"}, "/0"),
        ({"type": "actions", "elements": []}, "/0/elements"),
        (actions({"type": "plain_text"}), "/0/elements/0/type"),
        (button(style="loud"), "/0/elements/0/style"),
        (button(value=7), "/0/elements/0/value"),
        (button(text=mrkdwn()), "/0/elements/0/text"),
        ({"type": "input", "element": {"type": "plain_text_input"}}, "/0/label"),
        ({"type": "context", "elements": [{"type": "button", "text": plain()}]}, "/0/elements/0/type"),
        ({"type": "section", "text": mrkdwn(), "accessory": {"type": "nothing"}}, "/0/accessory/type"),
        (actions({"type": "static_select"}), "/0/elements/0"),
        ({"type": "alert", "text": plain()}, "/0"),
        (actions({"type": "plain_text_input"}), "/0/elements/0/type"),
        (actions({"type": "image", "image_url": "u", "alt_text": "x"}), "/0/elements/0/type"),
        ({"type": "input", "label": plain(), "element": {"type": "button", "text": plain()}}, "/0/element/type"),
        ({"type": "section", "text": mrkdwn(), "accessory": {"type": "plain_text_input"}}, "/0/accessory/type"),
        (actions(*[{"type": "button", "text": plain(), "action_id": "go"}] * 2), "/0/elements/1/action_id"),
        (table(1, kind="data_table"), "/0/caption"),
        ({"type": "data_table", "caption": "c", "rows": [[{"type": "rich_text", "elements": []}]]}, "/0/rows/0/0/type"),
        (pie(value=0), "/0/chart/segments/0/value"),
        (chart(value=float("nan")), "/0/chart/series/0/data/0/value"),
    ],
)
def test_a_malformed_block_is_named_by_its_pointer(block, pointer):
    assert [problem.pointer for problem in check_blocks([block])] == [pointer]


def test_a_message_has_one_table_two_charts_and_no_block_id_twice():
    assert check_blocks([chart(), chart()]) == []
    assert [p.message for p in check_blocks([table(1), table(1)])] == ["has more than 1 table block"]
    assert len(check_blocks([chart()] * 3)) == 1
    twins = [{"type": "divider", "block_id": "a"}] * 2
    assert [p.pointer for p in check_blocks(twins)] == ["/1/block_id"]
    assert check_blocks([chart()], "home")[0].message == "data_visualization blocks are not allowed on a home"


def test_markdown_blocks_share_their_characters():
    half = {"type": "markdown", "text": "x" * 6000}
    assert check_blocks([half, half]) == []
    assert len(check_blocks([half, half, half])) == 1


def test_what_lies_in_a_container_counts_towards_the_whole_message():
    boxed = {"type": "container", "child_blocks": [table(1)]}
    assert [p.message for p in check_blocks([boxed, table(1)])] == ["has more than 1 table block"]
    long = {"type": "markdown", "text": "x" * 7000}
    assert len(check_blocks([long, {"type": "container", "child_blocks": [long]}])) == 1


def test_an_alert_fits_into_a_modal_with_200_characters():
    assert check_blocks([{"type": "alert", "text": plain(200)}], "modal") == []
    assert [p.pointer for p in check_blocks([{"type": "alert", "text": plain(201)}], "modal")] == ["/0/text/text"]


def test_series_must_match_their_categories_and_differ_in_name():
    drawn = chart(series=2, points=3)
    drawn["chart"]["series"][1] = {"name": "s0", "data": [{"label": "p0", "value": 1}]}
    assert [p.pointer for p in check_blocks([drawn])] == [
        "/0/chart/series/1/name",
        "/0/chart/series/1/data",
    ]


MODAL = {"type": "modal", "title": plain(24), "submit": plain(24), "blocks": [asks()]}


def test_a_modal_that_fits_passes():
    assert check_view(MODAL | {"private_metadata": "x" * 3000, "close": plain(24)}) == []
    assert check_view({"type": "home", "blocks": [button()]}) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain(25)}, "/title/text"),
        ({"title": mrkdwn()}, "/title"),
        ({"submit": plain(25)}, "/submit/text"),
        ({"private_metadata": "x" * 3001}, "/private_metadata"),
        ({"callback_id": "x" * 256}, "/callback_id"),
        ({"external_id": "x" * 256}, "/external_id"),
        ({"close": plain(25)}, "/close/text"),
        ({"blocks": None}, "/blocks"),
        ({"blocks": [button(value="x" * 2001)]}, "/blocks/0/elements/0/value"),
        ({"type": "page"}, "/type"),
    ],
)
def test_a_modal_that_does_not_fit_is_named_by_its_pointer(change, pointer):
    assert [problem.pointer for problem in check_view(MODAL | change)] == [pointer]


def test_a_modal_needs_a_title_and_with_inputs_a_submit_button():
    assert [p.pointer for p in check_view({"type": "modal", "blocks": [asks()]})] == ["/title", "/submit"]


def rich(*parts):
    return {"type": "rich_text", "elements": list(parts)}


def menu_of(kind, **more):
    return actions({"type": kind} | more)


OTHER = {"text": plain(), "value": "other"}
ONE_OPTION = {"options": [option()]}
REFUSED: dict[str, tuple[Any, str]] = {
    "chart that is a word": ({"type": "data_visualization", "title": "x", "chart": "abc"}, "/0/chart"),
    "chart without a name": (
        {"type": "data_visualization", "title": "", "chart": pie()["chart"]},
        "/0/title",
    ),
    "data table without a name": (table(1, kind="data_table", caption=""), "/0/caption"),
    "data table with an object for a name": (table(1, kind="data_table", caption={}), "/0/caption"),
    "rows that are a word": ({"type": "table", "rows": "abc"}, "/0/rows"),
    "a cell that is a number": ({"type": "table", "rows": [[5]]}, "/0/rows/0/0"),
    "a cell without words": ({"type": "table", "rows": [[{"type": "raw_text"}]]}, "/0/rows/0/0/text"),
    "pages that are yes": (table(1, kind="data_table", caption="c", page_size=True), "/0/page_size"),
    "carousel of dividers": ({"type": "carousel", "elements": [{"type": "divider"}]}, "/0/elements/0/type"),
    "empty card": ({"type": "card"}, "/0"),
    "long subtitle": ({"type": "card", "title": mrkdwn(), "subtitle": mrkdwn(151)}, "/0/subtitle/text"),
    "long container title": (
        {"type": "container", "title": plain(151), "child_blocks": [{"type": "divider"}]},
        "/0/title/text",
    ),
    "container in a container": (
        {"type": "container", "child_blocks": [{"type": "container", "child_blocks": [{"type": "divider"}]}]},
        "/0/child_blocks/0/type",
    ),
    "empty markdown": ({"type": "markdown", "text": ""}, "/0/text"),
    "plan without a title": ({"type": "plan"}, "/0/title"),
    "plan of numbers": ({"type": "plan", "title": "x", "tasks": [1]}, "/0/tasks/0"),
    "task without an id": ({"type": "task_card", "title": "x"}, "/0/task_id"),
    "details that are a number": ({"type": "task_card", "title": "x", "task_id": "t", "details": 5}, "/0/details"),
    "rich text of numbers": (rich(5), "/0/elements/0/type"),
    "rich text of a type that is a list": (rich({"type": []}), "/0/elements/0/type"),
    "rich text that is a word": ({"type": "rich_text", "elements": "abc"}, "/0/elements"),
    "rich text of bare words": (rich({"type": "text", "text": "x"}), "/0/elements/0/type"),
    "a section of numbers": (rich({"type": "rich_text_section", "elements": [5]}), "/0/elements/0/elements/0"),
    "a section that is a word": (rich({"type": "rich_text_section", "elements": "x"}), "/0/elements/0/elements"),
    "words that are a number": (
        rich({"type": "rich_text_section", "elements": [{"type": "text", "text": 5}]}),
        "/0/elements/0/elements/0/text",
    ),
    "a list of words": (
        rich({"type": "rich_text_list", "elements": [{"type": "text", "text": "x"}]}),
        "/0/elements/0/elements/0/type",
    ),
    "a day in words": (menu_of("datepicker", initial_date="tomorrow"), "/0/elements/0/initial_date"),
    "an hour that is none": (menu_of("timepicker", initial_time="25:99"), "/0/elements/0/initial_time"),
    "a moment beyond time": (menu_of("datetimepicker", initial_date_time=1e300), "/0/elements/0/initial_date_time"),
    "presets that are a word": (
        menu_of("multi_static_select", initial_options="abc", **ONE_OPTION),
        "/0/elements/0/initial_options",
    ),
    "presets of numbers": (
        menu_of("checkboxes", initial_options=[1], **ONE_OPTION),
        "/0/elements/0/initial_options/0",
    ),
    "a preset that is no option": (
        menu_of("static_select", initial_option=OTHER, **ONE_OPTION),
        "/0/elements/0/initial_option",
    ),
    "presets that are no options": (
        menu_of("checkboxes", initial_options=[OTHER], **ONE_OPTION),
        "/0/elements/0/initial_options/0",
    ),
    "a person who is an object": (menu_of("users_select", initial_user={"a": 1}), "/0/elements/0/initial_user"),
    "people who are a word": (menu_of("multi_users_select", initial_users="abc"), "/0/elements/0/initial_users"),
    "at most none": (menu_of("multi_users_select", max_selected_items=0), "/0/elements/0/max_selected_items"),
    "characters in words": (menu_of("external_select", min_query_length="zz"), "/0/elements/0/min_query_length"),
    "a number of no kind": (
        {"type": "input", "label": plain(), "element": {"type": "number_input"}},
        "/0/element/is_decimal_allowed",
    ),
    "rich text that was there before": (
        {"type": "input", "label": plain(), "element": {"type": "rich_text_input", "initial_value": {"elements": 5}}},
        "/0/element/initial_value/elements",
    ),
    "a workflow of nothing": (menu_of("workflow_button", text=plain()), "/0/elements/0/workflow"),
    "one thumb": (
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "positive_button": {"text": plain(), "value": "x"}}],
        },
        "/0/elements/0/negative_button",
    ),
    "an icon without words": (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash"}]},
        "/0/elements/0/text",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_could_draw_is_refused(name):
    block, pointer = REFUSED[name]
    assert [problem.pointer for problem in check_blocks([block])] == [pointer]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one["series"][0].update(name={}),
        lambda one: one["series"][0].update(data=7),
        lambda one: one["series"][0]["data"][0].update(value=10**400),
        lambda one: one.update(series=7, axis_config=7),
    ],
    ids=["a name that is an object", "points that are a number", "a value beyond all floats", "no series"],
)
def test_a_chart_of_anything_is_refused_and_not_stumbled_over(spoil):
    drawn = chart()
    spoil(drawn["chart"])
    assert check_blocks([drawn]) != []


def test_however_deep_blocks_lie_in_one_another_they_are_read():
    block: dict[str, Any] = {"type": "divider"}
    for _ in range(5000):
        block = {"type": "container", "child_blocks": [block]}
    assert [p.pointer for p in check_blocks([block])] == ["/0/child_blocks/0/type"]
