"""What a press carries: all that is chosen, under the keys that Slack has for each kind of element."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack, NoSuchThing, NotAccepted
from dgbot.serving import serving
from tests.browser.gallery_parts import DESCRIBED, OPTIONS, chosen, mrkdwn, plain
from tests.unit.sandbox.bolted import http_mode, socket_mode

ALICE, OPS = "UALICE001", "COPS00001"


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


class Bot(AsyncApp):
    """Bolt, keeping what it was told, and offering what it is asked for."""

    def __init__(self, **given):
        super().__init__(**given)
        self.pressed: list[Any] = []
        self.asked: list[Any] = []
        self.sent: list[Any] = []
        self.offer: dict[str, Any] = {"options": OPTIONS}


@pytest.fixture
def bot(slack, client, monkeypatch):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    app = Bot(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @app.action(re.compile("^a"))
    async def on_press(ack, body):
        app.pressed.append(body)
        await ack()

    @app.options("a")
    async def on_question(ack, body):
        app.asked.append(body)
        await ack(**app.offer)

    @app.view("form")
    async def on_form(ack, view):
        app.sent.append(view["state"]["values"])
        await ack()

    return app


@pytest.fixture(params=[socket_mode, http_mode])
async def running(request, slack, bot):
    async with request.param(slack, bot):
        yield bot


def element(kind, **more):
    return {"type": kind, "action_id": "a", **more}


def form(kind, dispatch=False, **more):
    asks = {"type": "input", "block_id": "b", "label": plain("Which"), "element": element(kind, **more)}
    view = {"type": "modal", "callback_id": "form", "title": plain("Choose"), "submit": plain("Send")}
    return view | {"blocks": [asks | ({"dispatch_action": True} if dispatch else {})]}


async def posted(client, *elements):
    blocks = [{"type": "actions", "block_id": "b", "elements": list(elements)}]
    return (await client.chat_postMessage(channel=OPS, text="x", blocks=blocks))["ts"]


@pytest.mark.parametrize(
    ("kind", "selected", "carried"),
    [
        ("static_select", "write", {"selected_option": OPTIONS[1]}),
        ("multi_static_select", ["write", "read"], {"selected_options": [OPTIONS[1], OPTIONS[0]]}),
        ("checkboxes", ["read", "write"], {"selected_options": OPTIONS[:2]}),
        ("checkboxes", [], {"selected_options": []}),
        ("radio_buttons", "manage", {"selected_option": OPTIONS[2]}),
        ("overflow", "manage", {"selected_option": OPTIONS[2]}),
        ("datepicker", "2026-11-29", {"selected_date": "2026-11-29"}),
        ("timepicker", "14:30", {"selected_time": "14:30"}),
        ("datetimepicker", "1795960920", {"selected_date_time": 1795960920}),
        ("users_select", "UBOB00001", {"selected_user": "UBOB00001"}),
        ("multi_users_select", ["UBOB00001"], {"selected_users": ["UBOB00001"]}),
        ("channels_select", OPS, {"selected_channel": OPS}),
        ("multi_conversations_select", [OPS], {"selected_conversations": [OPS]}),
        ("conversations_select", "DALICE001", {"selected_conversation": "DALICE001"}),
    ],
)
async def test_a_press_carries_what_is_chosen(slack, client, bot, running, kind, selected, carried):
    takes_options = kind not in ("datepicker", "timepicker", "datetimepicker") and not kind.endswith(
        ("users_select", "channels_select", "conversations_select")
    )
    ts = await posted(client, element(kind, **({"options": OPTIONS} if takes_options else {})))
    delivered = await slack.people["alice"].presses_in_message(OPS, ts, "b", "a", selected)
    assert delivered.acked
    [action] = bot.pressed[0]["actions"]
    assert {key: value for key, value in action.items() if key.startswith("selected_")} == carried
    if kind != "overflow":
        assert bot.pressed[0]["state"]["values"]["b"]["a"] == {"type": kind, **carried}


async def test_a_second_press_in_a_message_knows_of_the_first(slack, client, bot, running):
    day = element("datepicker")
    button = {"type": "button", "action_id": "a2", "text": plain("Go"), "value": "r1"}
    ts = await posted(client, day, button)
    alice, bob = slack.people["alice"], slack.people["bob"]
    await alice.presses_in_message(OPS, ts, "b", "a", "2026-11-29")
    for person in (alice, bob):
        await person.presses_in_message(OPS, ts, "b", "a2")
    days = [body["state"]["values"]["b"]["a"]["selected_date"] for body in bot.pressed]
    assert days == ["2026-11-29", "2026-11-29", None]


async def test_what_is_typed_in_a_message_goes_along_with_its_buttons(slack, client, bot, running):
    asks = {"type": "input", "block_id": "why", "label": plain("Why"), "element": element("plain_text_input")}
    button = {"type": "button", "action_id": "a2", "text": plain("Go"), "value": "r1"}
    blocks = [asks, {"type": "actions", "block_id": "b", "elements": [button]}]
    ts = (await client.chat_postMessage(channel=OPS, text="x", blocks=blocks))["ts"]
    await slack.people["alice"].presses_in_message(OPS, ts, "b", "a2", given={"why": {"a": "because"}})
    assert bot.pressed[0]["state"]["values"]["why"]["a"]["value"] == "because"


async def test_a_label_that_is_clicked_switches_one_box_over(slack, client, bot, running):
    section = {"type": "section", "block_id": "b", "text": mrkdwn("May")}
    boxes = chosen("checkboxes", initial_options=DESCRIBED[:1]) | {"action_id": "a"}
    await client.chat_postMessage(channel=OPS, text="x", blocks=[section | {"accessory": boxes}])
    for label in ("*write*", "*read*"):
        await slack.people["alice"].clicks(label)
    held = [[one["value"] for one in body["actions"][0]["selected_options"]] for body in bot.pressed]
    assert held == [["read", "write"], ["write"]]


async def test_a_thumb_says_which_one_it_is(slack, client, bot, running):
    sides = {f"{side}_button": {"text": plain(side), "value": side} for side in ("positive", "negative")}
    blocks = [{"type": "context_actions", "block_id": "b", "elements": [element("feedback_buttons", **sides)]}]
    ts = (await client.chat_postMessage(channel=OPS, text="x", blocks=blocks))["ts"]
    await slack.people["alice"].presses_in_message(OPS, ts, "b", "a", "negative")
    assert bot.pressed[0]["actions"][0]["value"] == "negative"


async def test_cards_and_containers_are_pressed_too(slack, client, bot, running):
    button = {"type": "button", "action_id": "a", "text": plain("Go"), "value": "r1"}
    inside = {"type": "card", "block_id": "c", "title": plain("Key"), "actions": [button]}
    blocks = [
        {"type": "container", "title": plain("Keys"), "child_blocks": [{"type": "carousel", "elements": [inside]}]}
    ]
    await client.chat_postMessage(channel=OPS, text="x", blocks=blocks)
    await slack.people["alice"].clicks("Go")
    assert bot.pressed[0]["actions"][0]["block_id"] == "c"


async def test_an_input_that_dispatches_tells_the_bot_and_keeps_its_text(slack, bot, running):
    view = slack.workspace.open_modal(ALICE, form("plain_text_input", dispatch=True))
    await slack.people["alice"].presses_in_view(view.view_id, "b", "a", "typed", {"b": {"a": "typed"}})
    [action] = bot.pressed[0]["actions"]
    assert (action["type"], action["value"]) == ("plain_text_input", "typed")
    assert bot.pressed[0]["view"]["state"]["values"]["b"]["a"]["value"] == "typed"


async def test_an_input_that_does_not_dispatch_can_not_be_pressed(slack):
    view = slack.workspace.open_modal(ALICE, form("plain_text_input"))
    with pytest.raises(NoSuchThing, match="no longer be pressed"):
        await slack.people["alice"].presses_in_view(view.view_id, "b", "a", "typed")


@pytest.mark.parametrize(
    ("kind", "more", "text", "held"),
    [
        ("rich_text_input", {}, "so it is", "rich_text_value"),
        ("datetimepicker", {}, "1795960920", "selected_date_time"),
        ("number_input", {"is_decimal_allowed": True}, "1.5", "value"),
        ("email_text_input", {}, "bob@acme.test", "value"),
        ("url_text_input", {}, "https://a.example", "value"),
        ("users_select", {}, "bob", "selected_user"),
    ],
)
async def test_each_field_is_sent_under_its_own_key(slack, bot, running, kind, more, text, held):
    slack.workspace.open_modal(ALICE, form(kind, **more))
    await slack.people["alice"].submits({"Which": text})
    value = bot.sent[0]["b"]["a"]
    assert set(value) == {"type", held}
    assert value[held] is not None


@pytest.mark.parametrize(
    ("kind", "more", "text", "why"),
    [
        ("email_text_input", {}, "bob", "e-mail address"),
        ("url_text_input", {}, "acme.test", "https://"),
        ("number_input", {"is_decimal_allowed": False}, "1.5", "whole number"),
        ("number_input", {"is_decimal_allowed": True}, "NaN", "enter a number"),
        ("number_input", {"is_decimal_allowed": False, "min_value": "2"}, "1", "2 or more"),
        ("number_input", {"is_decimal_allowed": False, "max_value": "9"}, "10", "9 or less"),
        ("multi_static_select", {"options": OPTIONS, "max_selected_items": 1}, "Read, Write", "1 at most"),
        ("plain_text_input", {"min_length": 3}, "no", "at least 3"),
    ],
)
async def test_slack_refuses_what_does_not_fit_a_field(slack, kind, more, text, why):
    slack.workspace.open_modal(ALICE, form(kind, **more))
    with pytest.raises(NotAccepted, match=why):
        await slack.people["alice"].submits({"Which": text})


@pytest.mark.parametrize(
    ("kind", "text"),
    [("datepicker", "soon"), ("timepicker", "noon"), ("datetimepicker", "29 Nov"), ("file_input", "x")],
)
async def test_nobody_can_pick_what_is_no_day_and_no_time(slack, kind, text):
    slack.workspace.open_modal(ALICE, form(kind))
    with pytest.raises(NoSuchThing):
        await slack.people["alice"].submits({"Which": text})


async def test_a_menu_asks_the_bot_and_takes_what_it_offered(slack, bot, running):
    view = slack.workspace.open_modal(ALICE, form("external_select", min_query_length=1))
    alice = slack.people["alice"]
    assert await alice.looks_up(view.view_id, "b", "a", "wri") == {"options": OPTIONS}
    [asked] = bot.asked
    assert (asked["type"], asked["value"], asked["action_id"], asked["block_id"]) == (
        "block_suggestion",
        "wri",
        "a",
        "b",
    )
    assert asked["container"] == {"type": "view", "view_id": view.view_id}
    assert asked["view"]["callback_id"] == "form"
    await alice.submits_view(view.view_id, {"b": {"a": "write"}})
    assert bot.sent[0]["b"]["a"]["selected_option"] == OPTIONS[1]


async def test_a_menu_in_a_message_asks_with_its_message(slack, client, bot, running):
    ts = await posted(client, element("external_select"))
    alice = slack.people["alice"]
    await alice.looks_up((OPS, ts), "b", "a", "wri")
    assert (bot.asked[0]["message"]["ts"], bot.asked[0]["channel"]["id"]) == (ts, OPS)
    await alice.presses_in_message(OPS, ts, "b", "a", "read")
    assert bot.pressed[0]["actions"][0]["selected_option"] == OPTIONS[0]


async def test_a_script_fills_a_menu_by_the_words_that_the_bot_offers(slack, bot, running):
    bot.offer = {"option_groups": [{"label": plain("All"), "options": OPTIONS}]}
    slack.workspace.open_modal(ALICE, form("multi_external_select"))
    await slack.people["alice"].submits({"Which": "Write, Read"})
    assert bot.sent[0]["b"]["a"]["selected_options"] == [OPTIONS[1], OPTIONS[0]]
    assert [body["value"] for body in bot.asked] == ["Write", "Read"]


async def test_what_the_bot_never_offered_can_not_be_chosen(slack, bot, running):
    view = slack.workspace.open_modal(ALICE, form("external_select"))
    alice = slack.people["alice"]
    with pytest.raises(NoSuchThing, match="can't be chosen"):
        await alice.submits_view(view.view_id, {"b": {"a": "write"}})
    with pytest.raises(NoSuchThing, match="no option 'Owner'; there are: Read, Write, Manage"):
        await alice.submits({"Which": "Owner"})


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        ({"options": [{"text": plain("x" * 76), "value": "x"}]}, "at most 75 characters"),
        ({"options": [OPTIONS[0]] * 101}, "1 to 100 items"),
        ({"option_groups": [{"options": OPTIONS}]}, "label is missing"),
    ],
)
async def test_what_slack_would_not_take_is_not_offered(slack, bot, running, offer, why):
    bot.offer = offer
    view = slack.workspace.open_modal(ALICE, form("external_select"))
    with pytest.raises(NoSuchThing, match=why):
        await slack.people["alice"].looks_up(view.view_id, "b", "a", "wri")


async def test_nothing_may_fit(slack, bot, running):
    bot.offer = {"options": []}
    view = slack.workspace.open_modal(ALICE, form("external_select"))
    assert await slack.people["alice"].looks_up(view.view_id, "b", "a", "wri") == {"options": []}


async def test_the_bot_is_not_asked_before_enough_is_typed(slack, bot, running):
    view = slack.workspace.open_modal(ALICE, form("external_select"))
    with pytest.raises(NoSuchThing, match="Type 3 characters or more"):
        await slack.people["alice"].looks_up(view.view_id, "b", "a", "wr")
    assert bot.asked == []


async def test_a_bot_that_is_away_offers_nothing(slack):
    view = slack.workspace.open_modal(ALICE, form("external_select"))
    with pytest.raises(NoSuchThing, match="did not say what can be chosen"):
        await slack.people["alice"].looks_up(view.view_id, "b", "a", "wri")
