"""Somebody leaves: asked for, shown with their keys, removed by a click; also when the bot dies in its middle."""

from __future__ import annotations

import pytest

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery
from tests.office import CAROL, GENERAL, SUNDAY, Office

LINE = "remove-member erin@acme.test --now"


def emails(office: Office) -> set[str]:
    return {member.email for member in office.deepgram.members}


def deletes(office: Office) -> int:
    return len([seen for seen in office.deepgram.requests if seen.method == "DELETE"])


async def test_somebody_is_shown_then_removed_by_a_click(office):
    asked = await office.asks("carol", "/deepgram remove-member erin@acme.test")
    assert "admin" in asked
    assert "legacy-import" in asked
    assert "erin@acme.test" in emails(office)
    assert "Removed erin@acme.test from acme-prod" in await office.clicks("carol", "Remove them")
    assert "erin@acme.test" not in emails(office)
    assert "neither in acme-prod nor invited" in await office.clicks("carol", "Remove them")
    assert deletes(office) == 1


async def test_who_may_not_remove_members_is_refused(office):
    for line in ("remove-member erin@acme.test", LINE):
        assert "You may not run remove-member." in await office.asks("alice", f"/deepgram {line}")
    assert "erin@acme.test" in emails(office)


@pytest.mark.parametrize("status", [500, 0])
async def test_after_a_failure_the_button_can_be_clicked_again(office, status):
    await office.asks("carol", "/deepgram remove-member erin@acme.test")
    office.deepgram.fail("DELETE", "*/members/*", status)
    assert "Removed" not in await office.clicks("carol", "Remove them")
    office.deepgram.heal()
    assert "Removed erin@acme.test" in await office.clicks("carol", "Remove them")


@pytest.mark.parametrize("done", [True, False])
async def test_a_click_that_a_crash_cut_off_looks_first(office, done):
    payload = {"user_id": CAROL, "channel_id": GENERAL, "text": LINE, "button": f"{GENERAL}:1.2:{LINE}"}
    if done:
        [erin] = [member for member in office.deepgram.members if member.email == "erin@acme.test"]
        office.deepgram.production.remove_member(erin.member_id, SUNDAY)
    await office.store.receive(Delivery("d1", "trigger:1", "command", SUNDAY, payload))
    await office.store.begin("d1", audit=AuditEvent(SUNDAY, CAROL, "command.begin", "d1", "begun"))
    await office.parts.inbox.resume()
    await office.settle()
    [told] = office.slack.people["carol"].sees()
    assert ("neither in acme-prod nor invited now" if done else "Removed erin@acme.test") in told
    assert "erin@acme.test" not in emails(office)
    assert deletes(office) == (0 if done else 1)
