"""Slack hears at once, whatever Deepgram does; the asker hears what came of it, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.e2e.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def firm(shared: Company):
    """The shared company, whose Deepgram is well again after the test."""
    shared.deepgram.requests.clear()
    yield shared
    shared.deepgram.heal()


def _answered_by_deepgram(firm: Company) -> int:
    return len([seen for seen in firm.deepgram.requests if seen.path.endswith("/usage")])


@pytest.mark.parametrize("seconds", [0.3, pytest.param(5, marks=pytest.mark.slow)])
async def test_a_command_is_acknowledged_before_deepgram_has_answered_and_answered_later(firm, seconds):
    firm.deepgram.delay(seconds, "*/usage")
    mark = firm.slack.mark()
    delivered = await firm.slack.people["alice"].says("/deepgram usage --last 7d")
    assert delivered.acked
    assert _answered_by_deepgram(firm) == 0
    await firm.deepgram_is_at("GET", "/usage")
    assert _answered_by_deepgram(firm) == 0
    assert firm.screen("alice", mark) == ""
    await firm.settled()
    assert _answered_by_deepgram(firm) == 2
    assert "h of audio" in firm.screen("alice", mark)


async def test_one_slow_command_holds_up_nobody_else(firm):
    firm.deepgram.delay(0.4, "*/usage")
    mark = firm.slack.mark()
    await firm.slack.people["alice"].says("/deepgram usage --last 7d")
    await firm.slack.people["carol"].says("/deepgram invite dana@co.com")
    await firm.until(lambda: "dana@co.com" in firm.screen("carol", mark))
    assert firm.screen("alice", mark) == ""
    await firm.settled()
    assert "h of audio" in firm.screen("alice", mark)


@pytest.mark.parametrize(
    ("status", "what_happened", "what_next"),
    [
        (400, "Deepgram refused (400).", "Change what it names and try again."),
        (401, "Deepgram refused the bot's key.", "must give it a valid DEEPGRAM_API_KEY"),
        (403, "Deepgram refused the bot's key.", "must give it a valid DEEPGRAM_API_KEY"),
        pytest.param(503, "Deepgram has a problem (503).", "Try again in a few minutes.", marks=pytest.mark.slow),
        pytest.param(
            0, "Deepgram did not answer", "Nothing was changed. Try again in a minute.", marks=pytest.mark.slow
        ),
    ],
)
async def test_when_deepgram_fails_the_asker_reads_why_and_what_to_do_next(firm, status, what_happened, what_next):
    firm.deepgram.fail("GET", "*/usage", status)
    answer = await firm.asks("alice", "/deepgram usage --last 7d")
    assert what_happened in answer
    assert what_next in answer
    firm.deepgram.heal()
    assert "h of audio" in await firm.asks("alice", "/deepgram usage --last 7d")


async def test_a_scope_that_the_bots_key_lacks_is_named(firm):
    (own,) = [key for key in firm.deepgram.keys if key.secret == firm.deepgram.api_key]
    firm.deepgram.production.keys[own.api_key_id] = replace(own, scopes=("keys:read", "project:read"))
    try:
        answer = await firm.asks("alice", "/deepgram usage")
    finally:
        firm.deepgram.production.keys[own.api_key_id] = own
    assert "the bot's key lacks usage:read for acme-prod" in answer
    assert "An owner of the Deepgram project can give the bot's key that scope" in answer


@pytest.mark.slow
async def test_a_lost_answer_is_not_taken_for_a_refusal_and_nothing_is_sent_twice(firm):
    firm.deepgram.lose_answer("POST", "*/invites")
    answer = await firm.asks("carol", "/deepgram invite frank@co.com")
    assert "It may or may not have been done. Type the same again" in answer
    assert [method for method, _ in firm.changes()] == ["POST"]
    assert "already invited" in await firm.asks("carol", "/deepgram invite frank@co.com")
