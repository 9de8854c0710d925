"""Digests in the database: read back as they were, and posted once for each local date."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from dgbot.adapters.storage import StoreBusy, open_store
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.digests import Digest, Every, Rhythm

DAY = date(2026, 11, 23)


@pytest.fixture
def digest(noon):
    def make(name="daily", **changes):
        made = Digest(f"id-{name}", name, "p1", "C1", Rhythm(Every.DAY, 0, time(9), "Europe/Berlin"), "U1", noon)
        return replace(made, **changes)

    return make


def told(key="digest:1", **facts):
    return Notice(key, NoticeKind.DIGEST, "C1", {"text": "spent", **facts})


async def queued(store):
    sql = "SELECT key FROM outbox ORDER BY number"
    return [key for (key,) in await store._run(lambda c: c.exec_driver_sql(sql).all())]


async def test_a_digest_is_read_back_as_it_was(store, digest, event, audit_log):
    weekly = digest("weekly", project_id="p2", rhythm=Rhythm(Every.WEEK, 4, time(16, 30), "Asia/Kathmandu"))
    for one in (weekly, digest()):
        await store.put_digest(one, audit=event("digest.put", one.id))
    assert await store.digests() == [digest(), weekly]
    assert await store.digests("p2") == [weekly]
    assert await audit_log() == [("digest.put", "id-weekly"), ("digest.put", "id-daily")]


async def test_a_digest_is_changed_and_not_doubled(store, digest, event):
    await store.put_digest(digest(), audit=event())
    await store.put_digest(digest(channel_id="C2"), audit=event())
    assert await store.digests() == [digest(channel_id="C2")]


async def test_a_digest_is_removed_once(store, digest, event, audit_log):
    await store.put_digest(digest(), audit=event("digest.put"))
    assert await store.remove_digest("id-daily", audit=event("digest.remove"))
    assert not await store.remove_digest("id-daily", audit=event("digest.remove"))
    assert await store.digests() == []
    assert [action for action, _ in await audit_log()] == ["digest.put", "digest.remove"]


async def test_it_is_posted_once_for_a_date(store, digest, event, audit_log):
    await store.put_digest(digest(), audit=event("digest.put"))
    assert not await store.digest_posted("id-daily", DAY)
    assert await store.post_digest(digest(), DAY, told("first"), audit=event("digest.post"))
    assert await store.digest_posted("id-daily", DAY)
    assert not await store.post_digest(digest(), DAY, told("second"), audit=event("digest.post"))
    assert await store.post_digest(digest(), DAY + timedelta(days=1), told("third"), audit=event("digest.post"))
    assert await queued(store) == ["first", "third"]
    assert [action for action, _ in await audit_log()] == ["digest.put", "digest.post", "digest.post"]


async def test_one_that_was_changed_or_removed_meanwhile_is_not_posted(store, digest, event):
    await store.put_digest(digest(channel_id="C2"), audit=event())
    assert not await store.post_digest(digest(), DAY, told(), audit=event())
    assert not await store.post_digest(digest("gone"), DAY, told(), audit=event())
    assert await queued(store) == []
    assert not await store.digest_posted("id-daily", DAY)


async def test_a_date_is_remembered_when_the_digest_is_removed_and_made_again(store, digest, event):
    await store.put_digest(digest(), audit=event())
    await store.post_digest(digest(), DAY, told("first"), audit=event())
    await store.remove_digest("id-daily", audit=event())
    await store.put_digest(digest(), audit=event())
    assert not await store.post_digest(digest(), DAY, told("second"), audit=event())
    assert await queued(store) == ["first"]


async def test_what_fails_between_its_row_and_its_notice_leaves_neither(store, digest, event):
    await store.put_digest(digest(), audit=event())
    with pytest.raises(TypeError):
        await store.post_digest(digest(), DAY, told(odd=object()), audit=event())
    assert not await store.digest_posted("id-daily", DAY)
    assert await store.post_digest(digest(), DAY, told(), audit=event())


@pytest.mark.parametrize("database", ["file", pytest.param("postgres", marks=pytest.mark.slow)])
async def test_of_eight_bots_that_post_at_once_one_does(database, url, digest, event, request):
    where = url if database == "file" else request.getfixturevalue("postgres_url")
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(where)) for _ in range(8)]
        await stores[0].put_digest(digest(), audit=event())

        async def post(number, store):
            while True:
                with contextlib.suppress(StoreBusy):  # nothing was kept; a bot tries again at its next tick
                    return await store.post_digest(digest(), DAY, told(f"by-{number}"), audit=event())

        posts = (post(number, store) for number, store in enumerate(stores))
        assert sorted(await asyncio.gather(*posts)) == [False] * 7 + [True]
        assert len(await queued(stores[0])) == 1


async def test_one_that_can_not_be_read_holds_no_other_back(store, digest, event, write):
    await store.put_digest(digest("good"), audit=event())
    await store.put_digest(digest("odd"), audit=event())
    await write("UPDATE digests SET body = '{}' WHERE id = 'id-odd'")
    assert [one.name for one in await store.digests()] == ["good"]
