"""Ticks: every duty once a round, one round at a time."""

from __future__ import annotations

import asyncio

from dgbot.services.rounds import Rounds
from tests.office import SUNDAY, MovableClock


async def test_a_duty_that_fails_keeps_no_other_from_running():
    done: list[str] = []

    async def fails() -> None:
        raise OSError("disk full")

    async def works() -> None:
        done.append("works")

    rounds = Rounds(MovableClock(), {"first": fails, "second": works})
    await rounds.make()
    await rounds.make()
    assert done == ["works", "works"]
    assert rounds.last_at == SUNDAY


async def test_two_ticks_at_once_are_made_one_after_the_other():
    steps: list[str] = []

    async def slow() -> None:
        steps.append("begins")
        await asyncio.sleep(0)
        steps.append("ends")

    rounds = Rounds(MovableClock(), {"slow": slow})
    await asyncio.gather(rounds.make(), rounds.make())
    assert steps == ["begins", "ends", "begins", "ends"]


async def test_a_duty_that_hangs_is_stopped_and_the_others_go_on(monkeypatch, logged):
    monkeypatch.setattr("dgbot.services.rounds.DUTY_SECONDS", 0.01)
    done: list[str] = []

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        done.append("works")

    await Rounds(MovableClock(), {"hangs": hangs, "works": works}).make()
    assert done == ["works"]
    assert [event["duty"] for event in logged] == ["hangs"]
