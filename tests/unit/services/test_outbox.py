"""What must reach Slack reaches it, in order, and once unless nobody can know."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, MessageRef, Notice
from dgbot.domain.identity import Principal
from dgbot.domain.ports import PATIENCE, NotDelivered
from dgbot.domain.replies import Reply
from dgbot.sandbox.slack.edge.arguments import Refused
from dgbot.services.notices import reply_notice
from dgbot.services.outbox import AFTER_A_BUG, Outbox
from tests.office import ALICE, BOB, POLICY, SUNDAY


def told(text: str, to: str = ALICE) -> Notice:
    return reply_notice(text, Reply(text), user_id=to, answer_to="")


async def keep(store, clock, *notices: Notice) -> None:
    name = notices[0].key
    await store.receive(Delivery(name, name, "command", SUNDAY, {}))
    await store.finish(name, clock.now(), notices=notices, audit=[AuditEvent(SUNDAY, "U1", "x", "y", "z")])


class Told:
    """A notifier that does what it is told for each target, and remembers what it sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.errors: dict[str, Exception] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        await self.gate.wait()
        if notice.target in self.errors:
            raise self.errors[notice.target]
        self.sent.append((notice.target, notice.key))
        return MessageRef(notice.target, "1.1")


@pytest.fixture
def notifier() -> Told:
    return Told()


@pytest.fixture
def outbox(memory, notifier, clock) -> Outbox:
    return Outbox(memory, notifier, clock)


@pytest.fixture
def real(memory, client, slack, clock) -> Outbox:
    directory = SlackDirectory(client, slack.team_id)
    return Outbox(memory, SlackNotifier(client, directory, answer_origin=slack.origin), clock)


def failing(slack, method: str, *errors: str) -> None:
    """Let the next calls of *method* be refused with these words."""
    left, work = list(errors), slack.web_api._methods[method]

    def answer(given):
        if left:
            raise Refused(left.pop(0))
        return work(given)

    slack.web_api._methods[method] = answer


async def test_each_target_hears_things_in_their_order(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, *(told(f"{to}{n}", to=to) for n in range(3) for to in ("U1", "U2")))
    await outbox.send_due()
    for to in ("U1", "U2"):
        assert [key for target, key in notifier.sent if target == to] == [f"reply:{to}{n}" for n in range(3)]


async def test_a_target_that_fails_blocks_itself_and_nobody_else(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, told("a", "U1"), told("b", "U2"), told("c", "U1"))
    notifier.errors["U1"] = NotDelivered("no answer", again_in=timedelta(seconds=1))
    await outbox.send_due()
    assert notifier.sent == [("U2", "reply:b")]
    notifier.errors.clear()
    await outbox.send_due()
    assert notifier.sent == [("U2", "reply:b")], "not before its time"
    clock.advance(timedelta(seconds=1))
    await outbox.send_due()
    assert notifier.sent[1:] == [("U1", "reply:a"), ("U1", "reply:c")]


async def test_slack_is_left_alone_for_as_long_as_it_asks(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, told("a", "U1"))
    notifier.errors["U1"] = NotDelivered("ratelimited", again_in=timedelta(seconds=30))
    await outbox.send_due()
    notifier.errors.clear()
    clock.advance(timedelta(seconds=29))
    await outbox.send_due()
    assert notifier.sent == []
    clock.advance(timedelta(seconds=1))
    await outbox.send_due()
    assert notifier.sent == [("U1", "reply:a")]


async def test_pauses_grow_with_every_failure(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, told("a", "U1"))
    notifier.errors["U1"] = NotDelivered("no answer", again_in=timedelta(seconds=1))
    pauses = []
    for _ in range(12):
        await outbox.send_due()
        due = await memory.next_due()
        assert due is not None
        pauses.append((due - clock.now()).total_seconds())
        clock.advance(due - clock.now())
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def test_what_can_never_arrive_is_parked_at_once(loopback, outbox, notifier, memory, clock, logged):
    await keep(memory, clock, told("a", "U1"), told("b", "U1"))
    notifier.errors["U1"] = NotDelivered("channel_not_found", again_in=None)
    await outbox.send_due()
    assert await memory.next_due() is None
    assert [event["event"] for event in logged] == ["notice given up", "notice given up"]


async def test_what_did_not_arrive_for_a_day_is_parked(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, told("a", "U1"))
    notifier.errors["U1"] = NotDelivered("no answer", again_in=timedelta(seconds=1))
    clock.advance(PATIENCE - timedelta(seconds=1))
    await outbox.send_due()
    assert await memory.next_due() is not None
    clock.advance(timedelta(minutes=10))
    await outbox.send_due()
    assert await memory.next_due() is None


