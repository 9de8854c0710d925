"""A click on a button that types a line is that line, typed by whoever clicks; each click is answered."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from dgbot import ANYONE, Audience, Button, Buttons, Command, Confirm, Context, Menu, Reply, Text, command, run_button
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery
from tests.office import ALICE, BOB, CAROL, GENERAL, SUNDAY, Office

OLDER = "This button belongs to an older version of the bot"


def offering(*buttons: Button | Menu, audience: Audience = Audience.REQUESTER) -> Command:
    @command("offer", permission=ANYONE, repeat="safe")
    async def offer(ctx: Context) -> Reply:
        """Show buttons."""
        return Reply("Choose", (Buttons(buttons),), audience)

    return offer


def counting(ran: list[str], permission: str = ANYONE, until: asyncio.Event | None = None, **options: Any) -> Any:
    @command("count", permission=permission, **options)
    async def count(ctx: Context, word: str = "") -> Reply:
        """Count."""
        ran.append(f"{ctx.principal.user_id} {ctx.channel_id} {word}")
        if until is not None:
            await until.wait()
        return Reply(f"Counted {word}.")

    return count


def click(value: str, *, user_id: str = CAROL, name: str = "1") -> Delivery:
    """The delivery of a click as the adapter reads it."""
    payload = {"user_id": user_id, "channel_id": GENERAL, "text": value, "button": f"{GENERAL}:1.2:{value}"}
    return Delivery(f"d{name}", f"trigger:{name}", "command", SUNDAY, payload)


async def test_a_click_does_what_the_clicker_could_have_typed_there(new_office):
    ran: list[str] = []
    async with new_office(more=[offering(run_button("Go on", "count nightly")), counting(ran)]) as office:
        await office.asks("alice", "/deepgram offer", channel="key-approvals")
        assert await office.clicks("alice", "Go on") == "Counted nightly."
        assert ran == [f"{ALICE} CKEYAPPR1 nightly"]
        actions = [(who, action, how) for who, action, how in await office.audit_log() if action != "command.begin"]
        assert actions == [(ALICE, "command.run", "ok")] * 2
        assert office.slack.channel_texts("key-approvals") == [], "the answer is for the clicker alone"


async def test_a_pick_from_a_menu_does_what_its_picker_could_have_typed(new_office):
    ran: list[str] = []
    menu = Menu("Count", (("Slowly", "count slowly"), ("Fast", "count fast")))
    more = [offering(run_button("Go on", "count on"), menu, menu), counting(ran)]
    async with new_office(more=more) as office:
        assert "[Go on]  [Count ▾]  [Count ▾]" in await office.asks("alice", "/deepgram offer")
        assert await office.clicks("alice", "Fast") == "Counted fast."
        assert ran == [f"{ALICE} {GENERAL} fast"]


@pytest.mark.parametrize(
    ("options", "fits"),
    [((), "has 0 options; 1 to 100 fit"), ((("a", "x" * 151),), "a line of 151 characters; 150 fit")],
)
def test_a_menu_that_slack_would_not_take_is_refused(options, fits):
    with pytest.raises(ValueError, match=fits):
        Menu("Count", options)


def needing(ran: list[str]) -> Command:
    @command("need", permission=ANYONE, repeat="safe")
    async def need(ctx: Context, word: str, *, pace: str, loud: bool = False) -> Reply:
        """Need words."""
        ran.append(f"{word} {pace} {loud}")
        return Reply("Done.")

    return need


async def test_a_button_may_leave_words_for_its_clicker_to_add(new_office):
    ran: list[str] = []
    async with new_office(more=[offering(run_button("Go on", "need nightly --loud")), needing(ran)]) as office:
        await office.asks("alice", "/deepgram offer")
        assert "Word: nightly" in await office.clicks("alice", "Go on")
        assert ran == []
        assert await office.submits("alice", Pace="slow") == "Done."
        assert ran == ["nightly slow True"]


async def test_a_button_whose_last_flag_has_no_value_opens_the_form_to_fill_it_in(new_office):
    ran: list[str] = []
    async with new_office(more=[offering(run_button("Go on", "need nightly --pace")), needing(ran)]) as office:
        await office.asks("alice", "/deepgram offer")
        assert "Word: nightly" in await office.clicks("alice", "Go on")
        assert await office.submits("alice", Pace="slow") == "Done."
        assert ran == ["nightly slow False"]


@pytest.mark.parametrize("line", ["need nightly --odd", "need a b"])
async def test_a_button_whose_words_do_not_fit_opens_no_form(new_office, line):
    async with new_office(more=[offering(run_button("Go on", line)), needing([])]) as office:
        await office.asks("alice", "/deepgram offer")
        assert "Usage: /deepgram need <word> --pace <text> [--loud]" in await office.clicks("alice", "Go on")


async def test_what_is_typed_with_words_missing_says_which(office):
    assert "--for is missing" in await office.asks("carol", "/deepgram alerts silence kind=balance")


async def test_a_click_on_somebody_elses_button_needs_ones_own_permission(new_office):
    ran: list[str] = []
    buttons = offering(run_button("Go on", "count it"), audience=Audience.CHANNEL)
    async with new_office(more=[buttons, counting(ran, "keys.revoke")]) as office:
        await office.asks("carol", "/deepgram offer")
        assert "You may not run count" in await office.clicks("alice", "Go on")
        assert "Only full members" in await office.clicks("gina", "Go on")
        assert ran == []
        await office.clicks("carol", "Go on")
        assert ran == [f"{CAROL} {GENERAL} it"]


async def test_each_of_many_buttons_types_its_own_line(new_office):
    ran: list[str] = []
    many = [run_button(f"Number {number}", f"count {number}") for number in range(60)]
    async with new_office(more=[offering(*many), counting(ran)]) as office:
        await office.asks("alice", "/deepgram offer")
        for number in (0, 24, 25, 59):
            assert f"Counted {number}." in await office.clicks("alice", f"Number {number}")


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("", OLDER),
        (" \n", OLDER),
        ("gone --now", 'I don\'t know "gone"'),
        ("count it --now", "--now"),
        ('count "it', "never closed"),
        ("count " + "x" * 1990, "a command has room for 1,000"),
        ("<!channel> \u202e \x00", "I don't know"),
    ],
)
async def test_a_button_of_an_older_deploy_or_with_a_broken_line_is_answered_in_a_sentence(new_office, value, answer):
    ran: list[str] = []
    async with new_office(more=[offering(run_button("Go on", value)), counting(ran)]) as office:
        await office.asks("carol", "/deepgram offer")
        assert answer in await office.clicks("carol", "Go on")
        assert ran == []


async def test_a_verb_that_nobody_knows_is_answered(new_office):
    async with new_office(more=[offering(Button("Go on", "no.such", "x"))]) as office:
        await office.asks("carol", "/deepgram offer")
        assert await office.clicks("carol", "Go on")


async def test_another_verb_reaches_what_it_was_made_for(new_office):
    buttons: list[Button] = []

    @command("waiting", permission=ANYONE, repeat="safe")
    async def waiting(ctx: Context) -> Reply:
        """Show what waits."""
        return Reply("Waiting", (Text("one"), Buttons(tuple(buttons))))

    async with new_office(more=[waiting]) as office:
        await office.asks("alice", "/deepgram create-key ci --scopes usage:read")
        request = await office.the_request()
        value = f"{request.id}:{request.plan.digest}"
        buttons += [Button("Yes", "approval.approve", value), Button("Yes too", "approval.approve", value)]
        await office.asks("bob", "/deepgram waiting")
        await office.clicks("bob", "Yes too")
        assert (await office.standing(request)).decided_by == BOB


async def test_a_second_click_while_the_first_is_worked_on_runs_nothing(new_office):
    ran: list[str] = []
    until = asyncio.Event()
    async with new_office(more=[offering(run_button("Go on", "count it")), counting(ran, until=until)]) as office:
        await office.asks("alice", "/deepgram offer")
        alice = office.slack.people["alice"]
        await alice.clicks("Go on")
        await alice.clicks("Go on")
        await told(office, "alice", "You clicked this twice; it is being done, once.")
        until.set()
        await office.settle()
        assert len(ran) == 1
        await office.clicks("alice", "Go on")
        assert len(ran) == 2, "a later click is meant"
        assert (ALICE, "command.again", "not run") in await office.audit_log()


async def told(office: Office, who: str, text: str) -> None:
    async with asyncio.timeout(5):
        while not any(text in seen for seen in office.slack.people[who].sees()):
            await asyncio.sleep(0.001)


async def test_a_click_that_a_crash_cut_off_looks_first(new_office):
    async def found(ctx: Context, word: str = "") -> Reply | None:
        return Reply("It was done.")

    ran: list[str] = []
    assert "It was done." in await resumed(new_office, [click("count it")], counting(ran, resume=found))
    assert ran == []


async def test_a_click_that_cant_be_looked_at_after_a_crash_is_not_run_again(new_office):
    ran: list[str] = []
    answer = await resumed(new_office, [click("count it")], counting(ran))
    assert "The bot was restarted while it ran count" in answer
    assert ran == []


async def resumed(new_office: Any, begun: Sequence[Delivery], *commands: Command) -> str:
    async with new_office(more=commands) as office:
        for delivery in begun:
            await office.store.receive(delivery)
            await office.store.begin(delivery.id, audit=_begun(delivery))
        await office.parts.inbox.resume()
        await office.settle()
        return "\n".join(office.slack.people["carol"].sees())


def _begun(delivery: Delivery) -> AuditEvent:
    return AuditEvent(SUNDAY, CAROL, "command.begin", delivery.id, "begun")


async def test_a_click_that_waited_for_hours_is_not_done_any_more(new_office, memory):
    ran: list[str] = []
    await memory.receive(dataclasses.replace(click("count it"), received_at=SUNDAY - timedelta(hours=2)))
    async with new_office(more=[counting(ran)]) as office:
        await office.parts.inbox.resume()
        await office.settle()
        [said] = office.slack.people["carol"].sees()
        assert "The bot was down when you sent this, and did not do it." in said
        assert "/deepgram count it" in said
        assert ran == []


async def test_a_confirm_dialog_is_part_of_the_button(new_office):
    asks = Confirm("Go on?", "What is counted stays counted.", "Count")
    buttons = offering(run_button("Go on", "count it", style="danger", confirm=asks))
    async with new_office(more=[buttons, counting([])]) as office:
        await office.asks("alice", "/deepgram offer")
        [block] = [block for message in office.slack.workspace.messages.values() for block in message.blocks[1:]]
        [drawn] = block["elements"]
        assert (drawn["style"], drawn["confirm"]["style"]) == ("danger", "danger")
        assert [drawn["confirm"][part]["text"] for part in ("title", "text", "confirm", "deny")] == [
            "Go on?",
            "What is counted stays counted.",
            "Count",
            "Cancel",
        ]


def test_a_line_that_would_be_cut_is_no_button():
    assert len(run_button("Go on", "x" * 2000).value) == 2000
    with pytest.raises(ValueError, match="a value of 2,001 characters; 2,000 fit"):
        run_button("Go on", "x" * 2001)
