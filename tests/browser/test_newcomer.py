"""What somebody finds who opens the page for the first time, changes seats, and moves the clock."""

from __future__ import annotations

import re

import pytest_asyncio
from playwright.async_api import Route, WebSocketRoute, expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.desk import Desk

GENERAL = "CGENERAL1"
KEY = "/deepgram create-key ci --scopes usage:read --ttl 30d --reason once"


class Line:
    """What lies between a page and the sandbox's feeds, and can be cut."""

    def __init__(self) -> None:
        self._open: list[WebSocketRoute] = []
        self._up = True

    async def reaches(self, desk: Desk) -> None:
        """Lie between, from a reload on."""
        await desk.page.route_web_socket("**/page/**", self._asked)
        await desk.page.reload()
        await expect(desk.page.locator("#link")).to_have_text("live")

    async def is_cut(self) -> None:
        self._up = False
        for one in self._open:
            await one.close()
        self._open.clear()

    def is_mended(self) -> None:
        self._up = True

    async def _asked(self, socket: WebSocketRoute) -> None:
        if not self._up:
            await socket.close()
            return
        socket.connect_to_server()
        self._open.append(socket)


@pytest_asyncio.fixture(loop_scope="session")
async def bot(acme):
    yield AsyncWebClient(acme.slack.bot_token, base_url=f"{acme.slack.origin}/api/")


async def test_whoever_sits_down_stays_who_they_are_in_every_room(sits):
    desk = await sits("alice")
    seat = desk.page.get_by_label("You are")
    await seat.select_option("bob")
    await desk.enters("key-approvals")
    await expect(seat).to_have_value("bob")
    await desk.says("it is me")
    await expect(await desk.sees("it is me")).to_contain_text("bob")


async def test_nothing_of_one_person_stays_on_the_screen_of_the_next(bot, sits):
    desk, line = await sits("alice"), Line()
    await line.reaches(desk)
    await bot.chat_postEphemeral(channel=GENERAL, user="UALICE001", text="for alice alone")
    await desk.sees("for alice alone")
    await line.is_cut()
    await desk.page.get_by_label("You are").select_option("bob")
    await expect(desk.log).not_to_contain_text("for alice alone")
    await expect(desk.page.locator("#channels button")).to_have_count(0)


async def test_a_yes_to_a_question_is_given_by_whom_it_was_asked_or_not_at_all(bot, sits):
    desk = await sits("bob")
    sure = {"title": "Sure?", "text": "Really?", "confirm": "Yes", "deny": "No"}
    confirm = {name: {"type": "plain_text", "text": text} for name, text in sure.items()}
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "confirm": confirm}
    await bot.chat_postMessage(channel=GENERAL, text="go", blocks=[{"type": "actions", "elements": [button]}])
    await desk.presses(await desk.sees("Go"), "Go")
    await expect(desk.question).to_be_visible()
    await desk.page.evaluate("location.hash = '#alice'")
    await expect(desk.question).to_have_count(0)
    await expect(desk.page.get_by_label("You are")).to_have_value("alice")


async def test_days_are_those_of_the_sandbox(bot, sits):
    alice = await sits("alice")
    first = await bot.chat_postMessage(channel=GENERAL, text="first")
    stamp = first["ts"].partition(".")[0]
    await bot.chat_update(channel=GENERAL, ts=first["ts"], text=f"<!date^{stamp}^{{date_pretty}}, {{ago}}|then>")
    days, told = alice.log.locator(".day"), alice.log.locator("article")
    await expect(told.first).to_contain_text("today")
    await expect(days.first).not_to_have_text(re.compile(r"\d{4}"))
    await alice.pulls("+1d")
    await expect(told.first).to_contain_text("yesterday, yesterday")
    await alice.world.get_by_label("Move on by").fill("366d")
    await alice.pulls("Move")
    await expect(days.first).to_have_text(re.compile(r"\d{4}$"))
    await bot.chat_postMessage(channel=GENERAL, text="second")
    await expect(days.last).not_to_have_text(re.compile(r"\d{4}"))


async def test_the_completion_says_what_this_person_lacks(sits):
    alice = await sits("alice")
    await alice.line.fill("/")
    await expect(alice.hints.first).to_contain_text("/deepgram help")
    await expect(alice.hints.filter(has_text="/deepgram invite")).to_contain_text("needs members.write")
    await expect(alice.hints.filter(has_text="/deepgram usage")).not_to_contain_text("needs")
    await alice.page.get_by_label("You are").select_option("carol")
    await expect(alice.page.locator("#who-about")).to_contain_text("an administrator")
    await alice.line.fill("/")
    await expect(alice.hints.filter(has_text="/deepgram invite")).not_to_contain_text("needs")
    await alice.page.get_by_label("You are").select_option("gina")
    await expect(alice.page.locator("#who-about")).to_contain_text("a guest")
    await alice.line.fill("/")
    await expect(alice.hints).to_have_text("gina is a guest; dgbot answers full members only.")


async def test_enter_sends_the_bare_command_tab_completes_and_the_arrows_pick(sits):
    alice = await sits("alice")
    await alice.line.fill("/deepgram")
    await alice.line.press("Tab")
    await expect(alice.line).to_have_value("/deepgram help ")
    await alice.line.fill("/deepgram")
    await alice.line.press("ArrowDown")
    await alice.line.press("Enter")
    await expect(alice.line).to_have_value("/deepgram alerts ")
    await alice.says("/deepgram")
    await alice.sees(re.compile("what you may do", re.IGNORECASE))


