"""What Slack does to an alert's message: the rows P01 and P02 of docs/alert-states.md."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.office import ALERTS, OPS

QUARTER = timedelta(minutes=15)


async def falls(office, to="20"):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(to))
    await office.tick()


def posts(office, channel):
    return [call for call in office.calls("chat.postMessage") if call["channel"] == channel]


@pytest.fixture
def gone(office):
    """Take the channel of the alerts away, and give it back."""

    @contextmanager
    def away():
        channels = office.slack.workspace.channels
        channel = channels.pop(ALERTS)
        yield
        channels[ALERTS] = channel

    return away


async def test_a_message_that_somebody_deleted_is_posted_anew_when_it_changes(office):
    await falls(office)
    office.slack.faults.refuse("chat.update", "message_not_found")
    office.deepgram.set_balance(Decimal(540))
    await office.tick(QUARTER)
    assert "recovered, $540" in posts(office, ALERTS)[1]["text"]


@pytest.mark.parametrize("reason", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_an_alert_whose_channel_is_gone_is_told_to_the_operators_and_closed_there(office, reason):
    office.slack.faults.refuse("chat.postMessage", reason)
    await falls(office)
    [told] = posts(office, OPS)
    assert "acme-prod: $20 left" in told["text"]
    assert f"its channel can't be reached ({reason})" in str(told["blocks"])
    office.deepgram.set_balance(Decimal(540))
    await office.tick(QUARTER)
    [edit] = office.calls("chat.update")
    assert (edit["channel"], "recovered" in edit["text"]) == (OPS, True)
    assert "Told here because its channel can't be reached" in str(edit["blocks"])


async def test_too_many_messages_are_sent_when_slack_says_so(office):
    office.slack.faults.rate_limit("chat.postMessage", retry_after=30)
    await falls(office)
    assert posts(office, ALERTS) == []
    await office.tick(timedelta(seconds=31))
    assert len(posts(office, ALERTS)) == 1


async def test_a_refusal_that_nobody_knows_is_told_to_the_operators_before_long(office):
    office.slack.faults.refuse("chat.postMessage", "something_new", times=None)
    await falls(office)
    await office.tick(timedelta(minutes=14))
    office.slack.faults.clear()
    office.slack.faults.refuse("chat.postMessage", "something_new")
    await office.tick(timedelta(minutes=2))
    [told] = posts(office, OPS)
    assert "acme-prod: $20 left" in told["text"]
    assert posts(office, ALERTS) == []


@pytest.mark.parametrize(
    "reason", ["restricted_action_read_only_channel", "channel_is_limited_access", "msg_blocks_too_long"]
)
async def test_what_slack_never_takes_is_told_to_the_operators_at_once(office, reason):
    office.slack.faults.refuse("chat.postMessage", reason)
    await falls(office)
    [told] = posts(office, OPS)
    assert reason in str(told["blocks"])


async def test_what_is_loud_is_heard_in_the_channel_if_its_thread_is_gone(office):
    await falls(office)
    office.slack.faults.refuse("chat.postMessage", "thread_not_found")
    office.deepgram.set_balance(Decimal(540))
    await office.tick(QUARTER)
    said = posts(office, ALERTS)[-1]
    assert ("recovered after" in said["text"], said.get("thread_ts")) == (True, None)
    assert posts(office, OPS) == []


async def test_a_repeat_brings_a_message_back_that_somebody_deleted_with_its_buttons(office):
    await falls(office, "5")
    world = office.slack.workspace
    for message in [*world.messages.values()]:
        world.delete(message)
    await office.tick(25 * 4 * QUARTER)
    [back] = [text for text in office.slack.channel_texts("alerts", 0) if text.startswith("🔴")]
    assert "still $" in back
    assert "[Acknowledge]" in back
    office.deepgram.set_balance(Decimal(540))
    await office.tick(QUARTER)
    closed, follows = office.slack.channel_texts("alerts", 0)
    assert closed.startswith("🟢 acme-prod: recovered")
    assert "recovered after" in follows


async def test_a_repeat_in_a_channel_that_is_gone_has_its_buttons_among_the_operators_and_is_closed_there(office, gone):
    await falls(office, "5")
    with gone():
        await office.tick(25 * 4 * QUARTER)
        assert "[Acknowledge]" in office.slack.channel_texts("ops", 0)[-1]
        office.deepgram.set_balance(Decimal(540))
        await office.tick(QUARTER)
    assert "[Acknowledge]" not in str(office.slack.channel_texts("ops", 0))


async def test_whoever_tries_a_rule_out_hears_that_its_channel_takes_no_posts(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts --name typo")
    office.slack.faults.refuse("chat.postMessage", "channel_not_found")
    await office.asks("carol", "/deepgram balance-alert test typo")
    await office.settle()
    assert "The test did not reach #alerts: Slack says channel_not_found." in str(office.slack.people["carol"].sees())
    assert posts(office, OPS) == []


async def test_an_alert_whose_channel_goes_away_while_it_fires_is_one_message_there_and_closed(office, gone):
    await falls(office, "42")
    with gone():
        office.deepgram.set_balance(Decimal(5))
        await office.tick(QUARTER)
        [told, follows] = posts(office, OPS)
        assert "acme-prod: $4.96 left" in told["text"]
        assert "its channel can't be reached (channel_not_found)" in str(told["blocks"])
        assert (follows["text"].startswith("🔴 acme-prod: now $4.96"), bool(follows["thread_ts"])) == (True, True)
        office.deepgram.set_balance(Decimal(540))
        await office.tick(QUARTER)
    stands = office.slack.channel_texts("ops", 0)
    assert not [text for text in stands if text.startswith(("🔴", "🟡"))]
    assert "[Acknowledge]" not in str(stands)


async def test_what_cant_be_said_in_a_thread_is_heard_by_the_operators_though_its_message_still_can_be_edited(office):
    await falls(office, "42")
    office.slack.faults.refuse("chat.postMessage", "restricted_action_read_only_channel")
    office.deepgram.set_balance(Decimal(5))
    await office.tick(QUARTER)
    [told] = posts(office, OPS)
    assert (told["text"].startswith("🔴 acme-prod: now $4.96"), told.get("thread_ts")) == (True, None)
    [edit] = office.calls("chat.update")
    assert edit["channel"] == ALERTS
