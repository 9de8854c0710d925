"""What is PostgreSQL's own: who may connect how, what a lost server means, and two bots on one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import pytest
import sqlalchemy as sa

from dgbot.adapters.storage import OutcomeUnknown, StorageError, StoreAway, StoreBusy, leases, open_store
from dgbot.adapters.storage.postgres import _secured
from tests.postgres import running_server

END_THE_OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database() AND application_name = 'dgbot'
"""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://bot@db.example/dgbot", "verify-full"),
        ("postgresql://bot@db.example/dgbot?sslmode=require", "require"),
        ("postgresql://bot@127.0.0.1/dgbot", None),
        ("postgresql:///dgbot?host=/run/postgresql", None),
    ],
)
def test_a_server_across_a_network_must_prove_who_it_is(url, mode):
    assert _secured(sa.make_url(url)).query.get("sslmode") == mode


def test_a_connection_that_anybody_could_listen_to_is_told(logged):
    _secured(sa.make_url("postgresql://bot:hunter2@db.example/dgbot?sslmode=disable"))
    [event] = logged
    assert (event["log_level"], event["sslmode"]) == ("warning", "disable")
    assert "hunter2" not in str(event)


async def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path):
    with pytest.raises(StoreAway, match="can't be reached") as caught:
        async with open_store(f"postgresql://bot:hunter2@/dgbot?host={tmp_path}"):
            pass
    assert "hunter2" not in f"{caught.value!r}{caught.value.__cause__!r}"


async def test_a_bot_works_on_its_own_until_it_ends_and_then_another_does(postgres_url, delivery, notice, event, noon):
    async with open_store(postgres_url, as_bot=True) as first, open_store(postgres_url, as_bot=True) as second:
        await first.receive(delivery())
        assert await second.take_over() == []
        assert await first.take_over(own=True) == [delivery()]
        assert await second.in_hand(delivery().id) is None
        assert await first.in_hand(delivery().id) == delivery()
        await first.finish(delivery().id, noon, notices=[notice("a", about="x"), notice("b", about="x"), notice("c")])
        assert [one.notice.key for one in await first.due(noon, 1)] == ["a"]
        assert [one.notice.key for one in await second.due(noon, 9)] == ["c"]
        await first.receive(delivery("2"))
        await first._run(lambda connection: leases.leave(connection, first._me))
        assert await second.take_over() == [delivery("2")]
        assert [one.notice.key for one in await second.due(noon, 9)] == ["a", "b", "c"]


async def test_a_bot_without_a_sign_of_life_counts_as_dead(postgres_url, delivery, monkeypatch):
    monkeypatch.setattr(leases, "LASTS", 0.0)
    async with open_store(postgres_url, as_bot=True) as first, open_store(postgres_url, as_bot=True) as second:
        await first.receive(delivery())
        assert await second.take_over() == [delivery()]


async def test_every_notice_is_one_bots_and_none_is_anothers(postgres_url, request_, notice, event, noon):
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(postgres_url, as_bot=True)) for _ in range(3)]
        notices = [notice(str(number), target=f"C{number % 7}") for number in range(200)]
        await stores[0].open_request(request_(), notices=notices, audit=event())
        taken = Counter[str]()
        while sum(taken.values()) < len(notices):
            for some in await asyncio.gather(*[store.due(noon, 5) for store in stores]):
                taken.update(one.notice.key for one in some)
                for one in some:
                    await stores[0].sent(one.number, noon, None)
        assert set(taken.values()) == {1}


async def test_what_people_type_is_kept_as_far_as_the_server_can(postgres_url, request_, event):
    async with open_store(postgres_url) as store:
        await store.open_request(request_(reason="a\0b\ud800c🟢"), notices=[], audit=event("approval.ask", "\0"))
        kept = await store.request("r1")
    assert kept is not None
    assert kept.reason == "a\N{REPLACEMENT CHARACTER}b?c🟢"


async def test_a_row_that_another_transaction_holds_is_not_waited_for_for_ever(postgres_url, request_, event):
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        await store.open_request(request_(), notices=[], audit=event())
        held, release = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold(connection):
            connection.exec_driver_sql("UPDATE approval_requests SET reason = 'held'")
            loop.call_soon_threadsafe(held.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()

        holding = asyncio.ensure_future(other._run(hold))
        await held.wait()
        with pytest.raises(StoreBusy, match="nothing was kept"):
            await store._run(lambda c: c.exec_driver_sql("UPDATE approval_requests SET reason = 'mine'"))
        release.set()
        await holding
        assert await store._run(lambda c: c.exec_driver_sql("SELECT reason FROM approval_requests").scalar()) == "held"


async def test_a_connection_that_ended_is_opened_anew(postgres_url, delivery):
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        await other._run(lambda connection: connection.exec_driver_sql(END_THE_OTHERS))
        assert await asyncio.gather(*[store.receive(delivery(str(n))) for n in range(20)]) == [True] * 20
        assert len(await store.unfinished()) == 20


async def test_while_the_server_is_away_nothing_is_kept_and_afterwards_it_goes_on(delivery):
    with running_server() as server:
        async with open_store(server.url()) as store:
            server.stop()
            assert isinstance(await outcome(store.receive(delivery())), StoreAway)
            server.start()
            assert await store.receive(delivery())


async def test_a_server_that_dies_in_a_commit_leaves_an_unknown_outcome(delivery):
    with running_server() as server:
        async with open_store(server.url()) as store:
            await store.receive(delivery("0"))

            def dies(connection):
                driver = connection.connection.driver_connection
                driver.execute("UPDATE inbox SET begun = true")
                driver.close()

            assert isinstance(await outcome(store._run(dies)), OutcomeUnknown)
            assert await store.receive(delivery("1"))
            assert [one.begun for one in await store.unfinished()] == [False, False]


async def outcome(call):
    try:
        return await call
    except StorageError as error:
        return error
