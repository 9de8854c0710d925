"""However a key was approved, whoever asked for it is reminded to reveal it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dgbot.domain.request_states import State
from tests.office import Office
from tests.unit.services.issuing import KEYS, SETTLED, reveal

ASK = "/deepgram create-key ci --scopes usage:read --ttl 7d"


async def reminder(office: Office, who: str) -> str:
    """Return what is new on the screen of *who* an hour later, and not a minute before."""
    mark = office.slack.mark()
    await office.tick(timedelta(minutes=59))
    assert office.slack.people[who].sees(mark) == []
    await office.tick(timedelta(minutes=1))
    [told] = office.slack.people[who].sees(mark)
    return told


async def test_after_broken_glass_the_requester_is_reminded_and_nobody_else(new_office):
    async with new_office(settings={"approvals": {"yes": 2, "break_glass": ["admins"]}}) as office:
        await office.asks("alice", ASK)
        await office.clicks("carol", "Details")
        await office.clicks("carol", "Break the glass…")
        await office.submits("carol", Reason="production is down")
        cards = office.slack.channel_texts("key-approvals")
        told = await reminder(office, "alice")
        assert told.startswith("Your key ci is approved: reveal it before")
        assert "[Reveal key]" in told
        assert office.slack.channel_texts("key-approvals") == cards, "nobody has to decide any more"


async def test_after_approval_by_quota_the_requester_is_reminded(new_office):
    rules = [{"asked_by": ["admins"], "quota": {"requests": 1, "period": "1d"}}]
    async with new_office(settings={"approvals": {"rules": rules}}) as office:
        assert "Approved at once" in await office.asks("carol", ASK)
        told = await reminder(office, "carol")
        assert told.startswith("Your key ci is approved: reveal it before")
        assert "[Reveal key]" in told


@pytest.mark.parametrize("status", [403, 503])
async def test_after_a_reveal_that_came_to_nothing_the_requester_is_reminded_as_before(office, approved, status):
    office.deepgram.fail("POST", KEYS, status)
    await reveal(office)
    office.deepgram.heal()
    await office.tick(*SETTLED, *SETTLED)
    assert (await office.standing(approved)).state is State.APPROVED
    mark = office.slack.mark()
    await office.tick(timedelta(hours=1))
    assert any("Your key ci is approved: reveal it before" in text for text in office.slack.people["alice"].sees(mark))


async def test_nobody_is_reminded_of_a_key_that_is_in_doubt(office, approved):
    office.deepgram.fail("POST", KEYS, 503)
    await reveal(office)
    office.clock.advance(timedelta(hours=2))
    assert await office.store.requests_to_remind(office.clock.now()) == []
