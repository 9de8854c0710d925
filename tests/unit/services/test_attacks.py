"""Attempts to get more than was agreed to, each by one person's will."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dgbot import Context, Reply, command
from dgbot.app.permissions import check_permissions
from dgbot.domain.audit import AuditEvent
from dgbot.domain.request_states import State
from dgbot.services.approvals.approved import begin
from dgbot.settings import SettingsError
from tests.office import ALICE, BOB, CAROL, POLICY, _builtin, _settings

ASK = "/deepgram create-key ci --scopes usage:read --ttl 7d"
ACCESS = ({"bot_token": "xoxb-1", "app_token": "xapp-1"}, {"api_key": "none", "project": "none"})


def cards(office):
    return office.slack.channel_texts("key-approvals")


async def test_a_reason_of_blanks_is_no_reason(new_office):
    async with new_office(settings={"approvals": {"reason": "required"}}) as office:
        assert "say why" in await office.asks("alice", f'{ASK} --reason "   "')
        assert cards(office) == []


async def test_a_pattern_looks_at_what_those_who_decide_read(new_office):
    async with new_office(settings={"approvals": {"reason_pattern": "[A-Z]+-[0-9]+"}}) as office:
        reason = "x" * 600 + " OPS-1"
        assert "has to match" in await office.asks("alice", f'{ASK} --reason "{reason}"')


async def test_a_plus_sign_in_an_address_makes_no_second_person(office):
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], email="mallory@co.com")
    users[BOB] = dataclasses.replace(users[BOB], email="Mallory+2@co.com")
    await office.asks("alice", ASK)
    assert "belong to the same person" in await office.clicks("bob", "Approve")


ROTATION = {"approvals": {"rules": [{"commands": ["rotate-key"], "quota": {"requests": 2, "period": "1d"}}]}}


async def test_a_quota_lets_nobody_replace_somebody_elses_key(new_office):
    async with new_office(settings=ROTATION) as office:
        assert "Asked key-approvers" in await office.asks("alice", "/deepgram rotate-key voice-menu")
        assert (await office.the_request()).state is State.PENDING


async def test_a_quota_lets_people_replace_their_own_key(new_office):
    async with new_office(settings=ROTATION) as office:
        await office.asks("alice", ASK)
        await office.clicks("bob", "Approve")
        await office.clicks("alice", "Reveal key")
        assert "Approved at once" in await office.asks("alice", "/deepgram rotate-key ci")


async def test_whoever_asked_for_a_key_hears_that_somebody_else_replaced_and_ended_it(office):
    await office.asks("alice", ASK)
    old = await office.the_request()
    await office.clicks("bob", "Approve")
    await office.clicks("alice", "Reveal key")
    await office.asks("carol", "/deepgram rotate-key ci")
    await office.clicks("bob", "Approve")
    await office.clicks("carol", "Reveal key")
    await office.clicks("carol", "Revoke the old key")
    assert (await office.standing(old)).state is State.REVOKED
    assert "Your key ci is revoked" in "\n".join(office.slack.people["alice"].sees())
    assert (CAROL, "key.revoked", "revoked") in await office.audit_log()
    [news] = [call["text"] for call in office.calls("chat.postMessage") if "whatever uses it fails" in call["text"]]
    assert news.startswith("Your key ci (…")
    assert "was revoked by the owner of the key that replaced it" in news


async def test_whoever_asked_for_a_key_hears_that_an_admin_revoked_it_and_an_admin_nothing_of_their_own(office):
    for who in ("alice", "carol"):
        await office.asks(who, ASK)
        await office.clicks("bob", "Approve")
        await office.clicks(who, "Reveal key")
        key_id = (await office.the_request()).key_id
        await office.asks("carol", f"/deepgram revoke-key {key_id} --now")
    [news] = [call["text"] for call in office.calls("chat.postMessage") if "whatever uses it fails" in call["text"]]
    assert "was revoked by carol: whatever uses it fails" in news
    assert news in office.slack.people["alice"].sees()


async def test_a_pattern_of_scopes_in_upper_case_fits_too(new_office):
    rules = {"approvals": {"rules": [{"scopes": ["KEYS:*"], "yes": 2}]}}
    async with new_office(settings=rules) as office:
        assert "2 of them" in await office.asks("alice", "/deepgram create-key ops --scopes keys:write --ttl 7d")


@pytest.mark.parametrize("scope", ["keys:wirte", "", "keys.write", "key:*"])
def test_a_pattern_that_no_scope_fits_is_refused_at_the_start(scope):
    settings = _settings({"approvals": {"rules": [{"scopes": [scope], "yes": 2}]}}, *ACCESS)
    with pytest.raises(SettingsError, match="no scope of Deepgram fits"):
        check_permissions(settings, _builtin())


async def test_a_harmless_scope_beside_a_powerful_one_is_not_approved_by_the_quota(new_office):
    rules = {"approvals": {"rules": [{"scopes": ["usage:read"], "quota": {"requests": 5, "period": "1d"}}]}}
    async with new_office(settings=rules) as office:
        told = await office.asks("alice", "/deepgram create-key ops --scopes usage:read,keys:write --ttl 7d")
        assert "Approved at once" not in told


GATED = {"approvals": {"commands": ["invite"]}}


async def test_a_flag_that_is_given_twice_asks_nobody(new_office):
    async with new_office(settings={"approvals": {"commands": ["invite"]}}) as office:
        told = await office.asks("carol", "/deepgram invite a@co.com --scope member --scope admin")
        assert "--scope stands there twice" in told
        assert cards(office) == []


@command("launch", permission="members.write", approval=True)
async def launch(ctx: Context, *, where: str = "", reason: str = "") -> Reply:
    """Launch it."""
    return Reply("Launched")


async def test_what_a_restart_left_in_the_dark_is_not_called_done(new_office):
    async with new_office(more=[launch]) as office:
        await office.asks("carol", "/deepgram launch")
        request = await office.the_request()
        office.parts.inbox._closing.set()
        await office.parts.approvals.approve(request, POLICY.principal(BOB, frozenset({"SKEYAPPR1"})))
        [delivery] = await office.store.unfinished()
        await begin(office.store, office.clock, delivery, POLICY.principal(CAROL))
    async with new_office(more=[launch]) as after:
        await after.parts.inbox.resume()
        await after.settle()
        assert (await after.standing(request)).state is State.FAILED
        assert "and done" not in "\n".join(after.slack.people["carol"].sees())


async def test_a_command_with_a_reason_of_its_own_satisfies_settings_that_want_one(new_office):
    async with new_office(more=[launch], settings={"approvals": {"reason": "required"}}) as office:
        assert "say why" in await office.asks("carol", "/deepgram launch")
        assert "Asked" in await office.asks("carol", "/deepgram launch --reason because")
        assert "“because”" in cards(office)[0]


async def test_what_a_card_could_not_show_whole_is_not_asked(new_office):
    async with new_office(more=[launch]) as office:
        await office.asks("carol", f"""/deepgram launch --where "{"'" * 100} moon" """)
        assert "moon" in cards(office)[0]
        assert "make it shorter" in await office.asks("carol", f"""/deepgram launch --where "{"'" * 500} moon" """)
        assert len(cards(office)) == 1


