"""Buttons of an alert that are pressed late, twice, or by somebody who may not: each is answered in a sentence."""

from __future__ import annotations

import pytest

from tests.unit.services.test_alerts import QUARTER, alerts, firing, stored, the_id

__all__ = ["firing"]

VERBS = ["ack {}", "snooze {} --for 1h", "wake {}"]


@pytest.mark.parametrize("verb", VERBS)
async def test_after_the_rule_was_removed_an_answer_says_that_it_is_closed(firing, verb):
    alert = await the_id(firing)
    await firing.asks("carol", "/deepgram balance-alert remove low-balance")
    said = await firing.asks("carol", f"/deepgram alerts {verb.format(alert)}")
    assert f"The alert {alert} is closed since" in said
    assert "nothing was changed" in said


async def test_a_closed_message_has_no_buttons_but_one_that_was_loaded_before_is_answered(firing):
    alert = await the_id(firing)
    await firing.asks("carol", "/deepgram balance-alert remove low-balance")
    assert "[" not in alerts(firing)[0]
    assert "is closed since" in await firing.asks("carol", f"/deepgram alerts ack {alert}")
    assert "its rule was paused or removed" in await firing.asks("carol", f"/deepgram alerts why {alert}")


@pytest.mark.parametrize("verb", VERBS)
async def test_after_the_rule_was_paused_an_answer_says_that_it_is_closed(firing, verb):
    alert = await the_id(firing)
    await firing.asks("carol", "/deepgram balance-alert pause low-balance")
    assert "is closed since" in await firing.asks("carol", f"/deepgram alerts {verb.format(alert)}")


@pytest.mark.parametrize("verb", [*VERBS, "why {}"])
async def test_a_guest_is_told_that_it_is_not_theirs(firing, verb):
    alert = await the_id(firing)
    told = (await stored(firing, alert)).told
    said = await firing.asks("gina", f"/deepgram alerts {verb.format(alert)}")
    assert "Only full members of this workspace can use the bot" in said
    assert (await stored(firing, alert)).told == told


async def test_who_acknowledges_twice_hears_since_when_it_is_theirs(firing):
    alert = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts ack {alert}")
    told = (await stored(firing, alert)).told
    assert "You look after it since" in await firing.asks("carol", f"/deepgram alerts ack {alert}")
    assert (await stored(firing, alert)).told == told


async def test_who_snoozes_twice_has_the_later_end(firing):
    alert = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts snooze {alert} --for 1h")
    firing.clock.advance(QUARTER)
    said = await firing.asks("carol", f"/deepgram alerts snooze {alert} --for 4h")
    assert "Snoozed until 22 Nov at 18:30 UTC" in said
    assert "Snoozed by @carol until 22 Nov at 18:30 UTC" in alerts(firing)[0]


async def test_waking_what_is_awake_says_so_and_edits_nothing(firing):
    edits = len(firing.calls("chat.update"))
    said = await firing.asks("carol", f"/deepgram alerts wake {await the_id(firing)}")
    assert "It is awake: nobody looks after it, and nobody has snoozed it." in said
    assert len(firing.calls("chat.update")) == edits
