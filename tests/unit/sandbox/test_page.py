"""The page's API in process: what each person is shown, and what they can do, with no bot behind it."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.botsettings import PEOPLE
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.page import Page
from dgbot.sandbox.page.house import House, house
from dgbot.sandbox.page.screen import snapshot
from dgbot.sandbox.prompt import WELCOME
from dgbot.sandbox.slack import Delivered, LocalSlack
from dgbot.serving import serving

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALICE = "UALICE001"


def plain(text):
    return {"type": "plain_text", "text": text}


def button(label, action_id):
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": "r1"}


CARD = [{"type": "actions", "block_id": "decide", "elements": [button("Approve", "approve"), button("Deny", "deny")]}]
FORM = {
    "type": "modal",
    "title": plain("Your new key"),
    "submit": plain("Send"),
    "blocks": [
        {"type": "section", "text": plain("s3cret")},
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 5},
        },
        {
            "type": "input",
            "block_id": "how",
            "optional": True,
            "label": plain("How sure"),
            "element": {
                "type": "checkboxes",
                "action_id": "pick",
                "options": [{"text": plain(word), "value": word.lower()} for word in ("Quite", "Very")],
            },
        },
    ],
}


class Office:
    """A page with nobody behind it but the local Slack and the local Deepgram."""

    def __init__(self):
        self.clock = SandboxClock(lambda: NOON)
        self.slack = LocalSlack(self.clock.now)
        self.deepgram = LocalDeepgram(self.clock.now)
        self.page = Page(self.slack, self.deepgram, self.clock)
        self.session = aiohttp.ClientSession()

    @property
    def bot(self):
        return AsyncWebClient(self.slack.bot_token, base_url=f"{self.slack.origin}/api/", retry_handlers=[])

    async def post(self, path, **body):
        async with self.session.post(self.slack.origin + path, json=body) as answer:
            return await answer.json()

    async def acts(self, who, act, **rest):
        return await self.post("/page/acts", who=who, act=act, **rest)

    def screen(self, who):
        return self.session.ws_connect(f"{self.slack.origin}/page/screen?who={who}")


@pytest.fixture
async def office():
    office = Office()
    async with serving(office.page.app) as office.slack.origin, office.session:
        yield office


def messages(shown, name):
    [room] = [one for one in shown["channels"] if one["name"] == name]
    return room["messages"]


async def until(websocket, met):
    async with asyncio.timeout(5):
        while not met(shown := await websocket.receive_json()):
            pass
    return shown


async def test_the_company_names_its_people_channels_groups_and_commands(office):
    async with office.session.get(f"{office.slack.origin}/page/company") as answer:
        told = await answer.json()
    assert [one["name"] for one in told["people"] if one["guest"]] == ["gina"]
    assert {"name": "key-approvals", "id": "CKEYAPPR1", "private": True} in told["channels"]
    assert [one["handle"] for one in told["groups"]] == ["key-approvers"]
    usages = [one["usage"] for one in told["commands"]]
    assert "invite <email> [--scope member|admin]" in usages
    assert {one["command"] for one in told["commands"]} == {"/deepgram"}
    assert told["commands"][0]["name"] == "help"


async def test_the_company_tells_who_is_who_and_what_the_settings_let_them_do(office):
    async with office.session.get(f"{office.slack.origin}/page/company") as answer:
        told = await answer.json()
    people = {one["name"]: one for one in told["people"]}
    assert people["alice"]["may"] == ["keys.request", "usage.read"]
    assert people["bob"]["may"] == ["usage.read"]  # by his group
    assert "members.write" in people["carol"]["may"]
    assert people["gina"]["may"] == []
    assert all(people[name]["about"] == about and about in WELCOME for name, about in PEOPLE.items())
    needs = {one["name"]: one["needs"] for one in told["commands"]}
    assert (needs["invite"], needs["help"]) == ("members.write", "")


@pytest.mark.parametrize("nonsense", ["this is no TOML", "roles = 3", "[alerts]\nevery = 'soon'"])
def test_of_settings_that_make_no_sense_nobody_knows_what_they_let_people_do(office, nonsense):
    assert house(nonsense, office.slack.workspace) == House(None, timedelta(minutes=15))


def test_the_bot_looks_as_often_as_its_settings_say(office):
    assert house('[alerts]\nevery = "5m"', office.slack.workspace).every == timedelta(minutes=5)


async def test_how_new_the_others_messages_are_is_told_and_not_what_they_say(office):
    await office.bot.chat_postEphemeral(channel="CGENERAL1", user=ALICE, text="for alice alone")
    office.slack.workspace.post("CKEYAPPR1", ALICE, "between us")
    shown = snapshot(office.slack.workspace, "gina")
    assert shown["newest"]["alice"] == {"CGENERAL1": shown["mark"] - 1, "CKEYAPPR1": shown["mark"]}
    assert shown["newest"]["bob"] == {"CKEYAPPR1": shown["mark"]}
    assert shown["newest"]["gina"] == {}
    assert "alone" not in str(shown)
    assert "between" not in str(shown)


async def test_a_bot_whose_messages_are_read_only_hears_commands_alone(office):
    channel = office.slack.workspace.direct_channel(ALICE).channel_id
    refused = await office.acts("alice", "says", channel=channel, text="hello?")
    assert refused["error"].startswith("dgbot can't be written to")
    assert await office.acts("alice", "says", channel=channel, text="/deepgram help") == {"ok": True}
    office.slack.installed.messages_read_only = False
    assert await office.acts("alice", "says", channel=channel, text="hello?") == {"ok": True}


def test_a_guest_is_shown_no_channel_that_she_is_not_in(office):
    office.slack.workspace.post("CKEYAPPR1", ALICE, "between us")
    assert [one["name"] for one in snapshot(office.slack.workspace, "gina")["channels"]] == ["general"]
    assert messages(snapshot(office.slack.workspace, "bob"), "key-approvals")[0]["text"] == "between us"


async def test_an_ephemeral_is_shown_to_its_reader_alone(office):
    await office.bot.chat_postEphemeral(channel="CGENERAL1", user=ALICE, text="for you")
    [message] = messages(snapshot(office.slack.workspace, "alice"), "general")
    assert (message["text"], message["only_for_you"]) == ("for you", True)
    assert messages(snapshot(office.slack.workspace, "bob"), "general") == []


def test_a_modal_is_on_its_readers_screen_alone(office):
    office.slack.workspace.open_modal(ALICE, FORM)
    shown = {who: snapshot(office.slack.workspace, who) for who in ("alice", "bob", "carol", "gina")}
    assert [who for who, one in shown.items() if "s3cret" in str(one)] == ["alice"]
    assert shown["alice"]["modals"][0]["state"] == {
        "why": {"text": {"type": "plain_text_input", "value": None}},
        "how": {"pick": {"type": "checkboxes", "selected_options": []}},
    }


def test_nobody_has_a_screen_of_the_bot(office):
    with pytest.raises(KeyError, match="nobody called 'dgbot'"):
        snapshot(office.slack.workspace, "dgbot")


async def test_the_screen_follows_what_is_said_edited_and_deleted(office):
    async with office.screen("alice") as screen:
        first = await screen.receive_json()
        assert first["who"] == "alice"
        assert await office.acts("alice", "says", channel="CGENERAL1", text="a < b, @bob") == {"ok": True}
        shown = await until(screen, lambda one: messages(one, "general"))
        assert messages(shown, "general")[0]["text"] == "a &lt; b, <@UBOB00001|bob>"
        posted = await office.bot.chat_postMessage(channel="CGENERAL1", text="one")
        await office.bot.chat_update(channel="CGENERAL1", ts=posted["ts"], text="two")
        shown = await until(screen, lambda one: any(message["edited"] for message in messages(one, "general")))
        assert messages(shown, "general")[1]["text"] == "two"
        await office.bot.chat_delete(channel="CGENERAL1", ts=posted["ts"])
        await until(screen, lambda one: len(messages(one, "general")) == 1)


async def test_a_storm_of_changes_becomes_few_snapshots(office):
    async with office.screen("alice") as screen:
        await screen.receive_json()
        for number in range(200):
            office.slack.workspace.post("CGENERAL1", ALICE, str(number))
        received = 1
        async with asyncio.timeout(5):
            while len(messages(await screen.receive_json(), "general")) < 200:
                received += 1
    assert received <= 2


async def test_a_command_without_a_bot_is_answered_as_slack_does(office):
    assert await office.acts("alice", "says", channel="COPS00001", text="/deepgram usage") == {"ok": True}
    [message] = messages(snapshot(office.slack.workspace, "alice"), "ops")
    assert message["text"] == '/deepgram failed with the error "dispatch_failed"'
    assert message["only_for_you"]


async def test_a_press_needs_a_button_on_that_persons_screen(office):
    posted = await office.bot.chat_postMessage(channel="CKEYAPPR1", text="card", blocks=CARD)
    card = {"channel": "CKEYAPPR1", "ts": posted["ts"], "block_id": "decide"}
    assert await office.acts("bob", "presses", **card, action_id="approve") == {"ok": True}
    assert (await office.acts("bob", "presses", **card, action_id="explode"))["error"].startswith("This can no longer")
    assert (await office.acts("gina", "presses", **card, action_id="approve"))["error"].startswith("This message is no")
    assert (await office.acts("mallory", "presses", **card, action_id="approve"))["error"].startswith("There is nobody")


async def test_a_form_is_held_against_its_limits_and_keeps_what_was_typed(office):
    view = office.slack.workspace.open_modal(ALICE, FORM)

    async def sends(**state):
        return await office.acts("alice", "submits", view_id=view.view_id, state=state)

    assert (await sends(why={"text": "too long"}, how={"pick": ["very"]}))["ok"] is False
    [shown] = snapshot(office.slack.workspace, "alice")["modals"]
    assert shown["errors"] == {"why": "Please shorten this to 5 characters or fewer."}
    assert shown["state"]["why"]["text"]["value"] == "too long"
    assert [one["value"] for one in shown["state"]["how"]["pick"]["selected_options"]] == ["very"]
    assert "can't be chosen" in (await sends(how={"pick": ["perhaps"]}))["error"]
    assert "no field 'nothing'" in (await sends(why={"nothing": "x"}))["error"]
    assert (await sends(why={"text": "short"}))["error"] == "We had some trouble connecting. Try again?"


async def test_only_the_modal_on_top_of_ones_own_screen_is_closed(office):
    view = office.slack.workspace.open_modal(ALICE, FORM)
    assert (await office.acts("bob", "closes", view_id=view.view_id))["error"] == "This window is no longer open."
    assert await office.acts("alice", "closes", view_id=view.view_id) == {"ok": True}
    assert snapshot(office.slack.workspace, "alice")["modals"] == []


async def test_a_modal_that_asks_offers_and_is_told_what_is_chosen(office):
    menu = {"type": "external_select", "action_id": "pick", "min_query_length": 2}
    asks = {"type": "input", "block_id": "which", "label": plain("Which"), "element": menu}
    view = office.slack.workspace.open_modal(ALICE, FORM | {"blocks": [asks]})
    place = {"view_id": view.view_id, "block_id": "which", "action_id": "pick"}
    assert (await office.acts("alice", "looks_up", **place, typed="x"))["error"].startswith("Type 2 characters")
    assert "did not say what can be chosen" in (await office.acts("alice", "looks_up", **place, typed="xy"))["error"]

    async def offers(kind, payload):
        return Delivered(acked=True, status="acked", body={"options": [{"text": plain("One"), "value": "1"}]})

    office.slack.delivery.send = offers
    answer = await office.acts("alice", "looks_up", **place, typed="on")
    assert answer == {"ok": True, "options": [{"text": plain("One"), "value": "1"}]}
    assert await office.acts("alice", "submits", view_id=view.view_id, state={"which": {"pick": "1"}}) == {"ok": True}


async def test_what_one_person_chose_in_a_message_is_on_their_screen_alone(office):
    day = {"type": "datepicker", "action_id": "day"}
    blocks = [{"type": "actions", "block_id": "when", "elements": [day]}]
    posted = await office.bot.chat_postMessage(channel="COPS00001", text="x", blocks=blocks)
    place = {"channel": "COPS00001", "ts": posted["ts"], "block_id": "when", "action_id": "day"}
    assert await office.acts("alice", "presses", **place, selected="2026-11-29") == {"ok": True}
    shown = {who: messages(snapshot(office.slack.workspace, who), "ops")[0]["state"] for who in ("alice", "bob")}
    days = {who: state["when"]["day"]["selected_date"] for who, state in shown.items()}
    assert days == {"alice": "2026-11-29", "bob": None}


async def test_a_reply_to_everybody_is_one_message_on_the_screen(office):
    root = await office.bot.chat_postMessage(channel="COPS00001", text="root")
    more = {"thread_ts": root["ts"], "reply_broadcast": True}
    await office.bot.chat_postMessage(channel="COPS00001", text="worse", **more)
    [_, reply] = messages(snapshot(office.slack.workspace, "bob"), "ops")
    assert (reply["text"], reply["broadcast"], reply["thread_ts"]) == ("worse", True, root["ts"])


async def test_the_levers_move_the_clock_the_balance_and_deepgrams_health(office):
    assert await office.post("/page/clock", by="3h") == {"ok": True}
    assert office.clock.now() == NOON + timedelta(hours=3)
    assert await office.post("/page/balance", amount="20") == {"ok": True}
    assert office.deepgram.balance == 20
    url = f"{office.slack.origin}/page/faults"
    async with office.session.post(url, json={"fault": "status", "status": 503}) as answer:
        assert await answer.json() == {"ok": True}
    async with serving(office.deepgram.app) as origin:
        asked = f"{origin}/v1/projects"
        key = {"authorization": f"Token {office.deepgram.api_key}"}
        async with office.session.get(asked, headers=key) as answer:
            assert answer.status == 503
        assert await office.post("/page/faults", fault="heal") == {"ok": True}
        async with office.session.get(asked, headers=key) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/page/clock", {"by": "soon"}, "is not a duration"),
        ("/page/clock", {"by": " "}, "such as 30m, 12h or 7d."),
        ("/page/balance", {"amount": -1, "more": True}, "above zero"),
        ("/page/balance", {"amount": "much"}, "is not an amount"),
        ("/page/balance", {"amount": -1}, "is no balance"),
        ("/page/balance", {"amount": "NaN"}, "is no balance"),
        ("/page/faults", {"fault": "status", "status": 200}, "is not a failure"),
        ("/page/faults", {"fault": "earthquake"}, "earthquake"),
        ("/page/acts", {"who": "alice", "act": "says", "channel": "CGENERAL1", "text": ""}, "text"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(office, path, body, why):
    answer = await office.post(path, **body)
    assert answer["ok"] is False
    assert why in answer["error"]


async def test_the_slack_behind_the_page_still_answers_its_bot(office):
    assert (await office.bot.auth_test())["ok"]
