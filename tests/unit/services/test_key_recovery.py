"""Whatever a dead process or a late answer left behind is found and deleted, and nothing else is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dgbot.deepgram import KeyOptions
from dgbot.domain.request_states import State
from dgbot.sandbox.deepgram.edge.faults import Body
from dgbot.services.keys.doubt import SWEEP_EVERY, SWEEP_FOR
from dgbot.services.keys.marks import marked_comment
from tests.unit.services.issuing import KEYS, SETTLED, made, ours, screen

# A process died


@pytest.mark.parametrize("state", [State.CREATING, State.CREATED, State.DELIVERING, State.REVOKING])
@pytest.mark.parametrize("with_key", [True, False])
async def test_after_a_kill_no_key_is_left_and_the_requester_can_reveal_again(
    new_office, office, approved, state, with_key
):
    attempt = 2 if state is State.REVOKING else 1
    key_id = await made(office, approved, 1) if with_key else None
    recorded = key_id if state in {State.CREATED, State.DELIVERING} else None
    left = replace(approved, state=state, attempt=attempt, key_id=recorded, touched_at=office.clock.now())
    await office.force(approved, left)
    async with new_office() as after:
        await after.tick()
        assert (await after.standing(approved)).state is state, "it may be another process's that is at work"
        await after.tick(*SETTLED)
        assert ours(after) == []
        assert (await after.standing(approved)).state is State.APPROVED
        await after.clicks("alice", "Reveal key")
        assert len(ours(after)) == 1
        assert (await after.standing(approved)).state is State.DELIVERED


@pytest.mark.parametrize("state", [State.CREATING, State.REVOKING])
async def test_a_bot_whose_clock_is_behind_leaves_the_attempt_of_another_alone(office, approved, state):
    ahead = office.clock.now() + timedelta(seconds=1)
    await office.force(approved, replace(approved, state=state, attempt=1, touched_at=ahead))
    await office.tick()
    assert (await office.standing(approved)).state is state


async def test_a_clock_that_was_set_back_by_an_hour_holds_nothing_up(office, approved):
    ahead = office.clock.now() + timedelta(hours=1)
    await office.force(approved, replace(approved, state=State.REVOKING, attempt=1, touched_at=ahead))
    await office.tick()
    assert (await office.standing(approved)).state is State.APPROVED


async def test_the_requester_gets_the_promised_message_of_its_own(office, approved):
    await office.force(approved, replace(approved, state=State.REVOKING, attempt=2, touched_at=office.clock.now()))
    seen = len(office.calls("chat.postMessage"))
    await office.tick(*SETTLED)
    [news] = [call for call in office.calls("chat.postMessage")[seen:] if "thread_ts" not in call]
    assert news["channel"] == "DALICE001"
    assert "left no key ci behind. Reveal it again before 23 Nov at 14:00 UTC." in news["text"]
    assert "'Reveal key'" in str(news["blocks"]), "the message that it is settled has the button itself"


async def test_whoever_has_no_time_left_to_reveal_is_not_invited_to(office, approved):
    assert approved.reveal_by is not None
    office.clock.advance(approved.reveal_by - office.clock.now() - timedelta(minutes=1))
    await office.force(approved, replace(approved, state=State.REVOKING, attempt=2, touched_at=office.clock.now()))
    mark = office.slack.mark()
    await office.tick(*SETTLED)
    told = "\n".join(office.slack.people["alice"].sees(mark))
    assert "left no key ci behind, and your approval has ended meanwhile." in told
    assert "Reveal it again" not in told
    await office.tick()
    assert "Your approval for the key ci ended: it was not revealed in time. Ask again" in screen(office)


async def test_a_recorded_key_goes_even_if_its_comment_lost_our_mark(office, approved):
    options = KeyOptions(comment="renamed", scopes=["usage:read"], time_to_live_in_seconds=86_400)
    key_id = (await office.manage.create_key(approved.plan.project_id, options)).api_key.api_key_id
    await office.force(approved, replace(approved, state=State.DELIVERING, attempt=1, key_id=key_id))
    await office.tick(*SETTLED)
    assert key_id not in {key.api_key_id for key in office.deepgram.keys}


@pytest.mark.parametrize("listed", [True, False])
async def test_a_recorded_key_goes_even_if_no_list_names_it(office, approved, listed):
    """Its requester may have seen it; a list may lag."""
    key_id = await made(office, approved, 1)
    await office.force(approved, replace(approved, state=State.DELIVERING, attempt=1, key_id=key_id))
    if not listed:
        office.deepgram.faults.switch_on(Body(method="GET", path=KEYS, body="lists"))
    await office.tick(*SETTLED)
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.APPROVED


async def test_an_answer_without_a_list_settles_nothing(office, approved):
    """It says nothing about keys, least of all that there is none."""
    await made(office, approved, 1)
    await office.force(approved, replace(approved, state=State.REVOKING, attempt=2, touched_at=office.clock.now()))
    office.deepgram.faults.switch_on(Body(method="GET", path=KEYS, body="object"))
    await office.tick(*SETTLED)
    assert (await office.standing(approved)).state is State.REVOKING
    office.deepgram.heal()
    await office.tick()
    assert ours(office) == []
    assert (await office.standing(approved)).state is State.APPROVED


async def test_a_paused_owner_that_was_fenced_deletes_its_own_key(office, approved):
    office.deepgram.delay(0.05, KEYS)
    clicking = asyncio.create_task(office.slack.people["alice"].clicks("Reveal key"))
    async with asyncio.timeout(5):
        while (claimed := await office.standing(approved)).state is not State.CREATING:
            await asyncio.sleep(0.001)
    await office.force(claimed, replace(claimed, state=State.REVOKING, attempt=2, touched_at=office.clock.now()))
    await clicking
    await office.settle()
    assert ours(office) == []
    assert office.deepgram.issued_secrets[0] not in screen(office)
    assert "A later attempt overtook this one" in screen(office)


# Keys that came true late


async def test_a_late_orphan_is_swept_and_the_recorded_key_is_not(office, delivered):
    orphan = await made(office, delivered, 1)
    await office.tick(SWEEP_EVERY)
    left = {key.api_key_id for key in office.deepgram.keys}
    assert orphan not in left
    assert delivered.key_id in left
    assert ("dgbot", "key.sweep", "begun") in await office.audit_log()
    assert f"turned up late: ci (…{orphan[-4:]})" in office.slack.channel_texts("ops")[0]


async def test_a_key_without_a_true_marker_is_never_swept(office, delivered):
    fine = marked_comment(replace(delivered, attempt=1))
    forged = [
        fine.replace(delivered.id, "f" * 32),
        fine[:-2] + ("0]" if fine[-2] != "0" else "1]"),
        marked_comment(replace(delivered, attempt=1, nonce="guessed")),
        marked_comment(replace(delivered, plan=replace(delivered.plan, project_id="another"))),
        marked_comment(replace(delivered, attempt=7)),
        f"{fine} and more",
        "somebody's own key",
    ]
    for comment in forged:
        options = KeyOptions(comment=comment, scopes=["usage:read"])
        await office.manage.create_key(delivered.plan.project_id, options)
    before = office.deepgram.keys
    await office.tick(SWEEP_EVERY)
    assert office.deepgram.keys == before


async def test_a_request_that_is_not_at_its_end_is_not_swept(office, approved):
    await made(office, approved, 1)
    await office.force(approved, replace(approved, state=State.CREATING, attempt=1, touched_at=office.clock.now()))
    await office.tick()
    assert len(ours(office)) == 1


async def test_sweeping_ends_after_a_day(office, delivered):
    office.clock.advance(SWEEP_FOR + timedelta(minutes=1))
    orphan = await made(office, delivered, 1)
    await office.tick()
    assert orphan in {key.api_key_id for key in office.deepgram.keys}


async def test_sweeping_asks_deepgram_every_five_minutes_and_outlives_its_failures(office, delivered):
    orphan = await made(office, delivered, 1)
    office.deepgram.fail("GET", KEYS, 503)
    await office.tick(SWEEP_EVERY)
    office.deepgram.heal()
    await office.tick(timedelta(seconds=15))
    assert orphan in {key.api_key_id for key in office.deepgram.keys}
    await office.tick(SWEEP_EVERY)
    assert orphan not in {key.api_key_id for key in office.deepgram.keys}