async def test_a_notice_that_cant_be_drawn_holds_up_nothing(loopback, outbox, notifier, memory, clock, logged):
    await keep(memory, clock, told("a", "U1"), told("b", "U2"))
    notifier.errors["U1"] = KeyError("facts")
    await outbox.send_due()
    assert notifier.sent == [("U2", "reply:b")]
    assert await memory.next_due() == clock.now() + AFTER_A_BUG
    assert "notice broke" in [event["event"] for event in logged]


async def test_two_senders_at_once_send_once(loopback, outbox, notifier, memory, clock):
    await keep(memory, clock, told("a", "U1"), told("b", "U2"))
    await asyncio.gather(outbox.send_due(), outbox.send_due(), outbox.send_due())
    assert len(notifier.sent) == 2


async def test_stopping_lets_what_is_on_its_way_arrive_and_sends_no_more(loopback, outbox, notifier, memory, clock):
    notifier.gate.clear()
    await keep(memory, clock, told("a", "U1"))
    outbox.start()
    outbox.wake()
    await asyncio.sleep(0.01)
    stopping = asyncio.create_task(outbox.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    notifier.gate.set()
    await stopping
    assert notifier.sent == [("U1", "reply:a")]
    assert await memory.due(clock.now(), 10) == []
    await keep(memory, clock, told("b", "U1"))
    outbox.wake()
    await asyncio.sleep(0.01)
    assert len(notifier.sent) == 1


async def test_news_is_sent_when_the_outbox_is_woken(loopback, outbox, notifier, memory, clock):
    outbox.start()
    await keep(memory, clock, told("a", "U1"))
    outbox.wake()
    async with asyncio.timeout(5):
        while not notifier.sent:
            await asyncio.sleep(0.001)
    await outbox.stop()


async def test_the_sender_outlives_a_store_that_fails(loopback, outbox, notifier, memory, clock, monkeypatch, logged):
    async def broken(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(memory, "due", broken)
        outbox.start()
        await asyncio.sleep(0.01)
    assert outbox._task is not None
    assert not outbox._task.done()
    assert [event["event"] for event in logged] == ["outbox failed"]
    await outbox.stop()


# Against Slack


async def test_after_a_restart_nothing_is_posted_again(real, memory, slack, client, clock):
    await keep(memory, clock, told("hello"))
    await real.send_due()
    await Outbox(memory, real._notifier, clock).send_due()
    assert len([text for text in slack.people["alice"].sees() if "hello" in text]) == 1


async def test_retry_after_of_slacks_answer_is_kept(real, memory, slack, clock, loopback):
    await keep(memory, clock, told("hello"))
    limited = [(b"content-type", b"application/json"), (b"retry-after", b"17")]
    answering(loopback, "/api/chat.postMessage", 429, limited, b'{"ok": false, "error": "ratelimited"}')
    await real.send_due()
    assert await memory.next_due() == clock.now() + timedelta(seconds=17)
    loopback.slack.app = slack.app
    clock.advance(timedelta(seconds=17))
    await real.send_due()
    assert any("hello" in text for text in slack.people["alice"].sees())


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (503, [(b"content-type", b"text/html")], b"<html>down</html>"),
        (200, [(b"content-type", b"text/plain")], b"ok"),
        (200, [(b"content-type", b"application/json")], b"not json"),
        (200, [(b"content-type", b"application/json")], b"[]"),
        (500, [(b"content-type", b"application/json"), (b"retry-after", b"soon")], b"{}"),
        (200, [(b"content-type", b"application/json")], b'{"ok": false, "error": "something_new"}'),
    ],
)
async def test_whatever_slack_answers_instead_is_tried_again(
    real, memory, slack, clock, loopback, status, headers, body
):
    await keep(memory, clock, told("hello"))
    answering(loopback, "/api/chat.postMessage", status, headers, body)
    await real.send_due()
    due = await memory.next_due()
    assert due is not None
    loopback.slack.app = slack.app
    clock.advance(due - clock.now())
    await real.send_due()
    assert any("hello" in text for text in slack.people["alice"].sees())


async def test_a_send_that_nobody_knows_about_is_sent_again(real, memory, slack, clock, loopback):
    await keep(memory, clock, told("hello"))
    cutting(loopback, slack, "/api/chat.postMessage")
    await real.send_due()
    loopback.slack.app = slack.app
    due = await memory.next_due()
    assert due is not None
    clock.advance(due - clock.now())
    await real.send_due()
    seen = [text for text in slack.people["alice"].sees() if "hello" in text]
    assert len(seen) == 2, "at least once, twice only after an unknown send"


