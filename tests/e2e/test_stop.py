"""SIGTERM: the work in hand is finished, or finished by the next process; nothing is dropped."""

from __future__ import annotations

import asyncio

import pytest

from tests.e2e.company import Company


async def _types(acme: Company, text: str) -> int:
    mark = acme.slack.mark()
    assert (await acme.slack.people["alice"].says(text)).acked
    return mark


async def test_a_command_that_is_at_work_is_finished_and_answered_before_the_bot_ends(acme):
    acme.deepgram.delay(0.5, "*/usage")
    mark = await _types(acme, "/deepgram usage --last 7d")
    await acme.deepgram_is_at("GET", "/usage")
    assert await acme.sandbox.bot.stop() == 0
    assert "h of audio" in acme.screen("alice", mark)
    assert len([seen for seen in acme.deepgram.requests if seen.path.endswith("/usage")]) == 2


@pytest.mark.slow
async def test_a_command_that_takes_too_long_is_left_to_the_next_process(acme):
    acme.deepgram.delay(60, "*/usage")
    mark = await _types(acme, "/deepgram usage --last 7d")
    await acme.deepgram_is_at("GET", "/usage")
    async with asyncio.timeout(15):
        assert await acme.sandbox.bot.stop(within=15) == 0
    assert acme.screen("alice", mark) == ""
    acme.deepgram.heal()
    await acme.sandbox.bot.start()
    await acme.settled()
    assert "h of audio" in acme.screen("alice", mark)


@pytest.mark.slow
async def test_commands_that_come_while_the_bot_stops_are_answered_by_one_of_the_two(acme_http):
    acme = acme_http
    acme.deepgram.delay(0.5, "*/usage")
    mark = await _types(acme, "/deepgram usage --last 7d")
    stopping = asyncio.create_task(acme.sandbox.bot.stop())
    acked = 1
    while not stopping.done():
        acked += (await acme.slack.people["alice"].says("/deepgram help usage")).acked
        await asyncio.sleep(0.05)
    assert await stopping == 0
    acme.deepgram.heal()
    await acme.sandbox.bot.start()
    await acme.settled()
    answers = [text for text in acme.slack.people["alice"].sees(mark) if "failed with the error" not in text]
    assert len(answers) == acked
