"""Silences in the database: kept once, ended once, and read back as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.labels import matcher

HOUR = timedelta(hours=1)


@pytest.fixture
def silence(noon):
    def make(name="s1", *, lasts=2 * HOUR, texts=('project="acme-prod"', 'kind=~"balance|days left"')):
        return Silence(name, tuple(map(matcher, texts)), noon, noon + lasts, "U1", 'invoice "is" being\npaid')

    return make


async def test_a_silence_is_read_back_as_it_was(store, silence, event, noon, audit_log):
    assert await store.open_silence(silence(), audit=event("alert.silence", "s1"))
    assert await store.silences(noon) == [silence()]
    assert await audit_log() == [("alert.silence", "s1")]


async def test_a_silence_is_kept_once(store, silence, event, noon, audit_log):
    assert await store.open_silence(silence(), audit=event())
    assert not await store.open_silence(silence(), audit=event())
    assert len(await store.silences(noon)) == len(await audit_log()) == 1


async def test_those_that_last_come_in_the_order_of_their_ends(store, silence, event, noon):
    for name, hours in (("late", 9), ("soon", 1), ("later", 20)):
        await store.open_silence(silence(name, lasts=hours * HOUR), audit=event())
    assert [one.id for one in await store.silences(noon)] == ["soon", "late", "later"]
    assert [one.id for one in await store.silences(noon + HOUR)] == ["late", "later"]


async def test_a_silence_ends_once(store, silence, event, noon, audit_log):
    await store.open_silence(silence(), audit=event())
    end = event("alert.unsilence", "s1", noon + HOUR)
    assert await store.end_silence("s1", audit=end)
    assert not await store.end_silence("s1", audit=end)
    assert await store.silences(noon) == []
    assert (await audit_log())[1:] == [("alert.unsilence", "s1")]


async def test_what_is_over_or_never_was_is_not_ended(store, silence, event, noon, audit_log):
    await store.open_silence(silence(), audit=event())
    assert not await store.end_silence("s1", audit=event("alert.unsilence", "s1", noon + 2 * HOUR))
    assert not await store.end_silence("s2", audit=event("alert.unsilence", "s2"))
    assert len(await audit_log()) == 1


async def test_a_silence_that_can_not_be_read_holds_nothing_and_no_other_back(store, silence, event, noon, write):
    await store.open_silence(silence("good"), audit=event())
    await store.open_silence(silence("odd"), audit=event())
    await write("UPDATE alert_silences SET matchers = 'nonsense' WHERE id = 'odd'")
    assert [one.id for one in await store.silences(noon)] == ["good"]


async def test_what_is_over_is_deleted_when_the_history_is_that_old(store, silence, event, noon):
    for name, hours in (("short", 2), ("ended", 20), ("long", 20)):
        await store.open_silence(silence(name, lasts=hours * HOUR), audit=event())
    await store.end_silence("ended", audit=event(at=noon + HOUR))
    day = timedelta(days=1)
    assert await store.prune(noon + HOUR + day, history_for=day) == 0
    assert await store.prune(noon + 2 * HOUR + day, history_for=day) == 1
    assert await store.prune(noon + 3 * HOUR + day, history_for=day) == 1
    assert [one.id for one in await store.silences(noon)] == ["long"]
