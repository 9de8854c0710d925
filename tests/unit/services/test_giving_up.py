"""What the bot could not do for a day: nobody waits for it in silence."""

from __future__ import annotations

import asyncio

import pytest

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery
from dgbot.domain.replies import Text, plain
from dgbot.domain.request_states import State
from dgbot.services.facts import reply_of
from dgbot.services.inbox import GIVE_UP_AFTER
from tests.office import BOB, CAROL, POLICY

GATED = {"approvals": {"commands": ["invite"]}}


async def approved(office):
    """Leave an approved invitation behind, as if the process had ended before it ran; return its request."""
    await office.asks("carol", "/deepgram invite new@co.com")
    request = await office.the_request()
    office.parts.inbox._closing.set()
    await office.parts.approvals.approve(request, POLICY.principal(BOB, frozenset({"SKEYAPPR1"})))
    return request


async def failed(logged, times):
    async with asyncio.timeout(5):
        while sum(event["event"] == "delivery not finished" for event in logged) < times:
            await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))


async def test_an_approved_command_runs_by_itself_once_slack_says_again_who_asked(new_office, slack, logged):
    async with new_office(settings=GATED) as before:
        request = await approved(before)
    async with new_office(settings=GATED) as after:
        slack.faults.fail("users.info", status=503, times=None)
        await after.parts.inbox.resume()
        await failed(logged, 6)
        slack.faults.clear()
        await after.settle()
        assert (await after.standing(request)).state is State.DONE
        assert [invite.email for invite in after.deepgram.invites] == ["new@co.com"]


@pytest.mark.parametrize(
    ("begun", "known"),
    [(False, "ask again if it is still wanted"), (True, "whether it was done is not known: look first")],
)
async def test_an_approved_command_that_fails_for_a_day_is_given_up_in_front_of_all_whom_it_concerns(
    new_office, slack, logged, begun, known
):
    async with new_office(settings=GATED) as before:
        request = await approved(before)
        if begun:
            event = AuditEvent(before.clock.now(), CAROL, "command.begin", request.id, "begun")
            await before.store.begin(f"approved:{request.id}", audit=event)
    async with new_office(settings=GATED) as after:
        slack.faults.fail("users.info", status=503, times=None)
        await after.parts.inbox.resume()
        await failed(logged, 1)
        after.clock.advance(GIVE_UP_AFTER)
        async with asyncio.timeout(5):
            await after.parts.inbox.idle()
        slack.faults.clear()
        await after.settle()
        assert (await after.standing(request)).state is State.FAILED
        assert not after.deepgram.invites
        told = "\n".join(slack.people["carol"].sees())
        assert "invite new@co.com was given up: for a day the bot could not finish it." in told
        assert known in told
        assert "but failed" in slack.channel_texts("key-approvals")[0]
        [alarm] = slack.channel_texts("ops")
        assert "🔴 Given up, as it failed for a day: what others had approved for @carol" in alarm
        assert known in alarm
        outcome = "in doubt" if begun else "not begun"
        assert ("dgbot", "delivery.given_up", outcome) in await after.audit_log()


async def test_a_click_that_could_not_be_finished_says_where_to_look(office):
    payload = {"user_id": CAROL, "verb": "approval.approve", "value": ""}
    answer = await office.parts.inbox._give_up(Delivery("d1", "o1", "click", office.clock.now(), payload))
    [alarm] = answer.notices
    for notice in (answer.reply, alarm):
        told = [plain(part.line) for part in reply_of(notice.facts).parts if isinstance(part, Text)]
        assert told == ["It may or may not have counted: look at the card before you click again."]
    assert (answer.reply.target, alarm.target) == (CAROL, "COPS00001")
