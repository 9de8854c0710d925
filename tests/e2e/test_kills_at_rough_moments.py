"""Kill -9 while work is under way: the asker is always answered, and what Deepgram did once is not done again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.e2e.company import Company

pytestmark = pytest.mark.slow

ASK = 'alice: /deepgram create-key ci --scopes usage:read --ttl 30d --reason "nightly batch"'
APPROVED = f"""
{ASK}
expect #key-approvals: nightly batch
bob: click "Approve"
expect alice: Reveal key
"""


async def _types(acme: Company, who: str, text: str) -> int:
    """Let *who* type; return the mark before it, as soon as the command is acknowledged and no later."""
    mark = acme.slack.mark()
    assert (await acme.slack.people[who].says(text)).acked
    return mark


async def test_a_report_that_was_cut_off_is_made_by_the_next_process(acme):
    acme.deepgram.delay(1)
    mark = await _types(acme, "alice", "/deepgram usage --last 7d")
    await acme.restarts()
    acme.deepgram.heal()
    await acme.settled()
    (report,) = acme.slack.people["alice"].sees(mark)
    assert "of audio" in report


async def test_a_key_that_was_asked_for_just_before_the_crash_is_asked_for_once(acme):
    mark = await _types(acme, "alice", ASK.removeprefix("alice: "))
    await acme.restarts()
    await acme.settled()
    assert "Asked key-approvers for the key ci." in acme.screen("alice", mark)
    assert len(acme.channel("key-approvals")) == 1


async def test_an_invitation_that_was_not_sent_before_the_crash_is_sent_after_it(acme):
    acme.deepgram.delay(0.5, "*/members")
    mark = await _types(acme, "carol", "/deepgram invite bob@co.com")
    await acme.deepgram_is_at("GET", "/members")
    await acme.restarts()
    await acme.settled()
    assert "Invited bob@co.com to acme-prod as member" in acme.screen("carol", mark)
    assert [method for method, _ in acme.changes()] == ["POST"]


async def test_an_invitation_that_was_sent_during_the_crash_is_found_and_not_sent_again(acme):
    acme.deepgram.delay(0.5, "*/invites")
    mark = await _types(acme, "carol", "/deepgram invite bob@co.com --scope admin")
    await acme.deepgram_is_at("POST", "/invites")
    await acme.sandbox.bot.kill()
    await acme.until(lambda: not acme.deepgram.pending)
    await acme.sandbox.bot.start()
    await acme.settled()
    answer = acme.screen("carol", mark)
    assert "bob@co.com is already invited to acme-prod as admin" in answer
    assert "The bot restarted while it was inviting" in answer
    assert [method for method, _ in acme.changes()] == ["POST"]


async def test_a_revocation_that_was_carried_out_during_the_crash_is_reported(acme):
    acme.deepgram.delay(0.5, "*/keys/*")
    mark = await _types(acme, "carol", "/deepgram revoke-key call-center --now")
    (key,) = [key.api_key_id for key in acme.deepgram.keys if key.comment == "call-center"]
    await acme.deepgram_is_at("DELETE", key)
    await acme.sandbox.bot.kill()
    await acme.until(lambda: not acme.deepgram.pending)
    await acme.sandbox.bot.start()
    await acme.settled()
    assert "The bot restarted while it was revoking it" in acme.screen("carol", mark)
    assert [method for method, _ in acme.changes()] == ["DELETE"]


def _made_for_ci(acme: Company) -> list[str]:
    """Return the secrets of the keys that live and were made for alice's request."""
    return [key.secret for key in acme.deepgram.keys if key.comment.startswith("ci [dgbot:")]


async def _alice_gets_her_key(acme: Company) -> None:
    """Two half hours later she can reveal again, unless she saw the key; exactly one lives, and it is hers."""
    await acme.play("wait 30m\nwait 30m")
    if not any(secret in acme.screen("alice") for secret in _made_for_ci(acme)):
        await acme.play('alice: click "Reveal key"\nexpect alice: Copy it now')
    (alive,) = _made_for_ci(acme)
    assert alive in acme.screen("alice")
    assert "only the newest key works" in acme.screen("alice")
    assert acme.audited().count("key.delivered") == 1


async def test_a_key_that_was_being_made_during_the_crash_is_deleted_and_can_be_revealed_again(acme):
    await acme.play(APPROVED)
    acme.deepgram.delay(0.5, "*/keys")
    mark = acme.slack.mark()
    assert (await acme.slack.people["alice"].clicks("Reveal key")).acked
    await acme.deepgram_is_at("POST", "/keys")
    await acme.restarts()
    await acme.until(lambda: _made_for_ci(acme))
    await acme.settled()
    assert "the bot is making sure that none is left behind" in acme.screen("alice", mark)
    acme.deepgram.heal()
    await acme.play("wait 30m\nwait 30m\nexpect alice: The last attempt left no key behind")
    assert _made_for_ci(acme) == []
    await _alice_gets_her_key(acme)
    assert len(acme.deepgram.issued_secrets) == 2


@pytest.mark.parametrize("seconds", [0, 0.01, 0.02, 0.04])
async def test_whenever_the_crash_comes_after_a_reveal_click_one_key_lives_in_the_end(acme, seconds):
    await acme.play(APPROVED)
    mark = acme.slack.mark()
    assert (await acme.slack.people["alice"].clicks("Reveal key")).acked
    await asyncio.sleep(seconds)  # any moment will do: what is asserted holds for all of them
    await acme.restarts()
    await acme.settled()
    assert acme.screen("alice", mark)
    await _alice_gets_her_key(acme)


async def test_a_second_crash_ends_the_request_without_a_key_and_says_so(acme):
    await acme.play(APPROVED)
    for _ in range(2):
        acme.deepgram.delay(0.5, "*/keys")
        assert (await acme.slack.people["alice"].clicks("Reveal key")).acked
        await acme.deepgram_is_at("POST", "/keys")
        await acme.restarts()
        await acme.until(lambda: _made_for_ci(acme))
        acme.deepgram.heal()
        await acme.play("wait 30m\nwait 30m")
    assert "ask for the key again" in acme.screen("alice")
    assert _made_for_ci(acme) == []


@pytest.mark.parametrize("seconds", [0, 0.01])
async def test_an_approval_that_was_clicked_just_before_the_crash_counts_once(acme, seconds):
    await acme.play(ASK)
    mark = acme.slack.mark()
    assert (await acme.slack.people["bob"].clicks("Approve")).acked
    await asyncio.sleep(seconds)  # any moment will do
    await acme.restarts()
    await acme.settled()
    assert "pproved" in acme.screen("bob", mark)
    assert "Reveal key" in acme.screen("alice", mark)
    assert acme.audited().count("approval.approve") == 1


async def test_a_low_balance_that_was_being_looked_at_during_the_crash_is_told_once(acme):
    acme.deepgram.set_balance(Decimal(42))
    acme.deepgram.delay(0.5, "*/balances")
    acme.sandbox.clock.advance(timedelta(minutes=30))
    await acme.deepgram_is_at("GET", "/balances")
    await acme.restarts()
    await acme.until(lambda: acme.channel("alerts"))
    await acme.play("wait 30m")
    assert len(acme.channel("alerts")) == 1
