"""Notices leave in order, each key once, and one that waits holds up its own lane alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dgbot.domain.deliveries import MessageRef

LATER = timedelta(minutes=5)


@pytest.fixture
def queue(store, delivery, noon):
    """Queue notices, each time as the outcome of a new delivery."""
    count = iter(range(99))

    async def put(*notices, now=noon):
        work = delivery(str(next(count)))
        await store.receive(work)
        await store.finish(work.id, now, notices=notices)

    return put


async def keys(store, now, limit=99):
    return [queued.notice.key for queued in await store.due(now, limit)]


async def test_a_notice_comes_back_as_it_was_queued(store, queue, notice, noon):
    await queue(notice("a", about="approval:1"))
    [queued] = await store.due(noon, 9)
    assert (queued.notice, queued.attempts, queued.queued_at) == (notice("a", about="approval:1"), 0, noon)


async def test_a_key_is_queued_once(store, queue, notice, noon):
    await queue(notice("a", target="C1"))
    await queue(notice("a", target="C2"), notice("b"))
    assert [(q.notice.key, q.notice.target) for q in await store.due(noon, 9)] == [("a", "C1"), ("b", "C1")]


async def test_a_key_that_was_sent_is_not_sent_again(store, queue, notice, noon):
    await queue(notice("a"))
    [queued] = await store.due(noon, 9)
    await store.sent(queued.number, noon, None)
    await queue(notice("a"))
    assert await keys(store, noon) == []


async def test_the_oldest_are_tried_first(store, queue, notice, noon):
    for key in "abc":
        await queue(notice(key))
    assert await keys(store, noon, limit=2) == ["a", "b"]


async def test_a_notice_that_waits_holds_up_its_lane_and_no_other(store, queue, notice, noon):
    await queue(
        notice("card", about="approval:1"),
        notice("edit", about="approval:1"),
        notice("other message", about="approval:2"),
        notice("other channel", about="approval:1", target="C2"),
    )
    [card, *_] = await store.due(noon, 9)
    await store.postpone(card.number, noon + LATER, "Slack is busy")
    assert await keys(store, noon) == ["other message", "other channel"]
    assert await keys(store, noon + LATER) == ["card", "edit", "other message", "other channel"]


async def test_a_notice_that_is_given_up_lets_its_lane_go_on(store, queue, notice, noon):
    await queue(notice("card", about="approval:1"), notice("edit", about="approval:1"))
    [card, _] = await store.due(noon, 9)
    await store.postpone(card.number, noon + LATER, "Slack is busy")
    await store.give_up(card.number, noon, "channel_not_found")
    assert await keys(store, noon) == ["edit"]


async def test_tries_are_counted(store, queue, notice, noon, rows):
    await queue(notice("a"))
    [queued] = await store.due(noon, 9)
    await store.postpone(queued.number, noon, "busy")
    await store.postpone(queued.number, noon, "busy again")
    [queued] = await store.due(noon, 9)
    assert queued.attempts == 2


async def test_the_next_try_is_the_head_of_some_lane(store, queue, notice, noon):
    assert await store.next_due() is None
    await queue(notice("card", about="approval:1"), notice("edit", about="approval:1"))
    [card, _edit] = await store.due(noon, 9)
    await store.postpone(card.number, noon + LATER, "busy")
    assert await store.next_due() == noon + LATER  # although the edit behind it is due

    await queue(notice("elsewhere", about="approval:2"), now=noon + LATER / 2)
    assert await store.next_due() == noon + LATER / 2

    for queued in await store.due(noon + LATER, 9):
        await store.sent(queued.number, noon + LATER, None)
    assert await store.next_due() is None


async def test_the_message_that_notices_are_about_is_remembered(store, queue, notice, noon):
    assert await store.standing("approval:1") is None
    await queue(notice("card", about="approval:1"), notice("reply"))
    [card, reply] = await store.due(noon, 9)
    await store.sent(card.number, noon, MessageRef("C1", "1.1"))
    await store.sent(reply.number, noon, MessageRef("C1", "2.2"))
    assert await store.standing("approval:1") == MessageRef("C1", "1.1")
    assert await store.standing("") is None


async def test_a_message_that_was_posted_anew_stands_where_it_was_posted_last(store, queue, notice, noon):
    await queue(notice("card", about="approval:1"), notice("edit", about="approval:1"))
    [card, edit] = await store.due(noon, 9)
    await store.sent(card.number, noon, MessageRef("C1", "1.1"))
    await store.sent(edit.number, noon, None)
    assert await store.standing("approval:1") == MessageRef("C1", "1.1")

    await queue(notice("again", about="approval:1"))
    [again] = await store.due(noon, 9)
    await store.sent(again.number, noon, MessageRef("C1", "3.3"))
    assert await store.standing("approval:1") == MessageRef("C1", "3.3")


async def test_a_number_is_never_given_twice(store, queue, notice, noon):
    await queue(notice("a"))
    [first] = await store.due(noon, 9)
    await store.sent(first.number, noon, None)
    await store.prune(noon + timedelta(days=8), history_for=timedelta(days=90))
    await queue(notice("b"))
    [second] = await store.due(noon, 9)
    assert second.number > first.number