async def test_an_empty_room_offers_a_first_task_and_sends_nothing(acme, sits):
    alice = await sits("alice")
    mark = acme.slack.mark()
    await alice.log.get_by_role("button", name=re.compile("create-key")).click()
    await expect(alice.line).to_have_value(re.compile("^/deepgram create-key .*--reason"))
    await expect(alice.line).to_be_focused()
    assert acme.slack.mark() == mark
    await expect(alice.log.get_by_role("button", name=re.compile("invite"))).to_have_count(0)


async def test_those_who_have_news_are_named_and_their_rooms_are_marked(sits):
    alice = await sits("alice")
    await alice.says(KEY)
    await alice.sees("Asked key-approvers")
    await alice.page.get_by_role("button", name="Be bob, who has news").click()
    entry = alice.page.get_by_role("navigation").get_by_role("button", name=re.compile("key-approvals"))
    await expect(entry).to_contain_text("1")
    await alice.enters("key-approvals")
    await expect(entry).not_to_contain_text("1")
    await alice.page.get_by_label("You are").select_option("carol")
    await expect(alice.page.locator("#who-news")).not_to_contain_text("bob")


async def test_a_draft_waits_for_its_person_in_its_room(sits):
    alice = await sits("alice")
    await alice.line.fill("for general")
    await alice.enters("ops")
    await expect(alice.line).to_have_value("")
    await alice.page.get_by_label("You are").select_option("bob")
    await expect(alice.page.locator("#who-about")).to_contain_text("approves")
    await expect(alice.line).to_have_value("")
    await alice.page.get_by_label("You are").select_option("alice")
    await expect(alice.line).to_have_value("for general")


async def test_nobody_writes_to_a_bot_that_only_reads_commands(sits):
    alice = await sits("alice", "dgbot")
    await expect(alice.line).to_be_hidden()
    await expect(alice.page.get_by_text("dgbot can't be written to here.")).to_be_visible()
    await alice.enters("general")
    await expect(alice.line).to_be_visible()


async def test_a_refusal_goes_at_the_next_success(sits):
    alice = await sits("alice")
    await alice.pulls("Move")
    refusal = alice.page.get_by_text("Write how far the clock moves on, such as 30m, 12h or 7d.")
    await expect(refusal).to_be_visible()
    await alice.pulls("+30m")
    await expect(refusal).to_be_hidden()


async def test_an_invitation_is_accepted_and_another_withdrawn_in_the_console(sits):
    alice = await sits("alice")
    await alice.page.get_by_role("tab", name="Deepgram").click()
    console = alice.world.locator("#beside-deepgram section").first
    await console.get_by_text(re.compile("^People")).click()
    for name in ("dave", "erika"):
        await console.get_by_label("E-mail").fill(f"{name}@acme.test")
        await alice.page.keyboard.press("Enter")
        await expect(console.get_by_role("status")).to_have_text(f"{name}@acme.test is invited.")
    await console.get_by_role("button", name="Accept for dave@acme.test").click()
    await expect(console.get_by_role("status")).to_have_text("dave@acme.test has joined as member.")
    await console.get_by_role("button", name="Withdraw the invitation of erika@acme.test").click()
    await expect(console).not_to_contain_text("invited as")
    await expect(console.get_by_role("button", name="Remove dave@acme.test")).to_be_visible()


async def test_only_changes_fail_where_only_changes_should(sits):
    alice = await sits("alice")
    await alice.world.get_by_label("Which calls").select_option("only changes")
    await alice.world.get_by_label("What goes wrong").select_option("Done, but the answer is lost")
    await alice.pulls("Switch on")
    await expect(alice.world).to_contain_text("Deepgram: changes: done, answer lost")
    await alice.says("/deepgram usage --last 7d")
    await alice.sees("requests")


async def test_a_demo_that_has_ended_says_so_until_it_answers_again(sits):
    alice, line = await sits("alice"), Line()
    gone, send = alice.page.get_by_text("The demo does not answer."), alice.page.get_by_role("button", name="Send")
    await alice.page.clock.install()
    await line.reaches(alice)
    await line.is_cut()
    await expect(alice.page.locator("#link")).to_have_text("reconnecting")
    await expect(gone).to_be_hidden()
    await alice.page.clock.run_for(16_000)
    await expect(gone).to_be_visible()
    await expect(send).to_be_disabled()
    line.is_mended()
    await expect(gone).to_be_hidden()
    await expect(send).to_be_enabled()


async def test_the_sides_keep_their_width_whatever_stands_beside(sits):
    alice = await sits("alice")
    widths = []
    for tab in ("World", "Deepgram", "Wire"):
        await alice.page.get_by_role("tab", name=tab).click()
        widths.append(await alice.world.evaluate("(one) => one.getBoundingClientRect().width"))
    assert len(set(widths)) == 1


async def test_a_bot_that_was_started_anew_brings_its_new_commands(sits):
    alice = await sits("alice")

    async def with_one_more(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["commands"].append(told["commands"][0] | {"name": "brand-new", "usage": "brand-new"})
        await route.fulfill(response=answer, json=told)

    await alice.page.route("**/page/company", with_one_more)
    await alice.line.fill("/deepgram brand")
    await expect(alice.hints).to_have_count(0)
    await alice.pulls("Kill")
    await alice.pulls("Start")
    await alice.line.focus()
    await expect(alice.hints).to_have_count(1)
