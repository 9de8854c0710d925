"""A delivery is kept once, worked on until it is finished, and finished once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.adapters.storage import StorageError
from dgbot.domain.ports import Backlog


async def test_a_delivery_comes_back_as_it_was_received(store, delivery):
    assert await store.receive(delivery())
    assert await store.unfinished() == [delivery()]


async def test_a_delivery_is_kept_once_by_its_id(store, delivery):
    assert await store.receive(delivery("1"))
    assert not await store.receive(delivery("1", occasion="another trigger", payload={}))
    assert await store.unfinished() == [delivery("1")]


async def test_a_delivery_is_kept_once_by_its_occasion(store, delivery):
    assert await store.receive(delivery("1"))
    assert not await store.receive(delivery("1", id="the same click over a socket"))
    assert await store.unfinished() == [delivery("1")]


async def test_a_finished_delivery_is_still_known(store, delivery, noon):
    await store.receive(delivery())
    await store.finish(delivery().id, noon)
    assert not await store.receive(delivery())
    assert await store.unfinished() == []


async def test_unfinished_work_is_told_oldest_first_with_its_intent(store, delivery, event, noon, audit_log):
    late, early = delivery("late", received_at=noon + timedelta(microseconds=1)), delivery("early")
    await store.receive(late)
    await store.receive(early)
    await store.begin(late.id, audit=event("invite.try", "bob@acme.example"))
    assert await store.unfinished() == [early, replace(late, begun=True)]
    assert await audit_log() == [("invite.try", "bob@acme.example")]


async def test_a_delivery_is_in_hand_until_it_is_finished_or_taken_over(store, delivery, event, noon):
    await store.receive(delivery())
    await store.begin(delivery().id, audit=event())
    begun = replace(delivery(), begun=True)
    assert await store.in_hand(delivery().id) == begun
    first, store._me = store._me, "another bot"
    assert await store.in_hand(delivery().id) is None
    assert await store.take_over() == [begun], "nobody said that the first one lives"
    assert await store.in_hand(delivery().id) == begun
    store._me = first
    assert await store.in_hand(delivery().id) is None
    store._me = "another bot"
    await store.finish(delivery().id, noon)
    assert await store.in_hand(delivery().id) is None


async def test_work_that_another_bot_has_taken_over_is_not_begun(store, delivery, event, audit_log):
    await store.receive(delivery())
    first, store._me = store._me, "another bot"
    assert await store.take_over() == [delivery()]
    store._me = first
    with pytest.raises(StorageError, match="this bot's to work on"):
        await store.begin(delivery().id, audit=event())
    assert await store.unfinished() == [delivery()]
    assert await audit_log() == []


async def test_finishing_leaves_notices_and_audit_rows(store, delivery, notice, event, noon, audit_log):
    await store.receive(delivery())
    await store.finish(delivery().id, noon, notices=[notice("a"), notice("b")], audit=[event("x"), event("y")])
    assert [queued.notice for queued in await store.due(noon, 9)] == [notice("a"), notice("b")]
    assert await audit_log() == [("x", "usage"), ("y", "usage")]


async def test_a_second_finish_leaves_nothing(store, delivery, notice, event, noon, audit_log):
    await store.receive(delivery())
    await store.finish(delivery().id, noon, notices=[notice("a")], audit=[event()])
    await store.finish(delivery().id, noon, notices=[notice("b")], audit=[event()])
    assert [queued.notice.key for queued in await store.due(noon, 9)] == ["a"]
    assert len(await audit_log()) == 1


async def test_work_that_was_never_received_is_refused_by_name(store, notice, event, noon, audit_log):
    with pytest.raises(StorageError, match="no delivery d7"):
        await store.finish("d7", noon, notices=[notice()])
    with pytest.raises(StorageError, match="no delivery d7"):
        await store.begin("d7", audit=event())
    assert await store.due(noon, 9) == []
    assert await audit_log() == []


async def test_a_broken_emoji_does_not_lose_a_command(store, delivery):
    assert await store.receive(delivery(payload={"text": "caf\u00e9 \ud83d!"}))
    [kept] = await store.unfinished()
    assert kept.payload == {"text": "caf\u00e9 ?!"}


async def test_the_backlog_counts_unfinished_work_and_due_notices(store, delivery, notice, noon):
    for name in "abc":
        await store.receive(delivery(name))
    await store.finish(delivery("a").id, noon, notices=[notice("1"), notice("2"), notice("3")])
    first, second, _ = await store.due(noon, 9)
    await store.sent(first.number, noon, None)
    await store.postpone(second.number, noon + timedelta(minutes=1), "Slack is busy")
    assert await store.backlog(noon) == Backlog(inbox=2, outbox=1)
    assert await store.backlog(noon + timedelta(minutes=1)) == Backlog(inbox=2, outbox=2)


async def test_what_was_done_more_than_a_week_ago_is_deleted(store, delivery, notice, noon):
    for name in ("done", "open", "fresh"):
        await store.receive(delivery(name))
    await store.finish(delivery("done").id, noon, notices=[notice("sent"), notice("lost"), notice("waits")])
    sent, lost, waits = await store.due(noon, 9)
    await store.sent(sent.number, noon, None)
    await store.give_up(lost.number, noon, "channel_not_found")
    await store.finish(delivery("fresh").id, noon + timedelta(days=1))

    assert await store.prune(noon + timedelta(days=7), history_for=timedelta(days=90)) == 0
    assert await store.prune(noon + timedelta(days=7, microseconds=1), history_for=timedelta(days=90)) == 3
    assert [kept.id for kept in await store.unfinished()] == [delivery("open").id]
    assert await store.due(noon, 9) == [waits]
    assert not await store.receive(delivery("fresh"))


async def test_pruning_takes_as_many_turns_as_it_needs(store, delivery, noon, monkeypatch):
    monkeypatch.setattr("dgbot.adapters.storage.store.PRUNED_AT_ONCE", 2)
    for number in range(5):
        await store.receive(delivery(str(number)))
        await store.finish(delivery(str(number)).id, noon)
    assert await store.prune(noon + timedelta(days=8), history_for=timedelta(days=90)) == 5
