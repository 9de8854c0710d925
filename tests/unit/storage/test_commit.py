"""Units that share a commit: cheap together, and each on its own when it fails."""

from __future__ import annotations

import asyncio
import threading

import pytest
import sqlalchemy as sa

from dgbot.adapters.storage import OutcomeUnknown, StorageError, StoreClosed, StoreFull, open_store
from dgbot.adapters.storage.tables import alert_instances, messages
from dgbot.adapters.storage.writer import Writer


async def queued(store, *calls):
    """Return the results of *calls*, which all queue up while the writer is kept busy."""
    begun, release = threading.Event(), threading.Event()

    def keep_busy(_):
        begun.set()
        return release.wait(5)

    busy = asyncio.ensure_future(store._run(keep_busy))
    while not begun.is_set():
        await asyncio.sleep(0)
    tasks = [asyncio.ensure_future(call) for call in calls]
    await asyncio.sleep(0)
    release.set()
    assert await busy
    return await asyncio.gather(*tasks, return_exceptions=True)


def counting_commits(store):
    """Return a unit that tells how many commits this connection made, by what its trace shows."""
    seen: list[str] = []

    def watch(connection):
        connection.connection.driver_connection.set_trace_callback(seen.append)

    return seen, watch


async def test_what_queues_up_shares_a_commit(filed, delivery):
    seen, watch = counting_commits(filed)
    results = await queued(filed, filed._run(watch), *[filed.receive(delivery(str(n))) for n in range(20)])
    assert results[1:] == [True] * 20
    assert seen.count("COMMIT") == 1


async def test_a_unit_that_fails_neither_undoes_its_neighbours_nor_is_half_done(filed, delivery, notice, event, noon):
    await filed.receive(delivery("0"))
    unserialisable = event("half")
    unserialisable.details["object"] = object()
    first, failed, second = await queued(
        filed,
        filed.receive(delivery("1")),
        filed.finish(delivery("0").id, noon, notices=[notice("half")], audit=[event("half"), unserialisable]),
        filed.receive(delivery("2")),
    )
    assert (first, second) == (True, True)
    assert isinstance(failed, TypeError)
    assert [kept.id for kept in await filed.unfinished()] == ["id-0", "id-1", "id-2"]
    assert await filed.due(noon, 9) == []


async def test_a_refusal_by_the_database_is_told_without_what_people_typed(filed):
    with pytest.raises(StorageError) as caught:
        await filed._run(lambda connection: connection.execute(sa.insert(messages).values(about="hunter2", ts=None)))
    told = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert "NOT NULL constraint failed" in told
    assert "hunter2" not in told


async def test_on_a_full_disk_what_fits_is_kept_and_what_does_not_says_so(filed, delivery, rows):
    def no_more_room(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    await filed._run(no_more_room)
    results = await queued(
        filed, filed.receive(delivery("1")), filed.receive(delivery("2", payload={"text": "x" * 50_000}))
    )
    assert results[0] is True
    assert isinstance(results[1], StoreFull)
    assert rows("SELECT id FROM inbox") == [("id-1",)]

    await filed._run(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1000000"))
    assert await filed.receive(delivery("2"))


async def test_work_is_kept_although_nobody_waits_for_it_any_more(filed, delivery):
    waiting = asyncio.ensure_future(filed.receive(delivery()))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await filed.unfinished() == [delivery()]
    assert waiting.cancelled()


async def test_closing_carries_out_what_is_queued(url, delivery):
    async with open_store(url) as store:
        tasks = [asyncio.ensure_future(store.receive(delivery(str(n)))) for n in range(300)]
        await asyncio.sleep(0)
    assert all([await task for task in tasks])
    async with open_store(url) as store:
        assert len(await store.unfinished()) == 300


@pytest.mark.parametrize("where", ["sqlite:///:memory:", "file"])
async def test_a_closed_store_refuses(url, delivery, where):
    async with open_store(url if where == "file" else where) as store:
        pass
    with pytest.raises(StoreClosed, match="nothing was kept"):
        await store.receive(delivery())


async def test_a_closed_store_leaves_no_thread_behind(url):
    def writers():
        return [thread for thread in threading.enumerate() if thread.name == "dgbot-store"]

    async with open_store(url):
        assert len(writers()) == 1
    assert writers() == []


async def test_a_commit_that_fails_is_told_as_unknown_and_the_store_goes_on(filed, delivery, rows):
    def orphan(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        texts = ("fingerprint", "phase", "state", "told", "incident_id", "severity")
        row = dict.fromkeys(texts, "") | {"rule_id": "nobody's", "labels": {}, "revision": 0}
        connection.execute(sa.insert(alert_instances).values(row))

    with pytest.raises(OutcomeUnknown, match="Read again"):
        await filed._run(orphan)
    assert rows("SELECT rule_id FROM alert_instances") == []
    assert await filed.receive(delivery())


async def test_a_start_that_is_given_up_leaves_no_thread_behind(url):
    opening = asyncio.ensure_future(
        Writer.start(lambda: sa.create_engine("sqlite://", poolclass=sa.NullPool).connect())
    )
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for thread in threading.enumerate():
        if thread.name == "dgbot-store":
            thread.join(5)
            assert not thread.is_alive()
