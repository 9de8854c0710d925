import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from dgbot.sandbox.clock import SandboxClock
from dgbot.serving import serving

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def clock():
    return SandboxClock(lambda: NOON, hold=0.2)


@pytest.fixture
async def ask(clock):
    async with serving(clock.app) as origin, aiohttp.ClientSession() as session:

        async def ask(seen: object) -> dict[str, object]:
            async with session.get(f"{origin}/clock", params={"seen": str(seen)}) as answer:
                return await answer.json() if answer.status == 200 else {"status": answer.status}

        yield ask


def test_advancing_moves_the_time_of_day(clock):
    clock.advance(timedelta(minutes=30))
    clock.advance(timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1, minutes=30)


def test_time_does_not_run_backwards(clock):
    with pytest.raises(ValueError, match="can't go back"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == NOON


async def test_the_first_question_is_answered_at_once(ask):
    async with asyncio.timeout(0.15):
        assert await ask(-1) == {"jump": 0, "now": "2026-11-22T12:00:00.000000+00:00"}


async def test_a_jump_answers_the_open_question():
    clock = SandboxClock(lambda: NOON)
    async with serving(clock.app) as origin, aiohttp.ClientSession() as session:
        first = clock.advance(timedelta(hours=1))
        question = asyncio.create_task(session.get(f"{origin}/clock?seen={first}"))
        assert await clock.confirmed(first, within=5)
        clock.advance(timedelta(hours=1))
        async with asyncio.timeout(5), await question as answer:
            assert await answer.json() == {"jump": 2, "now": "2026-11-22T14:00:00.000000+00:00"}


async def test_without_a_jump_the_question_ends_with_the_present_values(ask):
    assert (await ask(0))["jump"] == 0


async def test_a_question_that_is_no_number_is_refused(ask):
    assert await ask("soon") == {"status": 400}


async def test_asking_for_the_next_jump_confirms_this_one(clock, ask):
    jump = clock.advance(timedelta(minutes=30))
    await ask(-1)
    assert not await clock.confirmed(jump, within=0.01)
    asking = asyncio.create_task(ask(jump))
    assert await clock.confirmed(jump, within=5)
    await asking


async def test_a_jump_that_has_not_happened_can_not_be_confirmed(clock, ask):
    asking = asyncio.create_task(ask(7))
    await asking
    assert not await clock.confirmed(clock.advance(timedelta(minutes=1)), within=0.01)


async def test_an_asker_who_is_killed_leaves_nothing_open():
    clock = SandboxClock(lambda: NOON)
    async with serving(clock.app) as origin:
        host, port = origin.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        jump = clock.advance(timedelta(minutes=1))
        writer.write(f"GET /clock?seen={jump} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert await clock.confirmed(jump, within=5)
        writer.close()
        await writer.wait_closed()
        left = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - left < 1
