"""Whatever comes twice happens once, and everybody is answered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from dgbot.sandbox.slack import Delivered
from dgbot.sandbox.slack.edge.delivery import Kind
from tests.e2e.company import Company

ASK = "/deepgram create-key ci --scopes usage:read"

Sent = list[tuple[Kind, Mapping[str, Any]]]


@pytest.fixture
def sent(acme: Company, monkeypatch) -> Sent:
    """Everything that Slack delivers to the bot during the test."""
    kept: Sent = []
    send = acme.slack.delivery.send

    async def keep(kind: Kind, payload: Mapping[str, Any]) -> Delivered:
        kept.append((kind, payload))
        return await send(kind, payload)

    monkeypatch.setattr(acme.slack.delivery, "send", keep)
    return kept


async def _together(acme: Company, *acts: Awaitable[Delivered]) -> None:
    for delivered in await asyncio.gather(*acts):
        assert delivered.acked
    await acme.settled()


@pytest.mark.slow
async def test_an_envelope_that_slack_sends_again_is_acknowledged_and_worked_on_once(acme, sent):
    await acme.asks("carol", "/deepgram invite bob@co.com")
    ((kind, payload),) = sent
    answers = acme.answers()
    again = await acme.slack.delivery.send(kind, payload)
    await acme.settled()
    assert again.acked
    assert acme.answers() == answers
    assert [method for method, _ in acme.changes()] == ["POST"]


@pytest.mark.slow
async def test_a_signed_request_that_is_replayed_is_answered_200_and_changes_nothing(acme_http):
    acme = acme_http
    await acme.asks("alice", ASK)
    value = {
        "command": "/deepgram",
        "text": "invite bob@co.com",
        "user_id": "UCAROL001",
        "team_id": acme.slack.team_id,
        "channel_id": "CGENERAL1",
        "trigger_id": "one.trigger",
        "response_url": f"{acme.slack.origin}/response/none",
    }
    raw = urlencode(value).encode()
    now = int(time.time())
    async with aiohttp.ClientSession() as session:

        async def post(stamp: int) -> int:
            signed = hmac.new(acme.slack.signing_secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256)
            headers = {
                "content-type": "application/x-www-form-urlencoded",
                "x-slack-request-timestamp": str(stamp),
                "x-slack-signature": f"v0={signed.hexdigest()}",
            }
            async with session.post(str(acme.slack.delivery.url), data=raw, headers=headers) as answer:
                return answer.status

        copies = await asyncio.gather(post(now), post(now), post(now))  # the same bytes, and then signed anew
        statuses = [*copies, await post(now - 1), await post(now)]
        await acme.restarts()
        statuses += [await post(now), await post(now - 2)]
        stale = await post(now - 3600)
    await acme.settled()
    assert statuses == [200] * 7
    assert stale == 401
    assert [method for method, _ in acme.changes()] == ["POST"]


@pytest.mark.slow
async def test_a_click_that_was_worked_on_before_a_restart_is_not_worked_on_again(acme, sent):
    await acme.asks("alice", ASK)
    await acme.clicks("bob", "Approve")
    posts, answers = acme.posts(), acme.answers()
    await acme.restarts()
    for kind, payload in list(sent):
        assert (await acme.slack.delivery.send(kind, payload)).acked
    await acme.settled()
    assert (acme.posts(), acme.answers()) == (posts, answers)


@pytest.mark.slow
async def test_of_two_approvers_at_once_one_decides_and_the_other_hears_who(acme):
    await acme.asks("alice", ASK)
    mark = acme.slack.mark()
    bob, carol = (acme.slack.people[name] for name in ("bob", "carol"))
    await _together(acme, bob.clicks("Approve"), carol.clicks("Approve"))
    told = [acme.screen(name, mark) for name in ("bob", "carol")]
    assert sum("Approved. The requester is told." in text for text in told) == 1
    assert sum("Decided already: @" in text for text in told) == 1
    assert acme.audited().count("approval.approve") == 1
    assert acme.screen("alice", mark).count("[Reveal key]") == 1


@pytest.mark.slow
async def test_a_yes_and_a_no_at_once_are_one_decision(acme):
    await acme.asks("alice", ASK)
    mark = acme.slack.mark()
    bob, carol = (acme.slack.people[name] for name in ("bob", "carol"))
    await _together(acme, carol.clicks("Deny…"))
    await _together(acme, bob.clicks("Approve"), carol.submits({"Reason": "not now"}))
    decisions = [action for action in acme.audited() if action in {"approval.approve", "approval.deny"}]
    assert len(decisions) == 1
    assert ("Decided already" in acme.screen("bob", mark)) == (decisions == ["approval.deny"])
    assert ("Decided already" in acme.screen("carol", mark)) == (decisions == ["approval.approve"])
    assert len([channel for _, channel, _ in acme.posts().elements() if channel == "DALICE001"]) == 1


async def test_a_double_click_on_approve_and_on_reveal_makes_one_key_that_is_shown(acme):
    await acme.asks("alice", ASK)
    bob, alice = (acme.slack.people[name] for name in ("bob", "alice"))
    mark = acme.slack.mark()
    await _together(acme, bob.clicks("Approve"), bob.clicks("Approve"))
    assert "Approved. The requester is told." in acme.screen("bob", mark)
    assert "Decided already: @bob approved it." in acme.screen("bob", mark)

    acme.deepgram.delay(0.2, "*/keys")
    await _together(acme, alice.clicks("Reveal key"), alice.clicks("Reveal key"))
    (secret,) = acme.deepgram.issued_secrets
    assert secret in acme.screen("alice")
    assert secret in {key.secret for key in acme.deepgram.keys}


@pytest.mark.slow
async def test_a_double_click_on_deny_opens_a_form_and_a_second_submission_changes_nothing(acme, sent):
    await acme.asks("alice", ASK)
    bob = acme.slack.people["bob"]
    await _together(acme, bob.clicks("Deny…"), bob.clicks("Deny…"))
    await _together(acme, bob.submits({"Reason": "use staging"}))
    kind, form = sent[-1]
    mark = acme.slack.mark()
    await acme.slack.delivery.send(kind, {**form, "trigger_id": "another.one"})
    await acme.settled()
    assert acme.audited().count("approval.deny") == 1
    assert acme.screen("alice").count("use staging") == 3  # the card, its thread, and her message
    assert "Decided already: @bob denied it." in acme.screen("bob", mark)


@pytest.mark.slow
async def test_a_double_click_on_revoke_it_deletes_one_key_and_both_are_answered(acme):
    await acme.play(f'alice: {ASK}\nbob: click "Approve"\nalice: click "Reveal key"\nexpect alice: Copy it now')
    mark = acme.slack.mark()
    alice = acme.slack.people["alice"]
    await _together(acme, alice.clicks("Revoke it"), alice.clicks("Revoke it"))
    assert [method for method, _ in acme.changes()] == ["POST", "DELETE"]
    assert "Revoked ci." in acme.screen("alice", mark)
    assert len(acme.slack.people["alice"].sees(mark)) >= 2
