"""Fields and menus under a person's fingers, with a bot behind them that says what it is told."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import pytest_asyncio
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.page import Page
from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.server import ALICE
from dgbot.serving import serving
from tests.browser.gallery_parts import CONFIRM, GROUPS, OPTIONS, Part, button, mrkdwn, plain
from tests.browser.seats import seats
from tests.unit.sandbox.bolted import http_mode

GENERAL = "CGENERAL1"


class Bot(AsyncApp):
    """Offers what is asked for, and keeps what it was told."""

    def __init__(self, slack):
        self.slack = slack
        self.web = AsyncWebClient(slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])
        super().__init__(client=self.web, signing_secret=slack.signing_secret, process_before_response=True)
        self.told = []
        self.views = []
        self.answer = {}
        self.action(re.compile("."))(self.on_press)
        self.options(re.compile("."))(self.on_question)
        self.view(re.compile("."))(self.on_form)

    async def on_press(self, ack, body, client):
        self.told.append(body)
        await ack()
        if self.views:
            shown = self.views.pop(0)
            opened = client.views_push if body.get("view") else client.views_open
            await opened(trigger_id=body["trigger_id"], view=shown)

    async def on_question(self, ack, payload):
        fits = [one for one in OPTIONS if payload["value"] in one["value"]]
        await ack(options=fits)

    async def on_form(self, ack, view):
        self.told.append(view["state"]["values"])
        await ack(**self.answer)

    def action_told(self):
        return self.told[-1]["actions"][0]

    async def posts(self, *elements, ts=None):
        blocks = [
            {"type": "actions", "block_id": f"b{number}", "elements": [one]} for number, one in enumerate(elements)
        ]
        if ts:
            return await self.web.chat_update(channel=GENERAL, ts=ts, text="x", blocks=blocks)
        return await self.web.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)


@pytest_asyncio.fixture(loop_scope="session")
async def bot(browser, monkeypatch):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    clock = SandboxClock(lambda: datetime.now(UTC))
    slack = LocalSlack(clock.now)
    async with serving(Page(slack, LocalDeepgram(clock.now), clock).app) as slack.origin:
        bot = Bot(slack)
        async with http_mode(slack, bot):
            yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def alice(browser, bot, witness):
    async with seats(browser, bot.slack.origin, witness) as sit:
        yield await sit("alice", "general")


def menu(kind, **more):
    return {"type": kind, "action_id": kind, "placeholder": plain("Pick"), **more}


def modal(title, *blocks, **more):
    return {"type": "modal", "callback_id": title, "title": plain(title), "blocks": list(blocks), **more}


def asked(label, element, **more):
    return {"type": "input", "block_id": label, "label": plain(label), "element": {"action_id": "a", **element}, **more}


async def until(bot, count):
    await expect_told(lambda: len(bot.told) >= count)


async def expect_told(met):
    async with asyncio.timeout(10):
        while not met():
            await asyncio.sleep(0.01)


async def test_a_menu_finds_what_the_bot_offers_while_one_types(bot, alice):
    await bot.posts(menu("external_select", min_query_length=1))
    line = alice.log.get_by_role("combobox", name="Pick")
    await line.click()
    await expect(alice.log.get_by_text("Type 1 character or more.")).to_be_visible()
    await line.press_sequentially("wr")
    await expect(alice.log.get_by_role("option")).to_have_text(["Write"])
    await line.press("Enter")
    await until(bot, 1)
    assert bot.action_told()["selected_option"] == OPTIONS[1]
    await expect(line).to_have_value("Write")


async def test_several_are_told_of_together_once_the_menu_is_left(bot, alice):
    await bot.posts(menu("multi_static_select", option_groups=GROUPS))
    line = alice.log.get_by_role("combobox", name="Pick")
    await line.click()
    await alice.log.get_by_role("option", name="acme-eu").click()
    await alice.log.get_by_role("option", name="acme-lab").click()
    assert bot.told == []
    await alice.line.click()
    await until(bot, 1)
    assert [one["value"] for one in bot.action_told()["selected_options"]] == ["acme-eu", "acme-lab"]
    await alice.log.get_by_role("button", name="Remove acme-eu").click()
    await alice.line.click()
    await until(bot, 2)
    assert [one["value"] for one in bot.action_told()["selected_options"]] == ["acme-lab"]


async def test_a_menu_goes_by_keyboard_alone(bot, alice):
    await bot.posts(menu("static_select", options=OPTIONS))
    line = alice.log.get_by_role("combobox", name="Pick")
    await line.focus()
    for key in ("ArrowDown", "ArrowDown", "Escape", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        await line.press(key)
    await until(bot, 1)
    assert bot.action_told()["selected_option"] == OPTIONS[2]
    await expect(line).to_be_focused()


async def test_a_menu_opens_at_what_is_chosen(bot, alice):
    field = asked("Which", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]})
    bot.slack.workspace.open_modal(ALICE, modal("Ask", field, submit=plain("Send")))
    line = alice.modal.get_by_role("combobox")
    await line.press("ArrowDown")
    await expect(alice.modal.locator(".options .at")).to_have_text(re.compile("Write"))
    await line.press("Enter")
    await expect(line).to_have_value("Write")
    await line.press("ArrowDown")
    await line.press_sequentially("a")
    await expect(alice.modal.locator(".options .at")).to_have_text(re.compile("Read"))


async def test_a_menu_in_a_form_can_be_emptied(bot, alice):
    field = asked("Which", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]}, optional=True)
    bot.slack.workspace.open_modal(ALICE, modal("Ask", field, submit=plain("Send")))
    line = alice.modal.get_by_role("combobox")
    await line.click()
    await line.press_sequentially("man")
    await expect(alice.modal.get_by_role("option")).to_have_text(["Manage"])
    await line.fill("")
    await alice.modal.get_by_role("button", name="Send").click()
    await until(bot, 1)
    assert bot.told[0]["Which"]["a"]["selected_option"] is None


async def test_every_box_that_is_ticked_is_told(bot, alice):
    await bot.posts({"type": "checkboxes", "action_id": "boxes", "options": OPTIONS})
    for count, name in enumerate(("Read", "Write"), 1):
        await alice.log.get_by_role("checkbox", name=name).check()
        await until(bot, count)
    assert bot.action_told()["selected_options"] == OPTIONS[:2]


async def test_a_day_that_is_not_confirmed_is_taken_back(bot, alice):
    await bot.posts({"type": "datepicker", "action_id": "day", "initial_date": "2026-11-29", "confirm": CONFIRM})
    day = alice.log.get_by_label("Day")
    await day.fill("2026-12-01")
    await alice.question.get_by_role("button", name="Keep it").click()
    await expect(day).to_have_value("2026-11-29")
    await day.fill("2026-12-02")
    await alice.question.get_by_role("button", name="Revoke it").click()
    await until(bot, 1)
    assert bot.action_told()["selected_date"] == "2026-12-02"


async def test_the_acts_of_a_row_go_by_keyboard_alone(bot, alice):
    await bot.posts({"type": "overflow", "action_id": "more", "options": OPTIONS})
    opener = alice.log.get_by_role("button", name="More actions")
    await opener.focus()
    await opener.press("Enter")
    await expect(alice.log.get_by_role("menuitem", name="Read")).to_be_focused()
    await alice.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await opener.press("Enter")
    await alice.page.keyboard.press("ArrowDown")
    await alice.page.keyboard.press("Enter")
    await until(bot, 1)
    assert bot.action_told()["selected_option"] == OPTIONS[1]


async def test_the_keyboard_stays_where_it_is_when_a_message_is_drawn_anew(bot, alice):
    posted = await bot.posts(button("One"), button("Two"))
    two = alice.log.get_by_role("button", name="Two")
    await two.focus()
    await bot.posts(button("First"), button("Two"), ts=posted["ts"])
    await expect(alice.log.get_by_role("button", name="First")).to_be_visible()
    await expect(two).to_be_focused()
    await bot.posts(button("Last"), ts=posted["ts"])
    await expect(alice.log.get_by_role("button", name="Last")).to_be_visible()
    await expect(alice.log.get_by_role("article")).to_be_focused()


async def test_escape_closes_the_modal_on_top_and_goes_back_to_what_opened_it(bot, alice):
    deeper = {"type": "actions", "block_id": "x", "elements": [button("Deeper")]}
    bot.views = [modal(title, deeper) for title in ("First", "Second", "Third")]
    await bot.posts(button("Before"), button("Start"))
    opener = alice.log.get_by_role("button", name="Start")
    await opener.click()
    for title, depth in (("First", ""), ("Second", "2 of 3"), ("Third", "3 of 3")):
        await expect(alice.modal.get_by_role("heading", level=2)).to_have_text(title)
        if depth:
            await expect(alice.modal).to_contain_text(depth)
        if title != "Third":
            await alice.modal.get_by_role("button", name="Deeper").click()
    for title in ("Second", "First"):
        await alice.page.keyboard.press("Escape")
        await expect(alice.modal.get_by_role("heading", level=2)).to_have_text(title)
        await expect(alice.modal.get_by_role("button", name="Deeper")).to_be_focused()
    await alice.page.keyboard.press("Escape")
    await expect(alice.modal).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_a_form_starts_where_the_bot_wants_it_and_comes_back_to_what_is_wrong(bot, alice):
    blocks = [
        asked("Name", {"type": "plain_text_input"}),
        asked("Days", {"type": "number_input", "is_decimal_allowed": False, "focus_on_load": True}),
    ]
    bot.slack.workspace.open_modal(ALICE, modal("Ask", *blocks, submit=plain("Send")))
    name, days = alice.modal.get_by_label("Name"), alice.modal.get_by_label("Days")
    await expect(days).to_be_focused()
    await name.fill("ci")
    await days.fill("1.5")
    await days.press("Enter")
    await expect(alice.modal.get_by_text("Please enter a whole number.")).to_be_visible()
    await expect(days).to_be_focused()
    await expect(name).to_have_value("ci")
    bot.answer = {"response_action": "errors", "errors": {"Name": "There is one already."}}
    await days.fill("2")
    await days.press("Enter")
    await expect(alice.modal.get_by_text("There is one already.")).to_be_visible()
    await expect(name).to_be_focused()
    await expect(name).to_have_accessible_description("There is one already.")
    bot.answer = {}
    await name.press("Enter")
    await expect(alice.modal).to_have_count(0)
    assert bot.told[-1]["Days"]["a"]["value"] == "2"


async def test_what_is_typed_is_told_as_it_is_typed_and_stays(bot, alice):
    config = {"trigger_actions_on": ["on_character_entered"]}
    field = asked("Find", {"type": "plain_text_input", "dispatch_action_config": config}, dispatch_action=True)
    view = bot.slack.workspace.open_modal(ALICE, modal("Look", field, submit=plain("Send")))
    line = alice.modal.get_by_label("Find")
    await line.press_sequentially("nova")
    await expect_told(lambda: bot.told and bot.action_told().get("value") == "nova")
    await bot.web.views_update(
        view_id=view.view_id,
        view=modal("Look", field, {"type": "section", "text": mrkdwn("3 found")}, submit=plain("Send")),
    )
    await expect(alice.modal).to_contain_text("3 found")
    await expect(line).to_be_focused()
    await line.press_sequentially("-3")
    await expect(line).to_have_value("nova-3")


async def test_enter_tells_the_bot_and_does_not_send_the_form(bot, alice):
    field = asked("Find", {"type": "plain_text_input"}, dispatch_action=True)
    bot.slack.workspace.open_modal(ALICE, modal("Look", field, submit=plain("Send")))
    line = alice.modal.get_by_label("Find")
    await line.fill("nova")
    await line.press("Enter")
    await until(bot, 1)
    assert bot.action_told()["value"] == "nova"
    await expect(alice.modal).to_be_visible()


async def test_a_long_thread_is_folded_and_a_reply_to_all_is_seen_by_all(bot, alice):
    root = await bot.web.chat_postMessage(channel=GENERAL, text="$42 left")
    for number in range(8):
        broadcast = {"reply_broadcast": number == 7}
        await bot.web.chat_postMessage(channel=GENERAL, text=f"reply {number}", thread_ts=root["ts"], **broadcast)
    await expect(alice.log.get_by_text("replied to a thread: $42 left")).to_be_visible()
    await expect(alice.log.get_by_text("reply 7")).to_have_count(2)
    await expect(alice.log.get_by_text("reply 3")).to_have_count(0)
    await alice.log.get_by_role("button", name="5 earlier replies").press("Enter")
    await expect(alice.log.get_by_text("reply 3")).to_be_visible()
    await expect(alice.log.get_by_role("button", name="Show fewer replies")).to_be_focused()


async def test_a_table_is_sorted_and_turned(bot, alice):
    cells: list[list[Part]] = [[{"type": "raw_text", "text": "Model"}, {"type": "raw_text", "text": "Hours"}]]
    cells += [
        [{"type": "raw_text", "text": f"m{number}"}, {"type": "raw_number", "value": number, "text": f"{number} h"}]
        for number in (3, 10, 1, 2, 7, 5)
    ]
    table = {"type": "data_table", "caption": "Hours by model", "page_size": 4, "rows": cells}
    await bot.web.chat_postMessage(channel=GENERAL, text="x", blocks=[table])
    first = alice.log.get_by_role("rowheader").first
    await expect(first).to_have_text("m3")
    await alice.log.get_by_role("button", name="Hours").click()
    await expect(first).to_have_text("m1")
    await alice.log.get_by_role("button", name="Hours").click()
    await expect(first).to_have_text("m10")
    await alice.log.get_by_role("button", name="Next rows").click()
    await expect(alice.log.get_by_role("rowheader")).to_have_text(["m2", "m1"])
    await expect(alice.log).to_contain_text("5–6 of 6")
