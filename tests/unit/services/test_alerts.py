"""What people say to an alert in Slack, with the real bot between the local Slack and the local Deepgram."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from tests.office import ALERTS, CAROL

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def firing(office):
    """An office in which less than $50 is left, and #alerts was told."""
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(42))
    await office.tick(QUARTER)
    return office


def alerts(office, since=0):
    return office.slack.channel_texts("alerts", since)


async def the_id(office) -> str:
    (one,) = await office.store.unwell()
    return str(one.state.incident.id)


async def stored(office, alert_id):
    one = await office.store.instance_of(alert_id)
    assert one is not None
    return one


async def test_a_card_offers_what_one_can_do(firing):
    (card,) = alerts(firing)
    assert "[Acknowledge]  [Snooze ▾]  [Silence…]  [Why?]" in card


async def test_an_edited_rule_is_shown_in_the_message_that_fires(firing):
    await firing.asks("carol", "/deepgram balance-alert edit low-balance --below 80")
    (card,) = alerts(firing)
    assert "$42 left, below $80" in card
    assert "recovers at $88" in card


async def test_an_edit_that_moves_no_line_closes_nothing(firing):
    firing.deepgram.set_balance(Decimal(52))  # between firing and recovery
    await firing.tick(QUARTER)
    said = await firing.asks("carol", "/deepgram balance-alert edit low-balance --runbook https://wiki.acme.test/b")
    assert "closed" not in said
    (card,) = alerts(firing)
    assert "$52 left" in card
    assert "https://wiki.acme.test/b" in card
    firing.deepgram.set_balance(Decimal(49))
    await firing.tick(QUARTER)
    assert len(alerts(firing)) == 1


@pytest.mark.parametrize(
    ("picked", "until"),
    [
        ("1 hour", "until 22 Nov at 15:15 UTC"),
        ("4 hours", "until 22 Nov at 18:15 UTC"),
        ("Until tomorrow, 9:00", "until 23 Nov at 09:00 UTC"),
        ("Until it changes", "until it changes"),
    ],
)
async def test_a_pick_from_the_menu_snoozes(firing, picked, until):
    assert f"Snoozed {until}" in await firing.clicks("carol", picked)
    assert f"Snoozed by @carol {until}" in alerts(firing)[0]


async def test_who_may_not_snooze_picks_in_vain(firing):
    said = await firing.clicks("alice", "1 hour")
    assert "It needs alerts.write" in said


async def test_a_click_acknowledges_and_the_card_says_who(firing):
    said = await firing.clicks("carol", "Acknowledge")
    assert "You look after it" in said
    (card,) = alerts(firing)
    assert "Seen by @carol, 22 Nov" in card
    assert "[Acknowledge]" not in card
    assert ("UCAROL001", "alert.acknowledge", "done") in await firing.audit_log()


async def test_an_acknowledged_alert_is_not_repeated(firing):
    firing.deepgram.set_balance(Decimal(5))
    await firing.tick(QUARTER)
    await firing.clicks("carol", "Acknowledge")
    before = len(firing.calls("chat.postMessage"))
    await firing.tick(*[6 * HOUR] * 3)
    assert len(firing.calls("chat.postMessage")) == before


async def test_who_acknowledges_what_somebody_looks_after_hears_who_it_is(firing, new_office):
    named = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts ack {named}")
    again = await firing.asks("carol", f"/deepgram alerts ack {named}")
    assert "You look after it since 22 Nov" in again
    assert [action for _, action, _ in await firing.audit_log()].count("alert.acknowledge") == 1


async def test_of_two_who_acknowledge_the_second_hears_of_the_first(new_office):
    roles = {"roles": {"key-approvers": {"may": ["usage.read", "alerts.write"]}}}
    async with new_office(settings=roles) as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        office.deepgram.set_balance(Decimal(42))
        await office.tick(QUARTER)
        line = f"/deepgram alerts ack {await the_id(office)}"
        said = await asyncio.gather(office.asks("carol", line), office.asks("bob", line))
        told = (await stored(office, await the_id(office))).told
        first, second = ("carol", said[1]) if told.ack.by == CAROL else ("bob", said[0])
        assert f"@{first} looks after it since 22 Nov" in second
        assert [action for _, action, _ in await office.audit_log()].count("alert.acknowledge") == 1


async def test_whoever_may_not_write_alerts_is_told_who_may(firing):
    said = await firing.asks("alice", f"/deepgram alerts ack {await the_id(firing)}")
    assert "It needs alerts.write, which is held by admins" in said
    assert (await stored(firing, await the_id(firing))).told.ack is None