async def test_an_edit_of_a_message_that_vanished_is_posted_anew(office):
    await office.asks("alice", "/deepgram create-key ci --scopes usage:read")
    request = await office.the_request()
    (card,) = [m for m in office.slack.workspace.messages.values() if m.channel_id == "CKEYAPPR1"]
    office.slack.workspace.delete(card)
    await office.parts.approvals.approve(request, in_the_group(BOB))
    await office.settle()
    (text,) = office.slack.channel_texts("key-approvals")
    assert "was approved by bob" in text
    standing = await office.store.standing(f"approval:{request.id}")
    assert standing is not None
    assert standing.ts != card.ts


async def test_a_spent_response_url_is_answered_in_the_dm(real, memory, slack, clock):
    notice = reply_notice("x", Reply("hello"), user_id=ALICE, answer_to=f"{slack.origin}/response/gone")
    await keep(memory, clock, notice)
    await real.send_due()
    assert any("hello" in text for text in slack.people["alice"].sees())
    assert slack.channel_texts("general") == []


async def test_a_response_url_of_another_host_is_never_called(real, memory, slack, clock, logged):
    notice = reply_notice("x", Reply("hello"), user_id=ALICE, answer_to="http://127.0.0.1:1/evil")
    await keep(memory, clock, notice)
    await real.send_due()
    assert await memory.next_due() is None
    assert [event["reason"] for event in logged] == ["the response_url is not Slack's"]


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived"])
async def test_what_slack_will_never_take_is_parked(real, memory, slack, clock, error):
    await keep(memory, clock, told("hello"))
    failing(slack, "chat.postMessage", error)
    await real.send_due()
    assert await memory.next_due() is None


def in_the_group(user_id: str) -> Principal:
    return POLICY.principal(user_id, frozenset({"SKEYAPPR1"}))


def answering(loopback, path: str, status: int, headers, body: bytes) -> None:
    """Let Slack answer calls of *path* like this."""
    work = loopback.slack.app

    async def app(scope, receive, send):
        if scope["path"] != path:
            await work(scope, receive, send)
            return
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})

    loopback.slack.app = app


def cutting(loopback, slack, path: str) -> None:
    """Let Slack carry out calls of *path* and drop the connection instead of answering."""

    async def app(scope, receive, send):
        async def swallow(message):
            pass

        cut = scope["path"] == path
        await slack.app(scope, receive, swallow if cut else send)
        if cut:
            receive.__self__.transport.abort()

    loopback.slack.app = app


@pytest.mark.parametrize("fails", [OSError("the database is away"), ValueError("a bug")])
async def test_what_is_given_up_is_not_lost_if_nobody_could_hear_of_it(
    loopback, outbox, notifier, memory, clock, logged, fails
):
    async def hears(notice, reason):
        if errors:
            raise errors.pop()
        heard.append((notice.key, reason))

    heard, errors = list[tuple[str, str]](), [fails]
    outbox.given_up.append(hears)
    notifier.errors["U1"] = NotDelivered("channel_not_found", again_in=None)
    await keep(memory, clock, told("hello", to="U1"), told("hello yourself", to="U2"))
    await outbox.send_due()
    assert (heard, notifier.sent) == ([], [("U2", "reply:hello yourself")])
    clock.advance(AFTER_A_BUG)
    await outbox.send_due()
    assert heard == [("reply:hello", "channel_not_found")]
    clock.advance(AFTER_A_BUG)
    await outbox.send_due()
    assert (await memory.backlog(clock.now())).given_up == len(heard) == 1


async def test_a_bot_that_dies_as_it_gives_something_up_tells_of_it_again(
    loopback, notifier, memory, clock, monkeypatch, logged
):
    async def dies(*_):
        raise asyncio.CancelledError

    async def hears(notice, reason):
        heard.append(notice.key)

    heard, bots = list[str](), [Outbox(memory, notifier, clock) for _ in range(2)]
    notifier.errors["U1"] = NotDelivered("channel_not_found", again_in=None)
    await keep(memory, clock, told("hello", to="U1"))
    for bot in bots:
        bot.given_up.append(hears)
    with monkeypatch.context() as patched:
        patched.setattr(memory, "give_up", dies)
        with pytest.raises(asyncio.CancelledError):
            await bots[0].send_due()
    await bots[1].send_due()
    assert heard == ["reply:hello", "reply:hello"]
    assert (await memory.backlog(clock.now())).given_up == 1
