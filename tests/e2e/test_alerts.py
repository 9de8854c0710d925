"""The balance alert through the whole bot: one message when it falls, one edit when it recovers, whatever happens."""

from __future__ import annotations

import pytest

from tests.e2e.company import Company

pytestmark = pytest.mark.slow


def _said(acme: Company, channel_id: str) -> list[str]:
    """Return what the bot did in a channel, in order; the report on old keys is no alert.

    P is a message of its own, R a reply in a thread, E an edit.
    """
    short = {"chat.postMessage": "P", "chat.update": "E"}
    return [
        "R" if call.arguments.get("thread_ts") else short[call.method]
        for call in acme.slack.calls
        if call.method in short and call.arguments["channel"] == channel_id
        if "deserve a look" not in call.arguments["text"]
    ]


async def test_an_alert_that_fires_outlives_restarts_as_one_message_and_one_edit(acme):
    await acme.play(
        """
        deepgram: balance 42
        wait 30m
        expect #alerts: $42 left
        bot: kill
        bot: start
        wait 30m
        deepgram: balance 12
        wait 30m
        bot: kill
        wait 2d
        bot: start
        wait 30m
        deepgram: balance 54
        wait 30m
        expect-not #alerts: recovered
        deepgram: balance 540
        bot: kill
        wait 30m
        bot: start
        expect #alerts: recovered, $540
        wait 30m
        """
    )
    said = _said(acme, "CALERTS01")
    assert (said[0], said.count("P"), said[-2:]) == ("P", 1, ["E", "R"])
    card, worse, over = acme.channel("alerts")
    assert "recovered, $540" in card
    assert "now $0 left, below $10." in worse
    assert "recovered after 2 days" in over


async def test_a_second_fall_after_a_while_is_a_new_message(acme):
    await acme.play(
        """
        deepgram: balance 42
        wait 30m
        deepgram: balance 540
        wait 30m
        wait 30m
        deepgram: balance 41
        wait 30m
        expect #alerts: $41 left
        """
    )
    assert _said(acme, "CALERTS01") == ["P", "E", "R", "P"]


async def test_a_rule_from_slack_stands_beside_the_one_from_the_settings(acme):
    await acme.play(
        """
        carol: /deepgram balance-alert set 100 --channel #ops --name early
        expect carol: less than $100 is left
        deepgram: balance 80
        wait 30m
        expect #ops: $80 left, below $100
        expect-not #alerts: left
        bot: kill
        bot: start
        deepgram: balance 42
        wait 30m
        expect #alerts: $42 left, below $50
        expect-not #ops: below
        carol: /deepgram balance-alert list
        expect carol: early
        expect carol: low-balance
        carol: /deepgram balance-alert remove low-balance
        expect carol: comes from the bot's settings
        carol: /deepgram balance-alert remove early
        expect carol: nobody is told any more
        deepgram: balance 540
        wait 30m
        expect #alerts: recovered
        expect-not #ops: recovered
        """
    )
    early = _said(acme, "COPS00001")
    assert (early[0], early.count("P"), early[-1]) == ("P", 1, "E"), "a rule that is removed closes its message"
    assert _said(acme, "CALERTS01") == ["P", "E", "R"]


async def test_the_channel_in_which_the_rule_is_set_is_told_when_none_is_named(acme):
    await acme.play(
        """
        deepgram: balance 5000
        carol in #ops: /deepgram balance-alert set 1,000 --name large
        expect carol: less than $1,000 is left
        wait 30m
        deepgram: balance 542
        wait 30m
        expect #ops: below $1,000
        """
    )


async def test_while_deepgram_fails_nothing_wrong_is_told_and_afterwards_the_truth(acme):
    acme.forgiven.add("check")
    await acme.play(
        """
        deepgram: balance 42
        deepgram: fail GET /v1/projects/*/balances 503
        wait 30m
        expect-not #alerts: left
        deepgram: fail GET /v1/projects/*/balances 403
        wait 30m
        deepgram: fail GET /v1/projects/*/balances 0
        wait 30m
        deepgram: heal
        deepgram: balance 42
        wait 30m
        expect #alerts: $42 left
        deepgram: fail GET /v1/projects/*/balances 500
        wait 30m
        expect-not #alerts: recovered
        deepgram: heal
        deepgram: balance 540
        wait 30m
        expect #alerts: recovered
        """
    )
    assert _said(acme, "CALERTS01") == ["P", "E", "R"]


async def test_people_answer_an_alert_and_it_outlives_a_restart(acme):
    await acme.play(
        """
        deepgram: balance 42
        wait 30m
        expect #alerts: [Acknowledge]  [Snooze ▾]  [Silence…]  [Why?]
        carol: click "Acknowledge"
        expect carol: You look after it
        expect #alerts: Seen by @carol
        carol: click "1 hour"
        expect #alerts: Snoozed by @carol until
        bot: kill
        bot: start
        carol: click "Wake"
        expect carol: Nobody looks after it now
        carol: click "Silence…"
        carol: submit "For"="1h" "Because"="invoice is being paid"
        expect #alerts: invoice is being paid
        deepgram: balance 5
        bot: kill
        wait 30m
        bot: start
        expect-not #alerts: now $5
        wait 1h
        expect #alerts: still $
        carol: click "Why?"
        expect carol: told in a message of its own
        """
    )