@pytest.mark.parametrize("verb", ["ack", "snooze", "wake"])
async def test_an_answer_to_what_is_over_says_since_when(firing, verb):
    named = await the_id(firing)
    firing.deepgram.set_balance(Decimal(540))
    await firing.tick(QUARTER)
    said = await firing.asks("carol", f"/deepgram alerts {verb} {named}")
    assert f"The alert {named} is closed since 22 Nov at 14:30" in said
    await firing.tick(HOUR, HOUR)  # it can't be opened again any more
    said = await firing.asks("carol", f"/deepgram alerts {verb} {named}")
    assert f"The alert {named} is closed since 22 Nov at 14:30" in said


@pytest.mark.parametrize("verb", ["ack", "snooze", "wake", "why"])
async def test_an_answer_to_what_never_was_says_so(firing, verb):
    said = await firing.asks("carol", f"/deepgram alerts {verb} 0123456789")
    assert "There is no alert 0123456789." in said


async def test_the_beginning_of_its_id_means_an_alert_that_fires(firing):
    named = await the_id(firing)
    assert "You look after it" in await firing.asks("carol", f"/deepgram alerts ack {named[:4]}")
    assert "Snoozed until" in await firing.asks("carol", f"/deepgram alerts snooze {named[:6]} --for 1h")
    assert f"Alert {named} · told in" in await firing.asks("carol", f"/deepgram alerts why {named[:4]}")
    assert "It speaks again" in await firing.asks("carol", f"/deepgram alerts wake {named[:4].upper()}")
    assert f"There is no alert {named[:3]}." in await firing.asks("carol", f"/deepgram alerts ack {named[:3]}")


async def test_a_snooze_ends_when_it_was_said(firing):
    said = await firing.asks("carol", f"/deepgram alerts snooze {await the_id(firing)} --for 1h")
    assert "Snoozed until 22 Nov at 15:15" in said
    (card,) = alerts(firing)
    assert "Snoozed by @carol until 22 Nov at 15:15" in card


@pytest.mark.parametrize(
    ("zone", "until"),
    [("Europe/Berlin", "23 Nov at 08:00"), ("Asia/Tokyo", "23 Nov at 00:00"), ("Etc/UTC", "23 Nov at 09:00")],
)
async def test_tomorrow_is_at_nine_where_the_person_lives(firing, zone, until):
    lives(firing, "carol", zone)
    said = await firing.asks("carol", f"/deepgram alerts snooze {await the_id(firing)} --for tomorrow")
    assert f"Snoozed until {until}" in said
    assert "time zone" not in said


@pytest.mark.parametrize("zone", ["", "Middle/Earth"])
async def test_tomorrow_is_in_utc_where_slack_tells_no_zone_and_that_is_said(firing, zone):
    lives(firing, "carol", zone)
    said = await firing.asks("carol", f"/deepgram alerts snooze {await the_id(firing)} --for tomorrow")
    assert "Snoozed until 23 Nov at 09:00" in said
    assert "Slack does not tell your time zone" in said


async def test_a_snooze_until_it_changes_has_no_end(firing):
    said = await firing.asks("carol", f"/deepgram alerts snooze {await the_id(firing)} --for change")
    assert "Snoozed until it changes" in said


async def test_a_snooze_that_is_too_long_names_what_would_do(firing):
    said = await firing.asks("carol", f"/deepgram alerts snooze {await the_id(firing)} --for 30d")
    assert "is longer than 7d; silence it instead" in said


async def test_waking_takes_both_back(firing):
    named = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts ack {named}")
    await firing.asks("carol", f"/deepgram alerts snooze {named}")
    assert "[Wake]" in alerts(firing)[0]
    await firing.clicks("carol", "Wake")
    told = (await stored(firing, named)).told
    assert (told.ack, told.snooze) == (None, None)
    assert "Seen by" not in alerts(firing)[0]


async def test_what_was_acknowledged_says_until_when_and_can_be_taken_back(firing):
    assert "[Wake]" in await firing.clicks("carol", "Acknowledge")
    [card] = firing.slack.channel_texts("alerts", 0)
    assert "Seen by @carol, 22 Nov at 14:15 UTC, quiet until 23 Nov at 14:15 UTC" in card
    assert "[Snooze ▾]  [Wake]  [Silence…]  [Why?]" in card
    assert "It speaks again" in await firing.clicks("carol", "Wake")


async def test_a_list_shows_what_fires_and_who_looks_after_it(firing):
    assert "One alert fires" in (said := await firing.asks("alice", "/deepgram alerts"))
    assert "🟡 acme-prod: $42 left, below $50" in said
    await firing.asks("carol", f"/deepgram alerts ack {await the_id(firing)}")
    assert "Seen by @carol" in await firing.asks("alice", "/deepgram alerts")
    firing.deepgram.set_balance(Decimal(540))
    await firing.tick(QUARTER)
    assert "Nothing fires" in await firing.asks("alice", "/deepgram alerts")


