"""Time: the world's, and the sandbox's, which jumps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from dgbot.adapters.clock import SandboxClock, SystemClock
from dgbot.sandbox.clock import SandboxClock as Sandbox
from tests.office import SUNDAY


def close(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=5)


def test_the_system_clock_tells_utc():
    assert SystemClock().now().tzinfo is UTC
    assert close(SystemClock().now(), datetime.now(UTC))


async def test_the_sandboxs_time_is_taken_over_before_anything_is_due(loopback):
    world = Sandbox(lambda: SUNDAY, hold=0.05)
    loopback.clock.app = world.app
    clock = SandboxClock(f"{loopback.clock.origin}/clock")
    await clock.join()
    assert close(clock.now(), SUNDAY)


async def test_a_jump_wakes_a_tick_and_is_confirmed_when_that_is_over(loopback):
    world = Sandbox(lambda: SUNDAY, hold=0.05)
    loopback.clock.app = world.app
    clock = SandboxClock(f"{loopback.clock.origin}/clock")
    ticks: list[datetime] = []
    working = asyncio.Event()

    async def tick() -> None:
        ticks.append(clock.now())
        await working.wait()

    await clock.join()
    following = asyncio.create_task(clock.follow(tick))
    jump = world.advance(timedelta(hours=8))
    assert not await world.confirmed(jump, within=0.1), "the tick is still at work"
    assert len(ticks) == 1
    assert close(ticks[0], SUNDAY + timedelta(hours=8))
    working.set()
    assert await world.confirmed(jump, within=5)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert len(ticks) == 1, "a question without an answer is no jump"
