"""How many it takes, who counts as how many, and what holds for which request."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from dgbot.domain.identity import Principal
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused
from tests.conftest import in_session
from tests.office import ALICE, BOB, CAROL, GINA, POLICY

ASK = "/deepgram create-key ci --scopes usage:read --ttl 7d"
POWERFUL = "/deepgram create-key ops --scopes keys:write --ttl 7d"


def in_the_group(user_id: str) -> Principal:
    return POLICY.principal(user_id, frozenset({"SKEYAPPR1"}))


@in_session()
async def two(new_office):
    async with new_office(settings={"approvals": {"yes": 2, "no": 2}}) as one:
        yield one


def cards(office):
    return office.slack.channel_texts("key-approvals")


async def test_two_yes_settle_what_needs_two_and_each_is_told_in_the_thread(two):
    assert "2 of them have to agree" in await two.asks("alice", ASK)
    assert "Your yes counts: 1 of 2" in await two.clicks("bob", "Approve")
    [card] = cards(two)
    assert "1 of 2 approvals · @bob approved" in card
    assert "Approve" in card
    await two.clicks("carol", "Approve")
    [card] = cards(two)
    assert "was approved by bob and carol" in card
    assert two.slack.thread_texts("key-approvals") == ["@bob approved (1 of 2).", "@carol approved (2 of 2)."]
    assert "Approved by bob and carol" in "\n".join(two.slack.people["alice"].sees())


async def test_a_second_yes_of_the_same_person_is_no_second_yes(two):
    await two.asks("alice", ASK)
    await two.clicks("bob", "Approve")
    assert "You have voted on this already" in await two.clicks("bob", "Approve")
    assert (await two.the_request()).state is State.PENDING


async def test_two_accounts_with_one_address_are_one_person(two):
    users = two.slack.workspace.users
    users[CAROL] = dataclasses.replace(users[CAROL], email=users[BOB].email.upper())
    await two.asks("alice", ASK)
    await two.clicks("bob", "Approve")
    assert "Another account of yours has voted" in await two.clicks("carol", "Approve")


async def test_nobody_approves_their_own_request_with_a_second_account(office):
    users = office.slack.workspace.users
    users[BOB] = dataclasses.replace(users[BOB], email=users[ALICE].email)
    await office.asks("alice", ASK)
    for label in ("Approve", "Deny…"):
        assert "belong to the same person" in await office.clicks("bob", label)
    assert (await office.the_request()).state is State.PENDING
    users[BOB] = dataclasses.replace(users[BOB], email="")
    office.parts.directory._people.clear()
    assert "nobody can know that you are two people" in await office.clicks("bob", "Approve")
    users[ALICE] = dataclasses.replace(users[ALICE], email="")
    office.parts.directory._people.clear()
    assert "Approved" in await office.clicks("bob", "Approve"), "where Slack tells no address, accounts are people"


async def test_as_many_no_as_the_settings_say_deny_it(two):
    await two.asks("alice", ASK)
    await two.clicks("bob", "Deny…")
    await two.submits("bob", Reason="not now")
    assert (await two.the_request()).state is State.PENDING
    await two.clicks("carol", "Deny…")
    await two.submits("carol", Reason="never")
    [card] = cards(two)
    assert "was denied by bob and carol" in card
    assert "“not now”" in card


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (
            ("not now", "ask finance"),
            "bob and carol denied your request for the key ci. bob: “not now” · carol: “ask finance”",
        ),
        (("not now", ""), "bob and carol denied your request for the key ci. bob: “not now” · carol: no reason"),
        (("", ""), "bob and carol denied your request for the key ci, without a reason."),
    ],
)
async def test_whoever_is_denied_by_several_reads_what_each_of_them_says(two, reasons, told):
    await two.asks("alice", ASK)
    mark = two.slack.mark()
    for who, reason in zip(("bob", "carol"), reasons, strict=True):
        await two.clicks(who, "Deny…")
        await two.submits(who, **({"Reason": reason} if reason else {}))
    assert told in two.slack.people["alice"].sees(mark)


async def test_votes_at_the_same_moment_all_count(two):
    await two.asks("alice", ASK)
    request = await two.the_request()
    approve = two.parts.approvals.approve
    await asyncio.gather(*(approve(request, in_the_group(who)) for who in (BOB, CAROL)))
    standing = await two.standing(request)
    assert standing.state is State.APPROVED
    assert {vote.by for vote in standing.votes} == {BOB, CAROL}


async def test_powerful_scopes_need_two_unless_the_settings_say_otherwise(office):
    await office.asks("alice", POWERFUL)
    assert "1 of 2" in await office.clicks("bob", "Approve")
    await office.clicks("carol", "Approve")
    assert (await office.store.waiting_requests())[0].state is State.APPROVED


async def test_whoever_asked_and_is_gone_since_gets_nothing(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], deleted=True)
    office.parts.directory._people.clear()
    assert "no longer an active member" in await office.clicks("bob", "Approve")
    assert (await office.standing(request)).state is State.EXPIRED
    assert "expired" in cards(office)[0]
    assert ("dgbot", "approval.requester_left", "expired") in await office.audit_log()


async def test_the_same_twice_is_asked_once(office):
    await office.asks("alice", ASK)
    assert "You have asked for the key ci already; it waits" in await office.asks("alice", ASK)
    await office.asks("carol", ASK)
    assert len(cards(office)) == 2, "what somebody else asks for is theirs"
    await office.clicks("bob", "Approve")
    assert "already, and it is approved" in await office.asks("carol", ASK)


async def test_only_the_requester_takes_a_request_back_and_then_nobody_decides_it(office):
    await office.asks("alice", ASK)
    request = await office.the_request()
    assert "Only @alice can cancel" in await office.clicks("bob", "Cancel")
    assert "Cancelled: ci" in await office.clicks("alice", "Cancel")
    assert "⚪ alice cancelled: ci" in cards(office)[0]
    with pytest.raises(DecisionRefused, match="has cancelled it"):
        await office.parts.approvals.approve(request, in_the_group(BOB))
    assert office.slack.thread_texts("key-approvals")[-1] == "@alice cancelled it."


async def test_reminders_come_at_pauses_that_double_and_end_with_the_wait(office):
    await office.asks("alice", ASK)
    told = []
    for _ in range(16):
        mark = office.slack.mark()
        await office.tick(timedelta(minutes=30))
        told.append(
            any(
                "The key ci still waits for 1 yes of key-approvers" in text
                for text in office.slack.channel_texts("key-approvals", mark)
            )
        )
    assert [n + 1 for n, was in enumerate(told) if was] == [2, 6, 14], "after 1, 3 and 7 hours"


async def test_whoever_does_not_reveal_is_reminded_and_two_bots_do_it_once(office):
    await office.asks("alice", ASK)
    await office.clicks("bob", "Approve")
    waits = office.parts.rounds._duties["remind"]
    mark = office.slack.mark()
    await office.tick(timedelta(minutes=59))
    assert office.slack.people["alice"].sees(mark) == []
    office.clock.advance(timedelta(minutes=1))
    await asyncio.gather(waits(), waits())
    await office.settle()
    [told] = office.slack.people["alice"].sees(mark)
    assert told.startswith("Your key ci is approved: reveal it before")
    assert "[Reveal key]" in told
    await office.clicks("alice", "Reveal key")
    mark = office.slack.mark()
    await office.tick(timedelta(hours=3))
    assert office.slack.people["alice"].sees(mark) == [], "who has it is left in peace"


async def test_the_answer_to_an_ask_shows_its_details_and_takes_it_back(office):
    await office.asks("alice", ASK)
    shown = await office.clicks("alice", "Details")
    assert "Decided by" in shown
    assert "1 yes or 1 no of key-approvers" in shown
    await office.clicks("alice", "Close")
    assert "Cancelled: ci" in await office.clicks("alice", "Cancel")
    assert "alice cancelled" in cards(office)[0]


async def test_who_is_denied_reads_by_whom_and_why(office):
    await office.asks("alice", ASK)
    await office.clicks("bob", "Deny…")
    mark = office.slack.mark()
    await office.submits("bob", Reason="ask finance")
    assert "bob denied your request for the key ci: “ask finance”" in office.slack.people["alice"].sees(mark)


async def test_the_first_rule_that_fits_holds(new_office):
    rules = [
        {"scopes": ["*:write"], "only": ["admins"]},
        {"longer_than": "10d", "approvers": "admins"},
        {"channels": ["CALERTS01"], "reason": "required", "reason_pattern": "OPS-[0-9]+"},
        {"asked_by": ["admins"], "quota": {"requests": 1, "period": "1d"}},
    ]
    async with new_office(settings={"approvals": {"rules": rules}}) as office:
        assert "Only members of admins may ask" in await office.asks(
            "alice", "/deepgram create-key a --scopes usage:write"
        )
        assert "Asked admins" in await office.asks("alice", "/deepgram create-key b --scopes usage:read --ttl 20d")
        assert "reason: say why" in await office.asks("alice", ASK, "alerts")
        assert "has to match OPS-" in await office.asks("alice", f"{ASK} --reason later", "alerts")
        assert "Asked key-approvers" in await office.asks("alice", f"{ASK} --reason OPS-12", "alerts")
        assert "Approved at once" in await office.asks("carol", ASK)
        assert "Asked key-approvers" in await office.asks("carol", ASK.replace("ci", "second")), "the quota is used up"
        await office.tick(timedelta(days=1, minutes=1))
        assert "Approved at once" in await office.asks("carol", ASK.replace("ci", "third"))
        assert ("UCAROL001", "approval.by_quota", "approved") in await office.audit_log()
        assert any("approved by the quota of the settings" in text for text in cards(office))


async def test_the_glass_is_broken_by_one_alone_loudly_and_never_for_an_own_key(new_office):
    settings = {"approvals": {"yes": 2, "break_glass": ["admins"]}}
    async with new_office(settings=settings) as office:
        await office.asks("carol", ASK)
        assert "Break the glass" not in await office.clicks("carol", "Details"), "it is her own key"
        await office.clicks("carol", "Close")
        request = await office.the_request()
        with pytest.raises(DecisionRefused, match="nobody decides on their own"):
            await office.parts.approvals.break_glass(request, POLICY.principal(CAROL), "now")
        assert "Break the glass" not in await office.clicks("bob", "Details"), "he is no admin"
        await office.clicks("bob", "Close")
        await office.asks("alice", ASK)
        await office.clicks("carol", "Details")
        assert "Reason" in await office.clicks("carol", "Break the glass…")
        mark = office.slack.mark()
        await office.submits("carol", Reason="production is down")
        shown = "\n".join(office.slack.channel_texts("key-approvals", mark))
        assert "🟡 alice's key for ci was approved by carol alone, who broke the glass" in shown
        assert "🔴 @carol broke the glass and approved this alone: production is down" in shown
        assert ("UCAROL001", "approval.break_glass", "approved") in await office.audit_log()
        assert "Reveal key" in "\n".join(office.slack.people["alice"].sees(mark))


async def test_a_lookup_that_slack_refuses_decides_nothing(office):
    await office.asks("alice", ASK)
    office.parts.directory._people.clear()
    office.slack.web_api.scopes -= {"users:read"}
    assert "Slack can't tell who you are" in await office.clicks("bob", "Approve")
    assert (await office.the_request()).state is State.PENDING


async def test_who_is_nobodys_approver_is_told_who_is(office):
    await office.asks("alice", ASK)
    assert GINA not in office.slack.workspace.groups["SKEYAPPR1"].members
    request = await office.the_request()
    with pytest.raises(DecisionRefused, match="Only members of key-approvers"):
        await office.parts.approvals.approve(request, Principal(GINA))


async def test_the_glass_is_not_broken_for_somebody_who_left_nor_by_somebody_whom_slack_hides(new_office):
    async with new_office(settings={"approvals": {"yes": 2, "break_glass": ["admins"]}}) as office:
        await office.asks("alice", ASK)
        request, approvals = await office.the_request(), office.parts.approvals
        users, known = office.slack.workspace.users, office.parts.directory._people
        told, admin = users[CAROL], dataclasses.replace(POLICY.principal(CAROL), roles=frozenset({"admins"}))
        users[CAROL] = dataclasses.replace(told, email="")
        known.clear()
        with pytest.raises(DecisionRefused, match="nobody can know that you are two people"):
            await approvals.break_glass(request, admin, "production is down")
        users[CAROL] = told
        users[ALICE] = dataclasses.replace(users[ALICE], deleted=True)
        known.clear()
        with pytest.raises(DecisionRefused):
            await approvals.break_glass(request, POLICY.principal(BOB), "production is down")
        assert (await office.standing(request)).state is State.PENDING, "who may not break it closes nothing"
        with pytest.raises(DecisionRefused, match="no longer an active member"):
            await approvals.break_glass(request, admin, "production is down")
        assert (await office.standing(request)).state is State.EXPIRED
