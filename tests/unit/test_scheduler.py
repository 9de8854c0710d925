"""APScheduler turns time into ticks: on the loop, one at a time."""

from __future__ import annotations

import asyncio
import threading
import warnings

from dgbot.adapters.scheduler import ticking


async def test_ticks_come_on_the_loops_thread_and_never_two_at_once(caplog):
    now, most, count, threads = 0, 0, 0, set()
    enough = asyncio.Event()

    async def tick() -> None:
        nonlocal now, most, count
        now, count = now + 1, count + 1
        most = max(most, now)
        threads.add(threading.get_ident())
        await asyncio.sleep(0.05)
        now -= 1
        if count == 3:
            enough.set()

    scheduler = ticking(tick, seconds=0.02)
    scheduler.start()
    async with asyncio.timeout(5):
        await enough.wait()
    scheduler.shutdown(wait=False)
    assert most == 1
    assert threads == {threading.get_ident()}


async def test_no_tick_comes_after_the_end():
    ticks: list[int] = []

    async def tick() -> None:
        ticks.append(1)

    scheduler = ticking(tick, seconds=0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.start()
        await asyncio.sleep(0.03)
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0.02)  # the shutdown itself is a call of the loop
        seen = len(ticks)
        await asyncio.sleep(0.03)
    assert len(ticks) == seen
