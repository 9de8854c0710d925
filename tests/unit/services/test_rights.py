"""An approval lends no rights: whoever lost theirs after the yes gets nothing for it."""

from __future__ import annotations

import dataclasses

import pytest

from dgbot import ANYONE, Context, Reply, command
from dgbot.domain.deliveries import Delivery
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import plain
from dgbot.domain.request_states import State
from tests.conftest import in_session
from tests.office import ALICE, BOB, CAROL
from tests.unit.services.issuing import ours, posts, reveal, screen

DEVELOPERS = {
    "roles": {"developers": {"users": [], "groups": ["SDEVS0001"], "may": ["keys.request"]}},
    "approvals": {"commands": ["invite"], "rules": [{"only": ["developers", "admins"]}]},
}
ASK = "/deepgram create-key ci --scopes usage:read --ttl 7d"


@in_session()
async def grouped(new_office, slack):
    """A company whose developers are a user group."""
    group = slack.workspace.groups["SKEYAPPR1"]
    slack.workspace.groups["SDEVS0001"] = dataclasses.replace(
        group, group_id="SDEVS0001", handle="developers", members=(ALICE, CAROL)
    )
    async with new_office(settings=DEVELOPERS) as one:
        yield one


def leaves(office, who, group="SDEVS0001"):
    """Take *who* out of a user group, half a minute ago."""
    groups = office.slack.workspace.groups
    left = tuple(member for member in groups[group].members if member != who)
    groups[group] = dataclasses.replace(groups[group], members=left)
    office.parts.directory._groups.clear()


async def test_whoever_may_not_ask_any_more_reveals_nothing_and_does_once_they_may_again(grouped):
    await grouped.asks("alice", ASK)
    request = await grouped.the_request()
    await grouped.clicks("bob", "Approve")
    leaves(grouped, ALICE)
    told = await reveal(grouped)
    assert "You may not run create-key any more. It needs keys.request, which is held by admins or developers." in told
    assert posts(grouped) == 0
    assert (await grouped.standing(request)).state is State.APPROVED
    assert any((who, action) == (ALICE, "approval.refused") for who, action, _ in await grouped.audit_log())
    groups = grouped.slack.workspace.groups
    groups["SDEVS0001"] = dataclasses.replace(groups["SDEVS0001"], members=(ALICE,))
    grouped.parts.directory._groups.clear()
    await reveal(grouped)
    assert len(ours(grouped)) == 1


async def test_only_those_who_may_ask_for_it_at_the_reveal_get_a_key(new_office, slack):
    rules = [{"only": ["key-approvers"]}]
    roles = {"developers": {"users": [ALICE, BOB]}}
    async with new_office(settings={"roles": roles, "approvals": {"approvers": "admins", "rules": rules}}) as office:
        await office.asks("bob", ASK)
        await office.clicks("carol", "Approve")
        leaves(office, BOB, "SKEYAPPR1")
        assert "Only members of key-approvers may ask for this" in await office.clicks("bob", "Reveal key")
        assert posts(office) == 0


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}])
async def test_whoever_left_after_the_yes_reveals_nothing_and_the_request_is_closed(office, approved, change):
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], **change)
    office.parts.directory._people.clear()
    await reveal(office)
    assert posts(office) == 0
    assert (await office.standing(approved)).state is State.EXPIRED
    assert (ALICE, "click.refused", "no full member") in await office.audit_log()
    assert ("dgbot", "approval.requester_left", "expired") in await office.audit_log()


async def test_the_click_of_a_stranger_is_on_record_and_closes_nothing_of_others(office, approved):
    users = office.slack.workspace.users
    await office.asks("carol", ASK)
    users[BOB] = dataclasses.replace(users[BOB], is_restricted=True)
    office.parts.directory._people.clear()
    assert "Only full members" in await office.clicks("bob", "Approve")
    assert (BOB, "click.refused", "no full member") in await office.audit_log()
    assert (await office.standing(approved)).state is State.APPROVED


async def test_whoever_lost_the_right_since_the_reveal_reads_that_the_key_was_shown(grouped):
    await grouped.asks("alice", ASK)
    request = await grouped.the_request()
    await grouped.clicks("bob", "Approve")
    await reveal(grouped)
    leaves(grouped, ALICE)
    asker = grouped.parts.rights._policy.principal(ALICE)
    value = f"{request.id}:{request.plan.digest}"
    payload = {"user_id": ALICE, "verb": "key.reveal", "value": value, "trigger_id": "T1"}
    clicked = Delivery("late", "late", "click", grouped.clock.now(), payload)
    reply = await grouped.parts.reception._clicks.act(clicked, asker, [])
    assert reply is not None
    assert "shown already" in plain(reply.headline)


async def test_an_approved_command_is_not_run_for_whoever_may_not_ask_for_it_any_more(grouped):
    roles = dict(grouped.parts.rights._policy.roles)
    roles["admins"] = dataclasses.replace(roles["admins"], users=frozenset(), groups=frozenset({"SDEVS0001"}))
    grouped.parts.rights._policy = grouped.parts.people._policy = dataclasses.replace(
        grouped.parts.rights._policy, roles=roles
    )
    await grouped.asks("carol", "/deepgram invite new@co.com")
    leaves(grouped, CAROL)
    await grouped.clicks("bob", "Approve")
    assert "You may not run invite any more" in screen(grouped, "carol")
    assert not [seen for seen in grouped.deepgram.requests if seen.path.endswith("/invites") and seen.method == "POST"]


async def test_a_key_that_was_asked_for_before_its_command_was_kept_is_judged_by_the_usual_ones(grouped):
    await grouped.asks("alice", ASK)
    request = await grouped.the_request()
    plan = request.plan
    assert isinstance(plan, KeyPlan)
    older = dataclasses.replace(request, plan=dataclasses.replace(plan, command=""))
    assert older.plan.digest == plan.digest
    await grouped.force(request, older)
    await grouped.clicks("bob", "Approve")
    leaves(grouped, ALICE)
    assert "You may not run create-key any more" in await reveal(grouped)


@command("make", permission=ANYONE)
async def make(ctx: Context) -> Reply:
    """Make something."""
    return Reply("Made.")


async def test_a_key_of_a_command_that_is_gone_is_not_judged_by_one_that_has_a_part_of_its_name(new_office):
    async with new_office(more=[make]) as office:
        await office.asks("alice", ASK)
        await office.clicks("bob", "Approve")
        request = await office.standing(await office.the_request())
        plan = request.plan
        assert isinstance(plan, KeyPlan)
        await office.force(request, dataclasses.replace(request, plan=dataclasses.replace(plan, command="make key")))
        assert "The bot has no command make key any more" in await reveal(office)
        assert posts(office) == 0
