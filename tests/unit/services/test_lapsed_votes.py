"""A yes counts as long as whoever gave it decides: people leave while a request waits for more."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dgbot.domain.request_states import State
from dgbot.domain.votes import Vote
from tests.conftest import in_session
from tests.office import ALICE, BOB, CAROL, GINA, POLICY, SUNDAY

ASK = "/deepgram create-key ci --scopes usage:read --ttl 7d"
GROUP = "SKEYAPPR1"


@in_session()
async def two(new_office):
    async with new_office(settings={"approvals": {"yes": 2, "no": 2}}) as one:
        have(one, BOB, CAROL, GINA)
        yield one


def have(office, *members):
    """Let the group that decides have these *members*."""
    groups = office.slack.workspace.groups
    groups[GROUP] = dataclasses.replace(groups[GROUP], members=members)
    office.parts.directory._groups.clear()
    office.parts.directory._people.clear()


async def test_the_yes_of_an_approver_who_was_removed_since_does_not_settle_it(two):
    await two.asks("alice", ASK)
    request = await two.the_request()
    await two.clicks("bob", "Approve")
    have(two, CAROL, GINA)
    assert "Your yes counts: 1 of 2" in await two.clicks("carol", "Approve")
    assert (await two.standing(request)).state is State.PENDING
    [card] = two.slack.channel_texts("key-approvals")
    assert "1 of 2 approvals · @bob approved, which lapsed · @carol approved ·" in card
    told = two.slack.thread_texts("key-approvals")[-1]
    assert told == "@carol approved (1 of 2). @bob's yes counts no more: they have left those who decide."
    await two.parts.approvals.approve(await two.standing(request), POLICY.principal(GINA, frozenset({GROUP})))
    await two.settle()
    assert (await two.standing(request)).state is State.APPROVED
    assert "Approved by carol and gina" in "\n".join(two.slack.people["alice"].sees())


async def test_the_audit_says_whose_yes_lapsed(two):
    await two.asks("alice", ASK)
    await two.clicks("bob", "Approve")
    have(two, CAROL, GINA)
    await two.clicks("carol", "Approve")
    sql = "SELECT details FROM audit WHERE action = 'approval.approve' ORDER BY number"
    first, second = await two.store._run(lambda connection: connection.exec_driver_sql(sql).scalars().all())
    assert "lapsed" not in first
    assert f'"lapsed":"{BOB}"' in second


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}])
async def test_the_yes_of_somebody_who_left_the_workspace_lapses_too(two, change):
    await two.asks("alice", ASK)
    await two.clicks("bob", "Approve")
    users = two.slack.workspace.users
    users[BOB] = dataclasses.replace(users[BOB], **change)
    two.parts.directory._people.clear()
    assert "1 of 2" in await two.clicks("carol", "Approve")


async def test_while_slack_does_not_say_who_still_decides_no_further_yes_counts(two):
    await two.asks("alice", ASK)
    request = await two.the_request()
    await two.clicks("bob", "Approve")
    users = two.slack.workspace.users
    for one in (ALICE, CAROL):  # so nobody looks whether the voters are one person
        users[one] = dataclasses.replace(users[one], email="")
    await two.parts.directory.person(ALICE, max_age=timedelta())
    await two.clicks("carol", "Details")
    await two.clicks("carol", "Close")  # so who she is herself is known
    two.parts.directory._people.pop(BOB)
    two.slack.faults.fail("users.info", status=503)
    assert "nothing was done" in await two.clicks("carol", "Approve")
    standing = await two.standing(request)
    assert (standing.state, standing.yes) == (State.PENDING, 1)
    two.slack.faults.clear()
    await two.clicks("carol", "Approve")
    assert (await two.standing(request)).state is State.APPROVED


async def test_whoever_comes_back_may_vote_again(two):
    await two.asks("alice", ASK)
    await two.clicks("bob", "Approve")
    have(two, CAROL, GINA)
    await two.clicks("carol", "Approve")
    have(two, BOB, CAROL)
    request = await two.the_request()
    await two.clicks("bob", "Approve")
    standing = await two.standing(request)
    assert (standing.state, [vote.by for vote in standing.votes]) == (State.APPROVED, [BOB, CAROL, BOB])


async def test_a_no_stands_whatever_becomes_of_whoever_said_it(two):
    await two.asks("alice", ASK)
    request = await two.the_request()
    await two.clicks("bob", "Deny…")
    await two.submits("bob", Reason="no")
    have(two, CAROL, GINA)
    await two.clicks("carol", "Deny…")
    await two.submits("carol", Reason="no")
    assert (await two.standing(request)).state is State.DENIED


async def test_a_vote_that_was_kept_before_votes_could_lapse_is_still_found_unchanged(two):
    await two.asks("alice", ASK)
    request = await two.the_request()
    await two.force(request, dataclasses.replace(request, votes=(Vote(BOB, yes=True, at=SUNDAY),)))
    older = '[{"by":"UBOB00001","yes":true,"at":"2026-11-22T14:00:00Z","because":"","glass":false}]'
    kept = await two.store._run(
        lambda connection: connection.exec_driver_sql("SELECT votes FROM approval_requests").scalars().all()
    )
    assert kept == [older]
    assert "Approved" in await two.clicks("carol", "Approve")
