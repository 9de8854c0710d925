"""Silences in Slack: what they keep back, what they show, and what is said the moment they end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from tests.unit.services.test_alerts import HOUR, QUARTER, alerts, the_id

MINUTE = timedelta(minutes=1)
SILENCE = '/deepgram alerts silence project=acme-prod kind=balance --for 2h --because "invoice is being paid"'


@pytest_asyncio.fixture(loop_scope="session")
async def watched(office):
    """An office with one rule, every 15 minutes, that does not fire."""
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(200))
    await office.tick()
    return office


async def silence_id(office) -> str:
    (one,) = await office.store.silences(office.clock.now())
    return str(one.id)


async def test_what_fires_in_a_silence_is_told_the_moment_it_ends_and_not_when_the_rule_is_due(watched):
    said = await watched.asks("carol", SILENCE)
    assert "Silenced: matches 1 of 1 alert, none of which fire" in said
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    assert alerts(watched) == []
    await watched.tick(*[QUARTER] * 6, QUARTER - MINUTE)  # 15:59
    assert alerts(watched) == []
    assert watched.clock.now().minute == 59
    watched.deepgram.requests.clear()
    await watched.tick(MINUTE)
    (told,) = alerts(watched)
    assert "acme-prod: $4" in told


async def test_what_fires_in_a_silence_is_told_at_once_by_whoever_ends_it(watched):
    await watched.asks("carol", SILENCE)
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", f"/deepgram alerts unsilence {await silence_id(watched)}")
    await watched.settle()
    (told,) = alerts(watched)
    assert "acme-prod: $42 left" in told


async def test_a_silence_is_ended_by_the_beginning_of_its_id(watched):
    await watched.asks("carol", SILENCE)
    named = await silence_id(watched)
    assert "It is silent no more" in await watched.asks("carol", f"/deepgram alerts unsilence {named[:4]}")
    assert await watched.store.silences(watched.clock.now()) == []


async def test_what_got_worse_in_a_silence_is_heard_when_it_ends(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", SILENCE)
    watched.deepgram.set_balance(Decimal(5))
    await watched.tick(QUARTER)
    before = len(watched.calls("chat.postMessage"))
    watched.clock.advance(HOUR)
    await watched.tick(QUARTER * 3)
    (broadcast,) = watched.calls("chat.postMessage")[before:]
    assert broadcast["reply_broadcast"] in (True, "true", "1")


async def test_what_was_told_before_a_silence_and_did_not_change_is_not_told_again(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", SILENCE)
    before = len(watched.calls("chat.postMessage"))
    await watched.tick(HOUR, HOUR, HOUR)
    assert len(watched.calls("chat.postMessage")) == before
    assert "Silenced" not in alerts(watched)[0]


async def test_the_card_says_who_silenced_it_until_when_and_why(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", SILENCE)
    assert "Silenced by @carol until 22 Nov at 16:15 UTC: invoice is being paid" in alerts(watched)[0]
    await watched.asks("carol", f"/deepgram alerts unsilence {await silence_id(watched)}")
    assert "Silenced" not in alerts(watched)[0]


async def test_an_answer_keeps_the_words_about_the_silence(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", SILENCE)
    await watched.asks("carol", f"/deepgram alerts ack {await the_id(watched)}")
    card = alerts(watched)[0]
    assert "Seen by @carol" in card
    assert "invoice is being paid" in card


async def test_what_closes_in_a_silence_turns_green_without_a_noise(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", SILENCE)
    before = len(watched.calls("chat.postMessage"))
    watched.deepgram.set_balance(Decimal(540))
    await watched.tick(QUARTER)
    assert "🟢 acme-prod: recovered, $540" in alerts(watched)[0]
    assert len(watched.calls("chat.postMessage")) == before


async def test_why_names_the_silence(watched):
    await watched.asks("carol", SILENCE)
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    said = await watched.asks("alice", f"/deepgram alerts why {await the_id(watched)}")
    assert f"not told: silence {await silence_id(watched)}" in said


async def test_a_snooze_that_ends_between_two_evaluations_is_told_then(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    watched.clock.advance(5 * MINUTE)
    await watched.asks("carol", f"/deepgram alerts snooze {await the_id(watched)} --for 1h")
    await watched.tick(*[QUARTER] * 3, 10 * MINUTE)  # 15:15, evaluated
    before = len(watched.calls("chat.postMessage"))
    await watched.tick(4 * MINUTE)
    assert len(watched.calls("chat.postMessage")) == before
    await watched.tick(MINUTE)  # 15:20
    (told,) = watched.calls("chat.postMessage")[before:]
    assert "the snooze is over" in told["text"]


async def test_a_preview_shows_what_would_be_quiet_and_keeps_nothing_quiet(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    said = await watched.asks("carol", f"{SILENCE} --preview")
    assert "It would match 1 of 1 alert, 1 of which fires" in said
    assert "acme-prod: $42 left" in said
    assert await watched.store.silences(watched.clock.now()) == []
    await watched.clicks("carol", "Silence")
    assert await silence_id(watched)


async def test_silences_that_match_nothing_say_which_labels_there_are(watched):
    said = await watched.asks("carol", SILENCE.replace("acme-prod", "acme-dev"))
    assert "matches none of 1 alert now" in said
    assert "Labels are project, kind, rule, severity" in said


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("project=acme --for 31d --because x", 'for: "31d" is longer than 30d'),
        ("project=acme --for 2h", "--because is missing"),
        ('project=acme --for 2h --because " "', "because"),
        ("--for 2h --because x", "<matchers> is missing"),
        ("acme --for 2h --because x", '"acme" is not a matcher such as project=acme-prod'),
        ('project=~"(a+)+b" --for 2h --because x', "can't be used"),
    ],
)
async def test_a_silence_that_can_not_be_says_what_would_fit(watched, line, wrong):
    said = await watched.asks("carol", f"/deepgram alerts silence {line}")
    assert wrong in said
    assert await watched.store.silences(watched.clock.now()) == []


async def test_the_button_opens_the_form_with_what_tells_the_alert_apart(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    form = await watched.clicks("carol", "Silence")
    assert "Matchers: rule=low-balance project=acme-prod" in form
    said = await watched.submits("carol", For="1h", Because="invoice is being paid")
    assert "Silenced: matches 1 of 1 alert, 1 of which fires" in said
    assert "Silenced by @carol until 22 Nov at 15:15 UTC: invoice is being paid" in alerts(watched)[0]


async def test_who_may_not_silence_gets_no_form(watched):
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    assert "It needs alerts.write" in await watched.clicks("alice", "Silence")


async def test_a_list_shows_what_is_silenced_by_whom_and_until_when(watched):
    assert "Nothing is silenced" in await watched.asks("alice", "/deepgram alerts silences")
    await watched.asks("carol", SILENCE)
    said = await watched.asks("alice", "/deepgram alerts silences")
    assert 'project="acme-prod" kind="balance"' in said
    assert "by @carol until 22 Nov at 16:00 UTC: invoice is being paid" in said
    await watched.tick(3 * HOUR)
    assert "Nothing is silenced" in await watched.asks("alice", "/deepgram alerts silences")


async def test_a_silence_that_is_over_can_not_be_ended(watched):
    assert "There is no silence 0000 that lasts" in await watched.asks("carol", "/deepgram alerts unsilence 0000")


async def test_a_silence_outlives_a_restart(new_office):
    async with new_office() as before:
        await before.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await before.asks("carol", SILENCE)
    async with new_office() as after:
        after.deepgram.set_balance(Decimal(20))
        await after.tick(QUARTER)
        assert alerts(after) == []


async def test_a_rule_that_is_changed_in_a_silence_says_nothing(watched):
    await watched.asks("carol", SILENCE)
    watched.deepgram.set_balance(Decimal(42))
    await watched.tick(QUARTER)
    await watched.asks("carol", "/deepgram balance-alert set 60 --channel #alerts")
    await watched.tick(MINUTE)
    assert alerts(watched) == []


@pytest.mark.parametrize(
    ("matchers", "answer"),
    [
        ("kind=balanse", 'no alert is of the kind "balanse"; did you mean balance?'),
        ("rule=nosuch", 'no alert is of the rule "nosuch"; there are low-balance.'),
        ("rule=low-balanse", 'no alert is of the rule "low-balanse"; did you mean low-balance?'),
        ("severity=high", 'no alert is of the severity "high"; there are info, warning, critical.'),
        ("colour=red", 'no alert has the label "colour"; there are kind, project'),
        ("project=acme-prod sevrity=critical", 'no alert has the label "sevrity"; did you mean severity?'),
    ],
)
async def test_a_silence_that_nothing_could_ever_fit_is_refused(watched, matchers, answer):
    said = await watched.asks("carol", f"/deepgram alerts silence {matchers} --for 2h --because x")
    assert answer in said
    assert await watched.store.silences(watched.clock.now()) == []


@pytest.mark.parametrize(
    "matchers", ["kind=days-left", "rule!=nosuch", "rule=~nosuch-.*", "project=acme-dev", "severity=info"]
)
async def test_a_silence_for_what_may_come_is_kept(watched, matchers):
    await watched.asks("carol", f"/deepgram alerts silence {matchers} --for 2h --because x")
    assert len(await watched.store.silences(watched.clock.now())) == 1


async def test_a_label_may_be_of_a_rule_that_was_not_checked_yet(office):
    await office.asks("carol", "/deepgram balance-alert set 50")
    await office.asks("carol", "/deepgram alerts silence key=ci --for 2h --because x")
    assert len(await office.store.silences(office.clock.now())) == 1


async def test_silences_are_listed_with_the_ids_by_which_they_end(watched):
    await watched.asks("carol", "/deepgram alerts silence kind=balance --for 2h --because x")
    [silence] = await watched.store.silences(watched.clock.now())
    assert f"silence {silence.id}" in await watched.asks("alice", "/deepgram alerts silences")


async def test_many_silences_are_shown_by_pages_and_each_can_be_ended(watched):
    for number in range(14):
        await watched.asks("carol", f"/deepgram alerts silence project=p{number} --for 2h --because x")
    said = await watched.asks("alice", "/deepgram alerts silences")
    assert "14 silences" in said
    assert "1 to 12 of 14" in said
    said = await watched.clicks("alice", "Next")
    assert "13 to 14 of 14" in said
    assert (said.count("[End it]"), "[Next]" in said) == (2, False)


async def test_the_settings_say_for_how_long_it_is_kept_what_was_silenced(new_office):
    async with new_office(settings={"alerts": {"history_for": "10d"}}) as office:
        await office.asks("carol", SILENCE)
        for days, kept in ((10, 1), (1, 0)):
            await office.tick(timedelta(days=days))
            [number] = await office.store._run(lambda c: c.exec_driver_sql("SELECT count(*) FROM alert_silences").one())
            assert number == kept