async def test_a_long_display_name_does_not_push_the_name_of_the_key_off_the_card(office):
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], name="a" * 80)
    name = f"{'harmless ' * 5}all powerful"
    await office.asks("alice", f'/deepgram create-key "{name}" --scopes usage:read --ttl 7d')
    assert name in cards(office)[0]


async def test_a_reminder_that_was_under_way_does_not_bring_an_ended_key_back(office):
    await office.asks("alice", "/deepgram rotate-key dashboards --ttl 7d")
    request = await office.the_request()
    await office.clicks("bob", "Approve")
    await office.clicks("alice", "Reveal key")
    stale = await office.standing(request)
    await office.clicks("alice", "Revoke the old key")
    event = AuditEvent(office.clock.now(), "dgbot", "approval.remind", request.id, "late")
    assert not await office.store.move(stale, dataclasses.replace(stale, reminded=1), audit=event)
    assert (await office.standing(request)).retired_at is not None


@pytest.mark.parametrize("comment", ["a\u202eb", "tab\there", "\u200b", "x [dgbot:aa] y", "[dgbot:aa] y"])
async def test_a_key_whose_name_is_odd_can_be_replaced(office, comment):
    key = await office.manage.create_key(office.deepgram.project_id, comment=comment, scopes=["usage:read"])
    told = await office.asks("alice", f"/deepgram rotate-key {key.api_key.api_key_id}")
    assert "Asked key-approvers" in told


async def test_a_card_mentions_who_asks_since_anybody_may_be_called_carol(office):
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], name=users[CAROL].name)
    await office.asks("alice", ASK)
    assert any(f"<@{ALICE}> asked" in str(call["blocks"]) for call in office.calls("chat.postMessage"))


async def test_a_request_from_before_there_were_terms_needs_as_many_as_one_of_today(office):
    await office.asks("alice", "/deepgram create-key ci --scopes keys:write --ttl 7d")
    sql = "UPDATE approval_requests SET terms = '{}', votes = '[]', channel_id = '', remind_at = NULL"
    await office.store._run(lambda connection: connection.exec_driver_sql(sql))
    assert "1 of 2" in await office.clicks("bob", "Approve")


async def test_a_request_from_before_there_were_terms_is_listed_for_those_who_decide_today(office):
    await office.asks("alice", "/deepgram create-key ci --scopes keys:write --ttl 7d")
    sql = "UPDATE approval_requests SET terms = '{}', votes = '[]', channel_id = '', remind_at = NULL"
    await office.store._run(lambda connection: connection.exec_driver_sql(sql))
    listed = await office.asks("bob", "/deepgram approvals")
    assert "1 request waits for your decision" in listed
    assert "0 of 2" in listed


async def test_what_a_quota_approved_is_not_said_to_wait_after_a_restart(new_office):
    rules = {"approvals": {"rules": [{"commands": ["create-key"], "quota": {"requests": 1, "period": "1d"}}]}}
    async with new_office(settings=rules) as office:
        await office.asks("alice", ASK)
        sql = "UPDATE inbox SET finished_at = NULL"
        await office.store._run(lambda connection: connection.exec_driver_sql(sql))
        mark = office.slack.mark()
        await office.parts.inbox.resume()
        await office.settle()
        assert "Asked key-approvers" not in "\n".join(office.slack.people["alice"].sees(mark))


async def test_whoever_never_reveals_is_reminded(office):
    await office.asks("alice", ASK)
    await office.clicks("bob", "Approve")
    mark = office.slack.mark()
    await office.tick(*[timedelta(minutes=30)] * 3)
    assert sum("reveal it before" in text for text in office.slack.people["alice"].sees(mark)) == 1
