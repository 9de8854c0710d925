"""A key that is not what was approved is deleted, and judged by nothing that Deepgram left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.domain.request_states import State
from dgbot.sandbox.deepgram.api import keys, sheet
from dgbot.services.keys.doubt import QUIET
from tests.unit.services.issuing import A_KEY, ours, reveal


async def test_wider_scopes_are_deleted_and_end_the_request(office, approved, monkeypatch):
    monkeypatch.setattr("dgbot.sandbox.deepgram.api.keys.granted", lambda scopes: (*scopes, "keys:write"))
    shown = await reveal(office)
    assert "Deepgram granted more than was approved (keys:write). The key was deleted." in shown
    assert office.deepgram.issued_secrets[0] not in shown
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.FAILED
    assert "more than was approved" in office.slack.channel_texts("key-approvals")[0]
    [told] = office.slack.channel_texts("ops")
    assert told.startswith("🔴 Deepgram made a wider key than was approved: ci (…")
    assert "keys:write" in told


@pytest.mark.parametrize("lives", [timedelta(days=7, minutes=6), timedelta(days=3650), None])
async def test_a_longer_life_is_deleted_and_ends_the_request(office, approved, monkeypatch, lives):
    monkeypatch.setattr("dgbot.sandbox.deepgram.api.keys._expiry", lambda call: lives and call.now + lives)
    assert "lives longer than was approved" in await reveal(office)
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.FAILED


async def test_the_matching_read_and_five_minutes_are_no_more_than_was_approved(office, monkeypatch):
    monkeypatch.setattr("dgbot.sandbox.deepgram.api.keys.granted", lambda scopes: (*scopes, "usage:read"))
    monkeypatch.setattr(
        "dgbot.sandbox.deepgram.api.keys._expiry", lambda call: call.now + timedelta(days=7, minutes=4, seconds=59)
    )
    await office.asks("alice", "/deepgram create-key ci --scopes usage:write --ttl 7d")
    await office.clicks("bob", "Approve")
    await reveal(office)
    assert len(ours(office)) == 1


async def test_a_wider_key_that_cant_be_deleted_now_is_deleted_later(office, approved, monkeypatch):
    monkeypatch.setattr("dgbot.sandbox.deepgram.api.keys.granted", lambda scopes: (*scopes, "keys:write"))
    office.deepgram.fail("DELETE", A_KEY, 503)
    assert "It is deleted as soon as Deepgram answers" in await reveal(office)
    assert (await office.standing(approved)).state is State.REVOKING
    office.deepgram.heal()
    await office.tick(QUIET)
    assert ours(office) == []


@pytest.mark.parametrize("left_out", [("expiration_date",), ("scopes",), ("expiration_date", "scopes")])
async def test_what_the_answer_leaves_out_is_asked_for_before_the_key_is_judged(
    office, approved, loopback, left_out, monkeypatch
):
    silent_about(monkeypatch, left_out)
    shown = await reveal(office)
    assert office.deepgram.issued_secrets[0] in shown
    assert "29 Nov" in shown, "and its end is told"
    assert [seen.method for seen in office.deepgram.requests].count("GET") >= 1
    assert (await office.standing(approved)).state is State.DELIVERED


async def test_what_the_answer_leaves_out_and_nobody_tells_is_doubt(office, approved, monkeypatch):
    silent_about(monkeypatch, ("expiration_date",))
    office.deepgram.fail("GET", A_KEY, 503)
    shown = await reveal(office)
    assert office.deepgram.issued_secrets[0] not in shown
    assert (await office.standing(approved)).state is State.REVOKING
    office.deepgram.heal()
    await office.tick(QUIET)
    assert ours(office) == []


def silent_about(monkeypatch, names) -> None:
    """Let the answer to a POST leave out these fields; the key itself has them."""
    found = sheet.find

    def find(method, path):
        operation, parts = found(method, path)
        if operation.answer is not keys.create_key:
            return operation, parts

        def answer(call):
            return {name: value for name, value in keys.create_key(call).items() if name not in names}

        return replace(operation, answer=answer), parts

    monkeypatch.setattr("dgbot.sandbox.deepgram.api.sheet.find", find)
