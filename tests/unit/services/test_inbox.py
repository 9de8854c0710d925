"""Each delivery is worked on once, also when the process ends in its middle."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import request_response

from dgbot import ANYONE, Command, Context, Reply, command
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, MessageRef, Notice, NoticeKind
from dgbot.services.inbox import AT_ONCE, GIVE_UP_AFTER, Answer, Inbox, Work
from tests.office import ALICE, CAROL, GENERAL, SUNDAY, MovableClock


def typed(text: str, *, name: str = "1", user_id: str = CAROL) -> Delivery:
    payload = {"user_id": user_id, "channel_id": GENERAL, "text": text, "answer_to": "", "trigger_id": ""}
    return Delivery(f"d{name}", f"trigger:{name}", "command", SUNDAY, payload)


async def never(_: Notice) -> bool:
    """Slack refuses replies, so that they stay in the outbox, where a test can count them."""
    return False


def begun(delivery_id: str) -> AuditEvent:
    return AuditEvent(SUNDAY, CAROL, "command.begin", delivery_id, "begun")


@pytest.fixture
def worked() -> list[str]:
    return []


@pytest.fixture
async def inbox(memory, worked):
    async def work(delivery: Delivery) -> Answer:
        worked.append(delivery.id)
        if "wait" in delivery.payload["text"]:
            await asyncio.Event().wait()
        if "break" in delivery.payload["text"]:
            raise OSError("disk full")
        return Answer(Notice(f"reply:{delivery.id}", NoticeKind.REPLY, "C1", {}))

    return Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)


async def done(memory) -> None:
    async with asyncio.timeout(5):
        while (await memory.backlog(SUNDAY)).inbox:
            await asyncio.sleep(0.001)


async def test_what_comes_twice_is_worked_on_once(loopback, inbox, memory, worked):
    assert await inbox.receive(typed("usage"))
    assert not await inbox.receive(typed("usage"))
    await done(memory)
    assert not await inbox.receive(typed("usage")), "also after it is finished"
    assert worked == ["d1"]
    assert len(await memory.due(SUNDAY, 10)) == 1


async def test_what_a_dead_process_left_is_taken_up(loopback, inbox, memory, worked):
    await memory.receive(typed("usage"))
    await memory.receive(typed("help", name="2"))
    assert await inbox.resume() == 2
    await done(memory)
    assert sorted(worked) == ["d1", "d2"]
    assert await inbox.resume() == 0


async def test_what_breaks_is_kept_for_the_next_process(loopback, inbox, memory, logged):
    await inbox.receive(typed("break"))
    await inbox.drain(1)
    assert [delivery.id for delivery in await memory.unfinished()] == ["d1"]
    assert [event["event"] for event in logged] == ["delivery not finished"]


async def test_what_broke_is_tried_again_as_the_store_knows_it(loopback, memory, logged, monkeypatch):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001, 0.001))
    seen: list[bool] = []

    async def work(delivery: Delivery) -> Answer:
        seen.append(delivery.begun)
        if len(seen) == 1:
            await memory.begin(delivery.id, audit=begun(delivery.id))
            raise OSError("disk full")
        return Answer()

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await done(memory)
    assert seen == [False, True]
    assert len(logged) == 1


def failing(seen: list[str], *, times: int) -> Work:
    """Work that fails so many times."""

    async def work(delivery: Delivery) -> Answer:
        seen.append(delivery.id)
        if len(seen) <= times:
            raise OSError("disk full")
        return Answer()

    return work


async def test_what_goes_on_failing_is_done_without_a_restart(loopback, memory, worked, monkeypatch, logged):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001, 0.001))
    work = failing(worked, times=9)
    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await done(memory)
    assert worked == ["d1"] * 10


async def test_what_another_bot_has_taken_over_is_left_to_it(loopback, memory, worked, monkeypatch, logged):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))

    async def overtaken(delivery: Delivery) -> Answer:
        worked.append(delivery.id)
        taken, memory._me = memory._me, "another bot"
        assert [one.id for one in await memory.take_over()] == ["d1"]
        memory._me = taken
        raise OSError("the machine stood still")

    inbox = Inbox(memory, overtaken, MovableClock(), give_up=overtaken, send_now=never, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await inbox.idle()
    assert worked == ["d1"]
    assert [delivery.id for delivery in await memory.unfinished()] == ["d1"]


async def test_what_failed_for_a_day_is_given_up_however_often_that_takes(loopback, memory, monkeypatch, logged):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))
    clock = MovableClock()
    tried: list[str] = []
    ended: list[str] = []

    async def work(delivery: Delivery) -> Answer:
        tried.append(delivery.id)
        clock.advance(GIVE_UP_AFTER / 2)
        raise OSError("disk full")

    inbox = Inbox(memory, work, clock, give_up=failing(ended, times=2), send_now=never, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await done(memory)
    assert (len(tried), len(ended)) == (2, 3)


async def test_what_waited_longer_than_a_day_for_a_bot_is_not_given_up_as_it_fails_once(
    loopback, memory, worked, monkeypatch, logged
):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))
    ended: list[str] = []
    await memory.receive(dataclasses.replace(typed("usage"), received_at=SUNDAY - 2 * GIVE_UP_AFTER))
    work, end = failing(worked, times=2), failing(ended, times=0)
    inbox = Inbox(memory, work, MovableClock(), give_up=end, send_now=never, wake_outbox=lambda: None)
    await inbox.resume()
    await done(memory)
    assert (worked, ended) == (["d1"] * 3, [])


async def test_what_was_done_and_said_is_neither_done_nor_said_again_as_its_end_is_not_kept(
    loopback, memory, worked, monkeypatch, logged
):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))
    said: list[str] = []

    async def work(delivery: Delivery) -> Answer:
        worked.append(delivery.id)
        reply = Notice("reply:1", NoticeKind.REPLY, "C1", {})
        return Answer(reply, [begun("d1")], [Notice("ops:1", NoticeKind.OPS, "C2", {})])

    async def says(notice: Notice) -> bool:
        said.append(notice.key)
        change = "BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        await memory._run(lambda connection: connection.exec_driver_sql(f"CREATE TRIGGER away {change}"))
        return True

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=says, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    async with asyncio.timeout(5):
        while len(logged) < 2:
            await asyncio.sleep(0.001)
    await memory._run(lambda connection: connection.exec_driver_sql("DROP TRIGGER away"))
    await done(memory)
    assert (worked, said) == (["d1"], ["reply:1"])
    assert [queued.notice.key for queued in await memory.due(SUNDAY, 10)] == ["ops:1"]


async def test_stopping_finishes_what_is_in_hand(loopback, memory):
    ended, going = [], asyncio.Event()

    async def work(delivery: Delivery) -> Answer:
        going.set()
        await asyncio.sleep(0.01)
        ended.append(delivery.id)
        return Answer()

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await going.wait()
    await inbox.drain(5)
    assert ended == ["d1"]
    assert await memory.unfinished() == []


async def test_what_does_not_end_in_time_is_left_for_the_next_process(loopback, inbox, memory):
    await inbox.receive(typed("wait"))
    await inbox.drain(0.01)
    assert [delivery.id for delivery in await memory.unfinished()] == ["d1"]


async def test_while_stopping_deliveries_are_kept_but_not_begun(loopback, inbox, memory, worked):
    await inbox.drain(0)
    assert await inbox.receive(typed("usage"))
    await asyncio.sleep(0)
    assert worked == []
    assert [delivery.id for delivery in await memory.unfinished()] == ["d1"]


async def test_a_flood_is_worked_on_a_few_at_a_time(loopback, memory):
    now, most = 0, 0

    async def work(_: Delivery) -> Answer:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return Answer()

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)
    for number in range(100):
        await inbox.receive(typed("usage", name=str(number)))
    await done(memory)
    assert 1 < most <= AT_ONCE


# What a command is after a crash in its middle


def counting(name: str, ran: list[str], **options: Any) -> Any:
    @command(name, permission=ANYONE, **options)
    async def run(ctx: Context) -> Reply:
        """Count."""
        ran.append(name)
        return Reply(f"{name} ran.")

    return run


async def resumed(new_office, delivery: Delivery, *commands: Command) -> str:
    """Return what the asker is told when a process that had begun *delivery* is followed by another."""
    async with new_office(more=commands) as office:
        await office.store.receive(delivery)
        await office.store.begin(delivery.id, audit=begun(delivery.id))
        await office.parts.inbox.resume()
        await office.settle()
        return "\n".join(office.slack.people["carol"].sees())


async def test_a_safe_command_runs_again(new_office):
    ran: list[str] = []
    assert "count ran." in await resumed(new_office, typed("count"), counting("count", ran, repeat="safe"))
    assert ran == ["count"]


async def test_a_command_that_cant_look_is_not_run_again_and_the_asker_is_told(new_office):
    ran: list[str] = []
    told = await resumed(new_office, typed("count"), counting("count", ran))
    assert "The bot was restarted while it ran count" in told
    assert "Look first" in told
    assert ran == []


async def test_a_command_looks_first_and_says_what_it_found(new_office):
    async def found(ctx: Context) -> Reply | None:
        return Reply("It was done.")

    ran: list[str] = []
    assert "It was done." in await resumed(new_office, typed("count"), counting("count", ran, resume=found))
    assert ran == []


async def test_a_command_that_finds_nothing_done_runs(new_office):
    async def missed(ctx: Context) -> Reply | None:
        return None

    ran: list[str] = []
    assert "count ran." in await resumed(new_office, typed("count"), counting("count", ran, resume=missed))
    assert ran == ["count"]


async def test_an_invitation_that_was_under_way_is_sent_once(new_office, deepgram):
    assert "Invited dora@co.com" in await resumed(new_office, typed("invite dora@co.com"))
    assert [invite.email for invite in deepgram.invites] == ["dora@co.com"]
    again = await resumed(new_office, typed("invite dora@co.com", name="2"))
    assert "already invited" in again
    assert len([seen for seen in deepgram.requests if seen.method == "POST"]) == 1


async def test_an_effect_is_never_tried_before_its_intent_is_stored(new_office):
    stored: list[bool] = []

    @command("look", permission=ANYONE)
    async def look(ctx: Context) -> Reply:
        """See what is stored."""
        stored.extend(delivery.begun for delivery in await office.store.unfinished())
        return Reply("Seen.")

    async with new_office(more=[look]) as office:
        await office.asks("alice", "/deepgram look")
        assert stored == [True]
        actions = [(who, action) for who, action, _ in await office.audit_log()]
        assert actions == [(ALICE, "command.begin"), (ALICE, "command.run")]


async def test_the_answer_is_posted_once_however_often_the_bot_restarts(new_office, slack):
    async with new_office() as office:
        await office.asks("alice", "/deepgram help")
    for _ in range(2):
        async with new_office() as again:
            await again.parts.inbox.resume()
            await again.settle()
            await again.parts.outbox.send_due()
    assert len([text for text in slack.people["alice"].sees() if "What you may do" in text]) == 1


async def test_a_message_that_stands_in_slack_is_found_again(loopback, memory):
    notice = Notice("card:1", NoticeKind.CARD, "C1", {}, "approval:1")
    await memory.receive(typed("x"))
    await memory.finish("d1", SUNDAY, notices=[notice])
    (queued,) = await memory.due(SUNDAY, 1)
    await memory.sent(queued.number, SUNDAY, MessageRef("C1", "1.2"))
    assert await memory.standing("approval:1") == MessageRef("C1", "1.2")


# The reply


async def test_a_reply_that_slack_took_is_not_kept_for_the_outbox(loopback, memory):
    sent = []

    async def work(_: Delivery) -> Answer:
        return Answer(Notice("reply:1", NoticeKind.REPLY, "C1", {}))

    async def takes(notice: Notice) -> bool:
        sent.append(notice.key)
        return True

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=takes, wake_outbox=lambda: None)
    await inbox.receive(typed("usage"))
    await done(memory)
    assert sent == ["reply:1"]
    assert await memory.due(SUNDAY, 10) == []


async def test_a_reply_that_slack_refuses_now_arrives_later(office):
    refusals = []

    async def refuses(request):
        refusals.append(request)
        return PlainTextResponse("busy", status_code=503)

    route = next(one for one in office.slack.app.routes if getattr(one, "path", "") == "/response/{token}")
    route.app, works = request_response(refuses), route.app
    await office.slack.people["alice"].says("/deepgram help")
    await office.settle()
    assert len(refusals) == 2, "once at once, once by the outbox"
    assert office.slack.people["alice"].sees() == []
    route.app = works
    await office.tick(timedelta(seconds=2))
    assert any("What you may do" in text for text in office.slack.people["alice"].sees())


async def test_a_reply_that_cant_be_drawn_keeps_no_delivery_unfinished(new_office, memory, logged):
    async with new_office(more=[counting("count", [])]) as office:
        office.parts.outbox._notifier.send = broken_pencil
        await office.slack.people["alice"].says("/deepgram help")
        await office.settle()
    assert await memory.unfinished() == []
    assert "notice broke" in [event["event"] for event in logged]


async def broken_pencil(notice: Notice, standing: MessageRef | None) -> MessageRef | None:
    raise KeyError("headline")


async def test_what_waited_for_hours_is_not_done_any_more_and_its_asker_hears_so(new_office, memory):
    left = typed("invite erin@co.com")
    await memory.receive(dataclasses.replace(left, received_at=SUNDAY - timedelta(hours=2)))
    async with new_office() as office:
        mark = office.slack.mark()
        await office.parts.inbox.resume()
        await office.settle()
        assert "The bot was down when you sent this" in "\n".join(office.slack.people["carol"].sees(mark))
        assert not [invite for invite in office.deepgram.invites if invite.email == "erin@co.com"]


async def test_slow_commands_of_one_person_hold_up_neither_decisions_nor_others(loopback, memory):
    released, worked = asyncio.Event(), []

    async def work(delivery: Delivery) -> Answer:
        if delivery.payload["user_id"] == CAROL and delivery.kind == "command":
            await released.wait()
        worked.append(delivery.id)
        return Answer()

    inbox = Inbox(memory, work, MovableClock(), give_up=work, send_now=never, wake_outbox=lambda: None)
    for number in range(3 * AT_ONCE):
        await inbox.receive(typed("usage", name=str(number)))
    await inbox.receive(typed("usage", name="alice", user_id=ALICE))
    await inbox.receive(dataclasses.replace(typed("", name="click", user_id=ALICE), kind="click"))
    async with asyncio.timeout(5):
        while len(worked) < 2:
            await asyncio.sleep(0.001)
    assert sorted(worked) == ["dalice", "dclick"]
    released.set()
    await done(memory)
