"""What people read of alerts when they ask: never greener than what the bot knows, and every one of many."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from tests.office import ALERTS, Office
from tests.unit.services.test_told_together import Keys

QUARTER, HOUR, MINUTE = timedelta(minutes=15), timedelta(hours=1), timedelta(minutes=1)
ASK, RULES, LIST = "/deepgram alerts", "/deepgram alerts rules", "/deepgram balance-alert list"
EDIT = "/deepgram balance-alert edit low-balance"


@pytest_asyncio.fixture(loop_scope="session")
async def watched(office):
    """An office with one rule, every 15 minutes, that was checked once and does not fire."""
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    falls_to(office, 200)
    await office.tick()
    return office


@pytest_asyncio.fixture(loop_scope="session")
async def many(office):
    keys = Keys(office, 95)
    await keys.adopt()
    await keys.tick()
    keys.all(20)
    await keys.tick()
    return keys


def falls_to(office, amount) -> None:
    office.deepgram.set_balance(Decimal(amount))


async def blinded(office) -> None:
    office.deepgram.fail("GET", "*/balances", 503)
    await office.tick(*[QUARTER] * 4)


async def both(office: Office) -> str:
    return await office.asks("carol", RULES) + await office.asks("carol", LIST)


async def test_nothing_is_said_to_fire_while_nothing_can_be_measured(watched):
    await blinded(watched)
    falls_to(watched, 5)
    said = await watched.asks("alice", ASK)
    assert "🟡 Nothing is known to fire: low-balance can't be measured since 22 Nov at 14:00" in said
    assert "🟢" not in said


async def test_rules_that_nobody_can_measure_since_one_time_say_it_once(watched):
    await watched.asks("carol", "/deepgram balance-alert set 20 --name second")
    await watched.tick(QUARTER)
    await blinded(watched)
    said = await watched.asks("alice", ASK)
    assert "2 rules can't be measured since 22 Nov at 14:15 UTC (low-balance, second)" in said


async def test_what_fires_is_shown_with_a_note_that_its_value_is_old(watched):
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    await blinded(watched)
    said = await watched.asks("alice", ASK)
    assert "One alert fires" in said
    assert "low-balance can't be measured since 22 Nov at 14:15 UTC: alerts show the last value" in said
    assert "firing since 22 Nov at 14:15 UTC, can't be measured since 22 Nov at 14:15" in await watched.asks(
        "bob", RULES
    )


async def test_nothing_fires_is_green_with_the_number_of_rules_that_watch(watched):
    said = await watched.asks("alice", ASK)
    assert "🟢 Nothing fires" in said
    assert "1 rule watches acme-prod" in said
    assert "balance-alert set" not in said
    await watched.asks("carol", "/deepgram balance-alert set 20 --name second")
    assert "2 rules watch acme-prod · 1 not checked yet" in await watched.asks("alice", ASK)
    await watched.asks("carol", "/deepgram balance-alert pause second")
    assert "1 rule watches acme-prod · 1 paused" in await watched.asks("alice", ASK)
    await watched.asks("carol", "/deepgram balance-alert pause low-balance")
    assert "⚪ Nothing fires, for every rule is paused" in await watched.asks("alice", ASK)


@pytest.mark.parametrize("line", [ASK, RULES, LIST])
async def test_how_to_set_an_alert_is_said_where_there_is_none_to_those_who_may(office, line):
    assert "balance-alert set 50" in await office.asks("carol", line)
    assert "balance-alert set 50" not in await office.asks("alice", line)


async def test_a_rule_that_was_never_checked_is_not_green(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    assert "⏳ Nothing is known to fire: nothing was checked yet" in await office.asks("alice", ASK)
    office.deepgram.fail("GET", "*/balances", 503)
    await office.tick()
    said = await both(office)
    assert said.count("not checked yet") == 2
    assert "🟢" not in said


async def test_what_waits_says_since_when_and_until_when(watched):
    await watched.asks("carol", f"{EDIT} --for-at-least 2h")
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    said = await both(watched)
    assert said.count("below since 22 Nov at 14:15 UTC, waits until 22 Nov at 16:15 UTC") == 2
    assert "🟢" not in said


async def test_what_goes_on_is_not_green_before_it_is_checked_again(watched):
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    await watched.asks("carol", "/deepgram balance-alert pause low-balance")
    await watched.asks("carol", "/deepgram balance-alert resume low-balance")
    said = await both(watched)
    assert "was $42 22 Nov at 14:15 UTC, not checked again yet" in said
    assert "🟢" not in said
    await watched.tick(MINUTE)
    assert "firing since" in await both(watched)


async def test_an_edit_that_closes_what_fires_says_so(watched):
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    said = await watched.asks("carol", f"{EDIT} --below 30")
    assert "Warning below: $50, recovers at $55 → $30, recovers at $33" in said
    assert "What fired is closed" in said


async def test_an_edit_that_lets_what_fires_wait_says_until_when(watched):
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    said = await watched.asks("carol", f"{EDIT} --for-at-least 2h")
    assert "What fired is closed; now $41.96 left, below since 22 Nov at 14:15 UTC, waits until" in said


async def test_an_alert_is_edited_in_the_form_that_its_button_opens(watched):
    assert "[Edit…]  [Test]  [Pause]" in await watched.asks("carol", "/deepgram balance-alert show low-balance")
    await watched.clicks("carol", "Edit…")
    said = await watched.submits("carol", Below="30")
    assert "Warning below: $50, recovers at $55 → $30, recovers at $33" in said


async def test_who_may_read_usage_may_read_rules_and_gets_no_buttons_to_change_them(watched):
    assert "One rule watches acme-prod" in await watched.asks("alice", RULES)
    assert "low-balance" in await watched.asks("alice", LIST)
    shown = await watched.asks("alice", "/deepgram balance-alert show low-balance")
    assert "Warning below" in shown
    assert "[Pause]" not in shown
    assert "[Pause]" in await watched.asks("carol", "/deepgram balance-alert show low-balance")


async def test_an_alert_in_the_list_says_its_rule_and_its_channel(watched):
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    assert "low-balance → #alerts · since 22 Nov at 14:15" in await watched.asks("alice", ASK)


async def test_many_are_shown_by_pages_until_the_last_one(many):
    seen = []
    said = await many.office.asks("carol", f"{ASK} --rule keys")
    assert "95 alerts fire: keys" in said
    for _ in range(3):
        seen += re.findall(r"acme-prod · (k\d\d):", said)
        if "[Next]" in said:
            said = await many.office.clicks("carol", "Next")
    assert len(seen) == len(set(seen)) == 95
    assert "81 to 95 of 95" in said
    assert "[Next]" not in said
    assert "41 to 80 of 95" in await many.office.clicks("carol", "Back")


async def test_many_are_sorted_by_their_rules_and_say_how_they_are_answered(many):
    await many.office.asks("carol", "/deepgram balance-alert set 250 --channel #alerts --name a-balance")
    falls_to(many.office, 200)
    await many.office.tick()
    said = await many.office.asks("carol", ASK)
    assert re.findall(r"(a-balance|keys) → ", said) == ["a-balance", *["keys"] * 39]
    keys = re.findall(r" (k\d\d):", said)
    assert keys == [f"k{number:02}" for number in range(39)]
    assert "1 to 40 of 96 · /deepgram alerts ack ID looks after one, why ID tells more" in said


async def test_the_button_of_the_message_of_all_shows_those_of_its_rule(many):
    await many.office.asks("carol", "/deepgram balance-alert set 999999 --channel #alerts")
    await many.office.tick()
    said = await many.office.clicks("carol", "Show all")
    assert "95 alerts fire: keys" in said
    assert "low-balance" not in said


async def test_a_list_of_one_rule_or_channel_leaves_the_others_out(watched):
    await watched.asks("carol", "/deepgram balance-alert set 60 --channel #ops --name early")
    falls_to(watched, 42)
    await watched.tick(QUARTER)
    assert "2 alerts fire" in await watched.asks("alice", ASK)
    assert "One alert fires: early" in await watched.asks("alice", f"{ASK} --rule early")
    told = await watched.asks("alice", f"{ASK} --channel {ALERTS}")
    assert "low-balance" in told
    assert "early" not in told
    assert 'rule: "erly" is no rule of acme-prod; did you mean early?' in await watched.asks(
        "alice", f"{ASK} --rule erly"
    )


async def test_all_of_a_rule_are_acknowledged_at_once_and_woken_again(many):
    said = await many.office.clicks("carol", "Acknowledge all")
    assert "You look after 95 alerts" in said
    assert "and 85 more" in said
    assert all(one.told.ack for one in await many.office.store.unwell())
    assert "95 had somebody who looks after them" in await many.office.asks("carol", f"{ASK} ack rule=keys")
    assert "95 alerts woken" in await many.office.clicks("carol", "Wake all")
    assert not any(one.told.ack for one in await many.office.store.unwell())


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("rule=kesy", 'no alert is of the rule "kesy"; did you mean keys?'),
        ("project=acme-dev", "Nothing fires that this fits; nothing was changed."),
        ("7f3a09c1de rule=keys", '"7f3a09c1de" is an id, and the rest are labels'),
    ],
)
async def test_labels_that_mean_no_alert_change_nothing(many, words, answer):
    assert answer in await many.office.asks("carol", f"{ASK} ack {words}")
    assert not any(one.told.ack for one in await many.office.store.unwell())


async def test_several_ids_are_acknowledged_at_once(many):
    first, second, *_ = [one.state.opened.id for one in await many.office.store.unwell()]
    assert "You look after 2 alerts" in await many.office.asks("carol", f"{ASK} ack {first} {second}")


async def test_what_only_waits_is_not_told_as_fine(office):
    await office.asks("carol", "/deepgram balance-alert set 70 --channel #alerts --name patient")
    await office.asks("carol", "/deepgram balance-alert edit patient --for-at-least 2h")
    office.deepgram.set_balance(Decimal(60))
    await office.tick(timedelta(minutes=15))
    said = await office.asks("alice", "/deepgram alerts")
    assert "⏳ Nothing fires yet: patient would, if it stays as it is" in said
    assert "🟢" not in said