async def test_who_looks_after_it_is_called_when_it_gets_worse(firing):
    named = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts ack {named}")
    firing.deepgram.set_balance(Decimal(5))
    await firing.tick(QUARTER)
    worse = firing.calls("chat.postMessage")[-1]
    assert worse["reply_broadcast"] is True
    assert f"<@{CAROL}>" in str(worse["blocks"])
    assert "it is worse than what you put aside; nobody looks after it now." in str(worse["blocks"])


async def test_why_still_knows_an_alert_that_another_one_took_the_place_of(firing):
    earlier = await the_id(firing)
    firing.deepgram.set_balance(Decimal(540))
    await firing.tick(QUARTER, HOUR)
    firing.deepgram.set_balance(Decimal(42))
    await firing.tick(QUARTER)
    assert await the_id(firing) != earlier
    said = await firing.asks("alice", f"/deepgram alerts why {earlier}")
    assert said.startswith("What happened to acme-prod · low-balance\n")
    assert "$540 · recovered" in said
    assert said.endswith(f"Alert {earlier}")


async def test_why_tells_who_silenced_it_and_why(firing):
    named = await the_id(firing)
    await firing.asks("carol", '/deepgram alerts silence kind=balance --for 2h --because "being paid"')
    firing.deepgram.set_balance(Decimal(5))
    await firing.tick(QUARTER)
    said = await firing.asks("alice", f"/deepgram alerts why {named}")
    assert 'by @carol: kind="balance" (being paid)' in said
    assert "got worse → shown in its message; not told: silence " in said


async def test_there_is_no_why_of_an_alert_without_an_id(firing):
    assert "There is no alert" in await firing.asks("alice", '/deepgram alerts why ""')


async def test_why_tells_what_happened_and_what_was_not_said(firing):
    named = await the_id(firing)
    await firing.asks("carol", f"/deepgram alerts snooze {named} --for 1h")
    firing.deepgram.set_balance(Decimal(540))
    await firing.tick(QUARTER)
    said = await firing.asks("alice", f"/deepgram alerts why {named}")
    assert "What happened to acme-prod · low-balance" in said
    assert f"Alert {named} · told in #alerts" in said
    assert re.search(r"22 Nov at 14:15 UTC · \$42 · beyond the line → told in a message of its own", said), said
    assert "snoozed by @carol" in said
    assert "recovered → shown in its message" in said
    assert "recovered → shown in its message; not told: snoozed by @carol" in said


async def test_an_answer_and_an_evaluation_at_once_both_count(firing, monkeypatch):
    """What the monitor saves between look-up and save makes the answer start anew."""
    look_up, named = firing.store.instance_of, await the_id(firing)

    async def and_then_it_is_evaluated(incident_id):
        monkeypatch.undo()
        found = await look_up(incident_id)
        firing.deepgram.set_balance(Decimal(30))
        firing.clock.advance(QUARTER)
        await firing.parts.monitor.run_due()
        return found

    monkeypatch.setattr(firing.store, "instance_of", and_then_it_is_evaluated)
    await firing.asks("carol", f"/deepgram alerts ack {named}")
    one = await stored(firing, named)
    assert (round(one.state.value), one.told.ack.by) == (30, "UCAROL001")


def lives(office, who, zone):
    users = office.slack.workspace.users
    user = next(one for one in users.values() if one.name == who)
    users[user.user_id] = dataclasses.replace(user, tz=zone)
    office.parts.directory._people.clear()  # what the bot knows of people is as old as it may be


async def test_a_message_says_which_amount_eases_it_and_which_one_ends_it(office):
    await office.asks("carol", "/deepgram balance-alert set 75 --channel #alerts")
    office.deepgram.set_balance(Decimal(42))
    await office.tick(QUARTER)
    assert "Rule low-balance · recovers at $82.50 · as of" in alerts(office)[0]
    office.deepgram.set_balance(Decimal(8))
    await office.tick(QUARTER)
    assert "Rule low-balance · eases at $16.50, recovers at $82.50 · since " in alerts(office)[0]


@pytest.mark.parametrize("name", ["acme " * 20_000, "acme\n🟢 all is well"], ids=["long", "two lines"])
async def test_a_name_leaves_room_for_the_amount_and_makes_no_lines_of_its_own(office, name):
    office.deepgram.production.name = name
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(20))
    await office.tick(QUARTER)
    [told] = [call for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]
    assert told["text"].startswith("🟡 acme ")
    assert told["text"].endswith(": $20 left, below $50")
    assert "\n" not in told["text"]
    assert "$20 left" in str(told["blocks"])
