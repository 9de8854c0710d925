"""One approval makes at most one live key, its requester sees it once, and whatever goes wrong leaves none behind."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.deepgram import AsyncManageClient
from dgbot.domain.approvals import MAX_ATTEMPTS
from dgbot.domain.deliveries import Delivery
from dgbot.domain.marks import shown_name
from dgbot.domain.request_states import State
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack.edge.arguments import Refused
from dgbot.services.keys.doubt import QUIET
from tests.office import ALICE, BOB
from tests.unit.services.issuing import A_KEY, KEYS, SETTLED, forgets, in_person, ours, posts, reveal, screen

# The way it should go


async def test_the_requester_sees_the_key_once_and_nobody_else_does(office, approved):
    shown = await reveal(office)
    (secret,) = office.deepgram.issued_secrets
    (key,) = ours(office)
    assert secret in shown
    assert "it is stored nowhere" in shown
    assert posts(office) == 1
    assert (shown_name(key.comment), key.scopes) == ("ci", ("usage:read",))
    standing = await office.standing(approved)
    assert (standing.state, standing.key_id) == (State.DELIVERED, key.api_key_id)
    assert all(secret not in screen(office, who) for who in ("bob", "carol"))
    assert all(secret not in str(message) for message in office.slack.workspace.messages.values())
    (card,) = office.slack.channel_texts("key-approvals")
    assert f"key id …{key.api_key_id[-4:]}" in card


async def test_the_secret_is_in_one_call_and_in_no_row(office, approved, memory, logged):
    await reveal(office)
    (secret,) = office.deepgram.issued_secrets
    holding = [call.method for call in office.slack.calls if secret in str(call.arguments)]
    assert holding == ["views.update"], "which is also the control: the secret can be found"
    dump = await memory._run(lambda connection: list(connection.connection.driver_connection.iterdump()))
    assert secret not in "\n".join(dump)
    assert secret not in str(logged)


async def test_a_second_reveal_shows_nothing_and_makes_nothing(office, approved):
    await reveal(office)
    stale = await office.standing(approved)
    told = await office.parts.issuer.reveal(stale, in_person(ALICE), "trigger")
    assert told is not None
    assert "was shown already" in str(told.headline)
    assert posts(office) == 1


async def test_only_the_requester_reveals(office, approved):
    told = await office.parts.issuer.reveal(approved, in_person(BOB), "trigger")
    assert told is not None
    assert "can reveal this key" in str(told.headline)
    assert posts(office) == 0


async def test_a_deactivated_requester_reveals_nothing(office, approved):
    users = office.slack.workspace.users
    users[ALICE] = dataclasses.replace(users[ALICE], deleted=True)
    office.parts.directory._monotonic = lambda real=office.parts.directory._monotonic: real() + 31
    assert "Only full members" in await reveal(office)
    assert posts(office) == 0


async def test_an_approval_serves_until_its_time_is_up(office, approved):
    office.clock.advance(timedelta(hours=24))
    assert "was not used in time" in await reveal(office)
    assert posts(office) == 0


async def test_two_simultaneous_reveals_make_one_key(office, approved):
    alice = office.slack.people["alice"]
    await asyncio.gather(*(alice.clicks("Reveal key") for _ in range(5)))
    await office.settle()
    assert posts(office) == 1
    assert len(ours(office)) == 1
    assert office.deepgram.issued_secrets[0] in screen(office)
    assert (await office.standing(approved)).state is State.DELIVERED


async def test_of_two_bots_on_one_store_one_makes_the_key(new_office, office, approved):
    async with new_office() as other:
        triggers = [office.slack.people["alice"]._interactions.triggers.issue(ALICE) for _ in range(2)]
        await asyncio.gather(
            *(
                bot.parts.issuer.reveal(approved, in_person(ALICE), trigger)
                for bot, trigger in zip((office, other), triggers, strict=True)
            )
        )
        await other.settle()
    assert posts(office) == 1
    assert len(ours(office)) <= 1


async def test_the_requester_revokes_what_was_shown(office, approved):
    await reveal(office)
    tail = f"…{ours(office)[0].api_key_id[-4:]}"
    told = await office.clicks("alice", "Revoke it")
    assert "Revoked ci" in told
    assert ours(office) == []
    assert office.slack.thread_texts("key-approvals")[-1] == f"@alice revoked the key, {tail}."
    log = await office.audit_log()
    assert [(who, action, outcome) for who, action, outcome in log if action.startswith("key.revoke")] == [
        (ALICE, "key.revoke", "begun"),
        (ALICE, "key.revoked", "revoked"),
    ]


async def test_a_revoked_key_is_nowhere_offered_or_called_alive(office, approved):
    await reveal(office)
    await office.clicks("alice", "Revoke it")
    modal = office.slack.workspace.open_modal_of(ALICE)
    assert modal is not None
    assert modal.content["title"]["text"] == "Your key is revoked"
    assert [block["type"] for block in modal.blocks] == ["section"]
    [card] = office.slack.channel_texts("key-approvals")
    assert card.startswith("⚪ alice's key for ci was revoked")
    assert (
        "Your key ci is revoked." in office.slack.people["alice"].sees()[-1] + office.slack.people["alice"].sees()[-2]
    )
    standing = await office.standing(approved)
    told = await office.parts.endings.revoke(standing, in_person(ALICE))
    assert told is not None
    assert "gone already" in str(told.headline)


async def test_a_key_that_is_revoked_before_its_delivery_is_on_record_is_revoked_on_record_too(office, delivered):
    clicked_at = dataclasses.replace(delivered, state=State.DELIVERING)
    await office.parts.endings.revoke(clicked_at, in_person(ALICE))
    assert ours(office) == []
    assert (await office.standing(delivered)).state is State.REVOKED


async def test_a_late_click_revokes_no_newer_key_on_record(office, delivered):
    clicked_at = dataclasses.replace(delivered, state=State.DELIVERING, key_id="an-older-key")
    await office.parts.endings.revoke(clicked_at, in_person(ALICE))
    assert (await office.standing(delivered)).state is State.DELIVERED


async def test_while_deepgram_does_not_say_which_key_is_the_bots_a_new_key_stays_too(office, approved):
    await reveal(office)
    office.deepgram.fail("GET", "/v1/auth/token", 503)
    assert "which key the bot itself works with" in await office.clicks("alice", "Revoke it")
    assert len(ours(office)) == 1


async def test_a_revocation_that_the_database_did_not_keep_is_told_and_kept_by_the_next_click(office, approved):
    await reveal(office)
    await forgets(office)
    said = await office.clicks("alice", "Revoke it")
    assert "Revoked ci. Whatever uses it fails from now on." in said
    assert "click again" in said
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.DELIVERED
    await forgets(office, how="DROP")
    assert "Revoked ci. Whatever uses it fails" in await office.clicks("alice", "Revoke it")
    assert (await office.standing(approved)).state is State.REVOKED
    assert office.slack.channel_texts("key-approvals")[0].startswith("⚪ alice's key for ci was revoked")


async def test_revoking_while_deepgram_fails_is_told(office, approved):
    await reveal(office)
    office.deepgram.fail("DELETE", A_KEY, 503)
    assert "Deepgram has a problem (503)" in await office.clicks("alice", "Revoke it")
    assert len(ours(office)) == 1


# Nothing was created for certain


async def test_a_dead_trigger_creates_nothing(office, approved):
    told = await office.parts.issuer.reveal(approved, in_person(ALICE), "1.2.3")
    assert told is not None
    assert "Nothing was created" in str(told.headline)
    assert posts(office) == 0
    assert (await office.standing(approved)).state is State.APPROVED
    assert office.deepgram.issued_secrets == []
    await reveal(office)
    assert len(ours(office)) == 1


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_plan_that_deepgram_does_not_accept_ends_the_request(office, approved, status):
    office.deepgram.fail("POST", KEYS, status)
    shown = await reveal(office)
    assert f"Deepgram answered {status}" in shown
    assert (await office.standing(approved)).state is State.FAILED
    assert "but not created" in office.slack.channel_texts("key-approvals")[0]
    assert "No key was created for ci" in shown
    office.deepgram.heal()
    await office.tick(*SETTLED)
    assert posts(office) == 1
    assert ours(office) == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_bot_that_may_not_create_keeps_the_approval(office, approved, status):
    for tried in range(1, MAX_ATTEMPTS):
        office.deepgram.fail("POST", KEYS, status, times=1)
        assert "Your approval stays valid" in await reveal(office)
        standing = await office.standing(approved)
        assert (standing.state, standing.attempt) == (State.APPROVED, tried), "it was sent: the sweeper must know of it"
    await reveal(office)
    assert (await office.standing(approved)).state is State.DELIVERED
    [told] = office.slack.channel_texts("ops")
    assert told.startswith("🔴 Deepgram refuses to make keys for the bot"), "and that once a day"


async def test_a_post_that_was_not_sent_keeps_the_approval(new_office, approved, office):
    nowhere = AsyncManageClient("k" * 40, base_url="http://127.0.0.1:1", retries=0)
    async with nowhere, new_office(manage=nowhere) as cut_off:
        for _ in range(MAX_ATTEMPTS + 1):
            shown = await reveal(cut_off)
            assert "Nothing was created" in shown
            assert (await office.standing(approved)).state is State.APPROVED
    async with new_office() as online:
        await reveal(online)
    assert len(ours(office)) == 1


# Nobody knows what came of it


async def test_a_lost_answer_shows_nothing_and_is_cleaned_up_before_the_next_try(office, approved):
    office.deepgram.lose_answer("POST", KEYS)
    shown = await reveal(office)
    (lost,) = office.deepgram.issued_secrets
    assert lost not in shown
    assert "It is not known yet whether a key was made" in shown
    assert (await office.standing(approved)).state is State.REVOKING
    assert len(ours(office)) == 1

    await office.tick(QUIET - timedelta(seconds=1))
    assert (await office.standing(approved)).state is State.REVOKING, "a late POST may still come true"
    assert "is being made" in await click_again(office, approved)
    mark = office.slack.mark()
    await office.tick(timedelta(seconds=1))
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.APPROVED
    assert "The last attempt left no key behind" in "\n".join(office.slack.people["alice"].sees(mark))

    await reveal(office)
    assert len(ours(office)) == 1
    assert office.deepgram.issued_secrets[1] in screen(office)
    assert lost not in screen(office)


@pytest.mark.parametrize("status", [0, 408, 409, 429, 500, 503])
async def test_whatever_leaves_doubt_is_fenced_and_never_repeated(office, approved, status):
    office.deepgram.fail("POST", KEYS, status)
    await reveal(office)
    assert posts(office) == 1
    standing = await office.standing(approved)
    assert (standing.state, standing.attempt) == (State.REVOKING, 2)
    office.deepgram.heal()
    await office.tick(*SETTLED)
    assert (await office.standing(approved)).state is State.APPROVED


async def test_after_the_last_attempt_the_request_fails_and_both_sides_hear(office, approved):
    office.deepgram.lose_answer("POST", KEYS, times=None)
    for _ in range(2):
        await reveal(office)
        await office.tick(QUIET)
    standing = await office.standing(approved)
    assert standing.state is State.FAILED
    assert posts(office) == 2, "at most two keys are asked for"
    assert ours(office) == []
    assert "answer was lost too often" in screen(office)
    assert "answer was lost too often" in office.slack.channel_texts("key-approvals")[0]
    again = await office.parts.issuer.reveal(standing, in_person(ALICE), "trigger")
    assert again is not None
    assert "ended without a key" in str(again.headline)


async def test_an_approval_without_attempts_left_fails_at_the_click(office, approved):
    await office.force(approved, replace(approved, attempt=MAX_ATTEMPTS))
    await reveal(office)
    assert posts(office) == 0
    assert (await office.standing(approved)).state is State.FAILED
    assert "ask for the key again" in screen(office)


async def test_cleaning_up_waits_for_a_deepgram_that_fails(office, approved):
    office.deepgram.lose_answer("POST", KEYS)
    await reveal(office)
    for method, path in (("GET", KEYS), ("DELETE", A_KEY)):
        office.deepgram.fail(method, path, 503)
        await office.tick(QUIET)
        assert (await office.standing(approved)).state is State.REVOKING
        assert len(ours(office)) == 1
        office.deepgram.heal()
    await office.tick()
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.APPROVED


async def test_a_key_that_stays_is_told_to_the_operators_once_with_its_id(office, approved):
    office.deepgram.lose_answer("POST", KEYS)
    await reveal(office)
    [key] = ours(office)
    office.deepgram.fail("DELETE", A_KEY, 503)
    await office.tick(QUIET)
    assert office.slack.channel_texts("ops") == []
    await office.tick(timedelta(minutes=5), timedelta(minutes=5), timedelta(minutes=5))
    [told] = office.slack.channel_texts("ops")
    assert "can't be deleted: ci" in told
    assert key.api_key_id in told
    assert (await office.standing(approved)).state is State.REVOKING


# It was created, but could not be shown


async def test_a_key_that_cant_be_shown_is_deleted(office, approved):
    real = office.slack.web_api._methods["views.update"]

    def refused(given):
        raise Refused("not_found")

    office.slack.web_api._methods["views.update"] = refused
    await reveal(office)
    (secret,) = office.deepgram.issued_secrets
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.REVOKING
    office.slack.web_api._methods["views.update"] = real
    await office.tick(QUIET)
    standing = await office.standing(approved)
    assert (standing.state, standing.key_id) == (State.APPROVED, None)
    await reveal(office)
    assert len(ours(office)) == 1
    assert secret not in screen(office)


async def test_a_window_that_was_closed_meanwhile_counts_as_not_shown(office, approved):
    office.deepgram.delay(0.05)
    clicking = asyncio.create_task(office.slack.people["alice"].clicks("Reveal key"))
    async with asyncio.timeout(5):
        while office.slack.workspace.open_modal_of(ALICE) is None:
            await asyncio.sleep(0.001)
    await office.slack.people["alice"].clicks("Close")
    await clicking
    await office.settle()
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.REVOKING


@pytest.mark.parametrize("lost", [b'{"api_key_id": "1"}', b"{}", b"not json"])
async def test_an_answer_that_cant_be_read_is_doubt(office, approved, loopback, lost):
    await answering(loopback, office.deepgram, lost)
    await reveal(office)
    assert (await office.standing(approved)).state is State.REVOKING
    await office.tick(QUIET)
    assert ours(office) == []


# Levers


async def click_again(office, request) -> str:
    told = await office.parts.issuer.reveal(await office.standing(request), in_person(ALICE), "trigger")
    assert told is not None
    return str(told.headline)


async def answering(loopback, deepgram: LocalDeepgram, body: bytes) -> None:
    """Let Deepgram carry out POSTs and answer with *body*."""
    real = deepgram.app

    async def app(scope, receive, send):
        if scope.get("method") != "POST":
            await real(scope, receive, send)
            return

        async def swallow(message):
            pass

        await real(scope, receive, swallow)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    loopback.deepgram.app = app


async def test_revoke_it_in_the_window_of_an_older_key_leaves_the_newest_alone(office, approved):
    await reveal(office)
    delivered = await office.standing(approved)
    [newest] = ours(office)
    old = f"{approved.id}:{approved.plan.digest}:{delivered.attempt - 1}"
    payload = {"user_id": ALICE, "verb": "key.revoke", "value": old, "trigger_id": "T1"}
    answer = await office.parts.reception.work(Delivery("d1", "t1", "click", office.clock.now(), payload))
    assert answer.reply is not None
    assert "only the newest one works" in str(answer.reply.facts)
    assert [key.api_key_id for key in ours(office)] == [newest.api_key_id]


async def test_a_key_that_is_being_taken_back_is_not_revoked_beside_that(office, approved):
    """Its request goes back to approved; a click that ended it would take the approval along."""
    left = replace(approved, state=State.REVOKING, attempt=2, key_id="k1", touched_at=office.clock.now())
    await office.force(approved, left)
    told = await office.parts.endings.revoke(left, in_person(ALICE))
    assert told is not None
    assert "making sure that none is left behind" in told.headline
    assert (await office.standing(approved)).state is State.REVOKING
