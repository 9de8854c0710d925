"""A key takes over from another: both work until whoever asked says that the old one can go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused
from dgbot.services.keys.issuer import OLD_KEY_AFTER
from tests.conftest import in_session
from tests.office import Office
from tests.unit.services.issuing import A_KEY, in_person, screen

ASK = '/deepgram rotate-key call-center --reason "quarterly"'
RETIRE = "Revoke the old key"


@in_session()
async def rotating(office: Office) -> ApprovalRequest:
    """A request of alice's for a key in place of call-center."""
    await office.asks("alice", ASK)
    return await office.the_request()


@in_session()
async def rotated(office: Office, rotating: ApprovalRequest) -> ApprovalRequest:
    """The same, approved and revealed."""
    await office.clicks("bob", "Approve")
    await office.clicks("alice", "Reveal key")
    await office.clicks("alice", "I saved it")
    return await office.standing(rotating)


def named(office: Office) -> list[str]:
    return [key.api_key_id for key in office.deepgram.keys if key.comment.startswith("call-center")]


def card(office: Office) -> str:
    return office.slack.channel_texts("key-approvals")[0]


async def test_the_ask_and_the_card_say_which_key_it_replaces(office):
    [old] = named(office)
    assert f"Asked key-approvers for the key call-center in place of …{old[-4:]}." in await office.asks("alice", ASK)
    assert f"call-center (…{old[-4:]}) of @alice, which works until @alice ends it" in card(office)
    assert "“quarterly”" in card(office)
    assert named(office) == [old]


async def test_whoever_decides_sees_whose_key_ends_wherever_they_decide(new_office):
    async with new_office(settings={"approvals": {"break_glass": ["key-approvers"]}}) as office:
        old = next(key for key in office.deepgram.keys if key.comment == "legacy-import")
        theirs = f"legacy-import (…{old.api_key_id[-4:]}) of erin@acme.test"
        await office.asks("alice", "/deepgram rotate-key legacy-import")
        assert theirs in card(office)
        assert f"the key legacy-import in place of {theirs}" in await office.asks("bob", "/deepgram approvals")
        assert theirs in await office.clicks("bob", "Details")
        assert f"takes over from {theirs}." in await office.clicks("bob", "Break the glass…")
        assert f"takes over from {theirs}." in await office.clicks("bob", "Deny…")


async def test_a_key_that_the_bot_made_is_whose_request_it_was(office):
    await office.asks("alice", "/deepgram create-key ci --scopes usage:read")
    await office.clicks("bob", "Approve")
    await office.clicks("alice", "Reveal key")
    await office.asks("carol", "/deepgram rotate-key ci")
    [made] = [key for key in office.deepgram.keys if key.comment.startswith("ci ")]
    cards = "\n".join(office.slack.channel_texts("key-approvals"))
    assert f"ci (…{made.api_key_id[-4:]}) of @alice, which works until @carol ends it" in cards


async def test_nothing_is_asked_while_nobody_can_tell_whose_key_would_end(office):
    office.deepgram.fail("GET", A_KEY, 503)
    assert "Deepgram has a problem (503)" in await office.asks("alice", ASK)
    assert office.slack.channel_texts("key-approvals") == []


async def test_the_old_key_works_beside_the_new_one_until_its_requester_ends_it(office, rotated):
    assert rotated.state is State.DELIVERED
    old = rotated.key.replaces
    assert set(named(office)) == {old, rotated.key_id}
    assert "the old key still works" in card(office)
    assert f"The old key call-center (…{old[-4:]}) still works" in screen(office)
    assert "Revoked the old key: only the new call-center works" in await office.clicks("alice", RETIRE)
    assert named(office) == [rotated.key_id]
    assert "the old key was ended" in card(office)
    assert office.slack.thread_texts("key-approvals")[-1] == "The key that this one replaces was revoked."


async def test_whoever_forgets_the_old_key_is_reminded_ever_more_rarely(office, rotated):
    told = []
    for day in range(1, 9):
        mark = office.slack.mark()
        await office.tick(OLD_KEY_AFTER)
        if any("still works beside the new one" in text for text in office.slack.people["alice"].sees(mark)):
            told.append(day)
    assert told[0] == 1
    mark = office.slack.mark()
    await office.clicks("alice", RETIRE)
    await office.tick(timedelta(days=30))
    assert "still works" not in "\n".join(office.slack.people["alice"].sees(mark))


async def test_nobody_else_ends_the_old_key(office, rotated):
    reply = await office.parts.endings.retire(rotated, in_person("UBOB00001"))
    assert "can end the old key here" in str(reply.headline)
    assert len(named(office)) == 2


async def test_ended_twice_is_ended_once(office, rotated):
    await office.clicks("alice", RETIRE)
    assert "The old key is gone already" in await office.clicks("alice", RETIRE)
    deletes = [seen for seen in office.deepgram.requests if seen.method == "DELETE"]
    assert len(deletes) == 1


async def test_while_deepgram_fails_the_old_key_stays_and_the_button_too(office, rotated):
    office.deepgram.fail("DELETE", A_KEY, 503)
    said = await office.clicks("alice", RETIRE)
    assert "Deepgram has a problem (503)" in said
    assert "Click again in a few minutes: nothing is done twice." in said
    assert (await office.standing(rotated)).retired_at is None
    office.deepgram.heal()
    assert "Revoked the old key" in await office.clicks("alice", RETIRE)
    assert named(office) == [rotated.key_id]


async def test_while_deepgram_does_not_say_which_key_is_the_bots_the_old_key_stays(office, rotated):
    office.deepgram.fail("GET", "/v1/auth/token", 503)
    said = await office.clicks("alice", RETIRE)
    assert "doesn't tell just now which key the bot itself works with" in said
    assert "click again in a minute" in said
    assert len(named(office)) == 2
    office.deepgram.heal()
    assert "Revoked the old key" in await office.clicks("alice", RETIRE)


async def test_an_old_key_that_the_bot_works_with_by_now_stays(office, rotated):
    own = next(key for key in office.deepgram.keys if key.secret == office.deepgram.api_key)
    standing = replace(rotated, plan=replace(rotated.key, replaces=own.api_key_id))
    reply = await office.parts.endings.retire(standing, in_person("UALICE001"))
    assert str(reply.headline).startswith("That is the key that the bot itself works with by now")
    assert own in office.deepgram.keys


async def test_an_old_key_that_somebody_revoked_meanwhile_counts_as_ended(office, rotated):
    await office.asks("carol", f"/deepgram revoke-key {rotated.key.replaces} --now")
    assert "Revoked the old key" in await office.clicks("alice", RETIRE)
    assert (await office.standing(rotated)).retired_at is not None


async def test_a_rotation_that_is_taken_back_changes_nothing(office, rotating):
    old = named(office)
    assert "Cancelled: call-center" in await office.clicks("alice", "Cancel")
    assert named(office) == old
    with pytest.raises(DecisionRefused, match="cancelled"):
        await office.parts.approvals.approve(await office.standing(rotating), in_person("UBOB00001"))
    reply = await office.parts.endings.retire(await office.standing(rotating), in_person("UALICE001"))
    assert reply.headline == "The new key is not there, so the old one stays."
