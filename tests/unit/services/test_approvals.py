"""A card, two people, one decision: everything a click can come to, through the real Slack side."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.domain.identity import Principal
from dgbot.domain.request_states import State
from dgbot.domain.rulings import Asked
from dgbot.services.approvals.asking import LONGEST_REASON
from tests.office import ALICE, APPROVALS, BOB, CAROL, GENERAL, POLICY

ASK = '/deepgram create-key ci --scopes usage:read --ttl 30d --reason "nightly batch"'


def in_the_group(user_id: str) -> Principal:
    return POLICY.principal(user_id, frozenset({"SKEYAPPR1"}))


async def cards(office):
    shown = [m for m in office.slack.workspace.messages.values() if m.channel_id == APPROVALS and m.only_for is None]
    return [m for m in shown if m.thread_ts in {None, m.ts}]


async def test_a_request_is_one_card_and_creates_nothing(office):
    keys = office.deepgram.keys
    told = await office.asks("alice", ASK)
    assert "Asked key-approvers for the key ci" in told
    (card,) = office.slack.channel_texts("key-approvals")
    for fact in ("alice asks for an API key", "ci", "acme-prod", "30 days", "usage:read", "nightly batch", "Approve"):
        assert fact in card
    assert office.deepgram.keys == keys


async def test_a_yes_edits_the_card_and_tells_the_requester(office):
    await office.asks("alice", ASK)
    mark = office.slack.mark()
    await office.clicks("bob", "Approve")
    (card,) = office.slack.channel_texts("key-approvals", mark)
    assert "was approved by bob" in card
    assert "Deny" not in card
    assert len(await cards(office)) == 1
    assert "Approved by bob" in "\n".join(office.slack.people["alice"].sees(mark))
    assert (BOB, "approval.approve", "approved") in await office.audit_log()


async def test_nobody_approves_or_denies_their_own_request(office):
    await office.asks("carol", ASK)
    for label in ("Approve", "Deny…"):
        assert "Ask someone else" in await office.clicks("carol", label)
    assert (await office.the_request()).state is State.PENDING
    assert [who for who, action, _ in await office.audit_log() if action == "approval.refused"] == [CAROL, CAROL]


async def test_who_lacks_the_role_does_not_decide(office):
    await office.asks("carol", ASK)
    for label in ("Approve", "Deny…"):
        assert "Only members of key-approvers decide" in await office.clicks("alice", label)
    assert (await office.the_request()).state is State.PENDING


async def test_everybody_in_the_channel_may_read_the_details(office):
    await office.asks("carol", ASK)
    details = await office.clicks("alice", "Details")
    assert "Decided by 1 yes or 1 no of key-approvers" in details
    assert "carol" in details


async def test_a_no_with_its_reason_reaches_card_and_requester(office):
    await office.asks("alice", ASK)
    assert "Deny this request" in await office.clicks("bob", "Deny…")
    mark = office.slack.mark()
    await office.submits("bob", Reason="use staging, <!channel> & <https://evil|here>")
    (card,) = office.slack.channel_texts("key-approvals", mark)
    told = "\n".join(office.slack.people["alice"].sees(mark))
    for text in (card, told):
        assert "denied" in text
        assert "use staging, <!channel> & <https://evil|here>" in text, "as typed, meaning nothing"
    assert (BOB, "approval.deny", "denied") in await office.audit_log()


async def test_a_no_needs_no_reason(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    await office.clicks("bob", "Deny…")
    await office.submits("bob")
    assert (await office.standing(request)).state is State.DENIED


async def test_a_reason_is_kept_up_to_what_the_form_takes(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    await office.parts.approvals.deny(request, in_the_group(CAROL), "x" * 4000)
    assert (await office.standing(request)).denied_because == "x" * LONGEST_REASON


async def test_a_stale_card_says_who_decided(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    stale = (await cards(office))[0]
    await office.clicks("bob", "Approve")
    office.slack.workspace.edit((await cards(office))[0], stale.text, stale.blocks)
    for label in ("Approve", "Deny…"):
        told = await office.clicks("carol", label)
        assert "Decided already" in told
        assert "@bob" in told
        assert "approved it" in told
    assert (await office.standing(request)).decided_by == BOB


async def test_of_two_approvers_at_once_one_wins_and_the_other_hears_who(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    mark = office.slack.mark()
    await asyncio.gather(*(office.slack.people[who].clicks("Approve") for who in ("bob", "carol", "bob", "carol")))
    await office.settle()
    winner = (await office.standing(request)).decided_by
    told = ["\n".join(office.slack.people[who].sees(mark)) for who in ("bob", "carol")]
    assert winner in {BOB, CAROL}
    assert sum(text.count("Approved. The requester is told.") for text in told) == 1
    assert sum(text.count("Decided already") for text in told) == 3
    assert [action for _, action, _ in await office.audit_log()].count("approval.approve") == 1


async def test_of_two_decisions_that_read_the_same_state_one_is_refused(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    outcomes = await asyncio.gather(
        *(office.parts.approvals.approve(request, in_the_group(who)) for who in (BOB, CAROL)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DecisionRefused", "Reply"]


async def test_a_form_that_comes_too_late_says_who_was_faster(office):
    await office.asks("alice", ASK)
    await office.clicks("bob", "Deny…")
    await office.clicks("carol", "Approve")
    told = await office.submits("bob", Reason="too late")
    assert "Decided already" in told
    assert "@carol" in told


async def test_what_nobody_decides_expires_on_the_card_and_in_the_requesters_dm(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    await office.tick(timedelta(hours=7, minutes=59))
    assert (await office.standing(request)).state is State.PENDING
    mark = office.slack.mark()
    await office.tick(timedelta(minutes=1))
    (card,) = office.slack.channel_texts("key-approvals", mark)
    assert "expired" in card
    assert "Approve" not in card
    told = "\n".join(office.slack.people["alice"].sees(mark))
    assert "Your request for the key ci ended: nobody decided in time. Ask again if you need it." in told
    mark = office.slack.mark()
    await office.tick(timedelta(hours=1))
    assert office.slack.channel_texts("key-approvals", mark) == [], "and that is told once"


async def test_a_click_after_the_end_of_the_wait_is_refused_before_the_tick_sees_it(office):
    await office.asks("alice", ASK)
    office.clock.advance(timedelta(hours=8))
    assert "has expired" in await office.clicks("bob", "Approve")
    assert (await office.the_request()).state is State.PENDING


async def test_an_approval_that_is_not_used_expires(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    posted = len(office.calls("chat.postMessage"))
    await office.tick(timedelta(hours=24))
    standing = await office.standing(request)
    assert (standing.state, standing.ended_because) == (State.EXPIRED, "it was not revealed in time")
    [news] = [call for call in office.calls("chat.postMessage")[posted:] if call["channel"] == "DALICE001"]
    assert "Your approval for the key ci ended: it was not revealed in time. Ask again if you need it." in news["text"]
    mark = office.slack.mark()
    await office.tick()
    assert "Reveal key" not in "\n".join(office.slack.people["alice"].sees(mark))


async def test_a_card_that_shows_another_plan_decides_nothing(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    card = (await cards(office))[0]
    forged = [
        block | {"elements": [e | {"value": f"{request.id}:0123456789abcdef"} for e in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in card.blocks
    ]
    office.slack.workspace.edit(card, card.text, forged)
    assert "does not show what would be done" in await office.clicks("bob", "Approve")
    assert (await office.standing(request)).state is State.PENDING
    assert (BOB, "approval.refused") in [(who, action) for who, action, _ in await office.audit_log()]


async def test_a_card_of_no_request_says_so(office):
    await office.asks("alice", ASK)
    card = (await cards(office))[0]
    forged = [
        block | {"elements": [e | {"value": "nothing"} for e in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in card.blocks
    ]
    office.slack.workspace.edit(card, card.text, forged)
    assert "no such request" in await office.clicks("bob", "Approve")


@pytest.mark.parametrize(
    "change", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}, {"team_id": "TOTHER001"}]
)
async def test_who_is_no_full_member_any_more_decides_nothing(office, change):
    await office.asks("alice", ASK)
    users = office.slack.workspace.users
    users[BOB] = dataclasses.replace(users[BOB], **change)
    assert "Only full members of this workspace" in await office.clicks("bob", "Approve")
    assert (await office.the_request()).state is State.PENDING


async def test_when_slack_cant_tell_the_group_nobody_decides(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    office.parts.directory._groups.clear()
    office.slack.web_api.scopes -= {"usergroups:read"}
    assert "Slack can't tell who you are" in await office.clicks("bob", "Approve")
    assert (await office.standing(request)).state is State.PENDING


async def test_who_left_the_group_decides_nothing_half_a_minute_later(office):
    await office.asks("alice", ASK)
    groups = office.slack.workspace.groups
    groups["SKEYAPPR1"] = dataclasses.replace(groups["SKEYAPPR1"], members=(CAROL,))
    office.parts.directory._monotonic = lambda real=office.parts.directory._monotonic: real() + 31
    assert "Only members of key-approvers" in await office.clicks("bob", "Approve")


async def test_the_same_delivery_asks_once_however_often_it_is_worked_on(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    for _ in range(2):
        twice = Asked("create-key", replace(request.key, name="other"), in_the_group(ALICE), GENERAL, "because")
        await office.parts.asking.open("another", twice)
    await office.settle()
    assert len(await cards(office)) == 2
    asked = [action for _, action, _ in await office.audit_log() if action == "approval.ask"]
    assert len(asked) == 2


async def test_a_restart_between_asking_and_deciding_loses_nothing(new_office):
    async with new_office() as before:
        await before.asks("alice", ASK)
    async with new_office() as after:
        await after.clicks("bob", "Approve")
        assert "Reveal key" in "\n".join(after.slack.people["alice"].sees())


async def test_a_card_that_slack_refuses_ends_the_request_and_its_requester_hears_why(office):
    office.slack.workspace.channels.pop(APPROVALS)
    mark = office.slack.mark()
    await office.asks("alice", ASK)
    await office.settle()
    told = "\n".join(office.slack.people["alice"].sees(mark))
    assert "ended: Slack refuses the approvers' channel (channel_not_found), so nobody was asked" in told
    assert ("dgbot", "approval.unannounced", "channel_not_found") in await office.audit_log()
    assert (await office.store.backlog(office.clock.now())).given_up == 1
