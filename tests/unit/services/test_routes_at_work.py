"""From labels to channels and people, over the real local Slack: who hears of what, and what they can follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dgbot.app.declared import adopt_rules
from tests.office import ALERTS, BOB, OPS

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
RULE = """
[[rule]]
name = "low-balance"
kind = "balance"
project = "*"
below = { warning = 50, critical = 10 }
"""
ROUTES = f"""
[[route]]
match = ["severity=critical"]
channel = "{OPS}"
mention = {{ critical = "SKEYAPPR1" }}

[[route]]
match = ['project=~"acme-.*"']
channel = "{ALERTS}"
mention = {{ warning = "{BOB}" }}
"""


@pytest.fixture
def rules_file(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(RULE + ROUTES)
    return path


@pytest.fixture
def settings(rules_file):
    return {"alerts": {"channel": OPS, "rules_file": str(rules_file)}}


def falls_to(office, amount: int) -> None:
    office.deepgram.set_balance(Decimal(amount))


def posts(office, channel: str) -> list[dict[str, Any]]:
    return [one for one in office.calls("chat.postMessage") if one["channel"] == channel]


def mentions(call: dict[str, Any]) -> list[str]:
    text = str(call["blocks"])
    return [one for one in ("<!subteam^SKEYAPPR1>", f"<@{BOB}>", "<!here>") if one in text]


async def test_a_warning_and_what_is_critical_are_told_where_their_routes_lead(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 42)
        await office.tick(QUARTER)
        [warning] = office.slack.channel_texts("alerts", 0)
        assert "acme-prod: $42 left, below $50" in warning
        assert office.slack.channel_texts("ops", 0) == []
        falls_to(office, 5)
        await office.tick(QUARTER)
        card, word = office.slack.channel_texts("alerts", 0)
        assert card.startswith("🔴 acme-prod: $")
        assert "🔴 acme-prod: now $" in word
        [critical] = office.slack.channel_texts("ops", 0)
        assert critical.startswith("🔴 acme-prod: $")
        assert "left, below $10" in critical
        assert "The first message about it" in critical
        falls_to(office, 500)
        await office.tick(QUARTER)
        for name in ("alerts", "ops"):
            card = office.slack.channel_texts(name, 0)[0]
            assert "recovered, $500" in card, "what was posted as firing is closed wherever it was"


async def test_the_list_of_what_fires_names_the_channels_that_heard_of_it_alone(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 42)
        await office.tick(QUARTER)
        assert "low-balance → #alerts · since" in await office.asks("alice", "/deepgram alerts")
        falls_to(office, 5)
        await office.tick(QUARTER)
        assert "low-balance → #alerts, #ops · since" in await office.asks("alice", "/deepgram alerts")


async def test_people_are_called_when_it_is_news_and_never_by_an_edit_a_repeat_or_a_recovery(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 42)
        await office.tick(QUARTER)
        falls_to(office, 5)
        await office.tick(QUARTER)
        await office.tick(timedelta(hours=25))
        falls_to(office, 500)
        await office.tick(QUARTER)
        assert [mentions(one) for one in posts(office, ALERTS)] == [[f"<@{BOB}>"], [], []]
        assert [mentions(one) for one in posts(office, OPS)] == [["<!subteam^SKEYAPPR1>"], [], []]
        assert [mentions(one) for one in office.calls("chat.update")] == [[]] * len(office.calls("chat.update"))


async def test_a_user_group_is_called_by_its_name_on_the_screen(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER)
        [critical] = office.slack.channel_texts("ops", 0)
        assert "@key-approvers" in critical


async def test_what_no_route_takes_is_told_to_the_operators(new_office, settings, rules_file):
    rules_file.write_text(RULE + ROUTES.replace("acme-.*", "beta-.*"))
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 42)
        await office.tick(QUARTER)
        [told] = office.slack.channel_texts("ops", 0)
        assert "acme-prod: $42 left" in told


async def test_a_rule_with_a_channel_of_its_own_is_told_there_alone(new_office, settings, rules_file):
    rules_file.write_text(f'{RULE}channel = "{ALERTS}"\nmentions = {{ critical = "here" }}\n{ROUTES}')
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER)
        assert [mentions(one) for one in posts(office, ALERTS)] == [["<!here>"]]
        assert posts(office, OPS) == []


async def test_without_operators_a_rule_that_nobody_may_hear_of_is_a_mistake(new_office, settings, logged):
    async with new_office(settings={"alerts": {**settings["alerts"], "channel": None}}) as office:
        await adopt_rules(office.parts)
        assert await office.store.rules() == []
    [told] = [event for event in logged if event["event"] == "rule left out"][:1]
    assert told["at"].endswith("rules.toml:2")
    assert "low-balance names no channel, and no route takes everything" in told["reason"]


ESCALATED = (
    RULE
    + f"""
channel = "{ALERTS}"
mentions = {{ critical = "here" }}
escalate = [
    {{ after = "1h", channel = "{OPS}", mention = "SKEYAPPR1" }},
    {{ after = "2h", person = "{BOB}" }},
    {{ after = "3h", mention = "SKEYAPPR1" }},
]
"""
)


async def test_what_nobody_looks_after_goes_to_a_channel_a_person_and_a_group_and_leads_back(
    new_office, settings, rules_file
):
    rules_file.write_text(ESCALATED)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER, HOUR)
        [card] = [one for one in posts(office, ALERTS) if not one.get("thread_ts")]
        ts = next(ts for channel, ts in office.slack.workspace.messages if channel == ALERTS)
        [told] = posts(office, OPS)
        assert mentions(told) == ["<!subteam^SKEYAPPR1>"]
        assert f"/archives/{ALERTS}/p{ts.replace('.', '')}|The first message about it>" in str(told["blocks"])
        assert "nobody looks after it" in office.slack.channel_texts("ops", 0)[0]
        assert "[Acknowledge]  [Snooze ▾]  [Silence…]  [Why?]" in office.slack.channel_texts("ops", 0)[0]
        await office.tick(HOUR)
        assert any("nobody looks after it" in text for text in office.slack.people["bob"].sees())
        await office.tick(HOUR)
        [called] = [one for one in posts(office, ALERTS) if one.get("thread_ts")]
        assert mentions(called) == ["<!subteam^SKEYAPPR1>"]
        assert mentions(card) == ["<!here>"]


def elsewhere(office) -> list[str]:
    """Return what an escalation said in #ops and to bob, as it is now."""
    seen = [text for text in office.slack.people["bob"].sees() if "The first message about it" in text]
    assert len(seen) == 2
    return seen


async def test_what_an_escalation_said_shows_how_it_goes_on(new_office, settings, rules_file):
    rules_file.write_text(ESCALATED)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER, HOUR, HOUR)
        _, said = elsewhere(office)
        assert "for 2 h; nobody looks after it." in said
        await office.asks("carol", "/deepgram alerts ack rule=low-balance")
        for shown in elsewhere(office):
            assert "Seen by @carol" in shown
            assert "nobody looks after it" not in shown
            assert "The first message about it" in shown
        falls_to(office, 500)
        await office.tick(QUARTER)
        for shown in elsewhere(office):
            assert shown.startswith("🟢 acme-prod: recovered")
            assert "[Acknowledge]" not in shown


async def test_what_an_escalation_said_and_somebody_deleted_stays_away(new_office, settings, rules_file):
    rules_file.write_text(ESCALATED)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER, HOUR)
        [place] = [place for place in office.slack.workspace.messages if place[0] == OPS]
        del office.slack.workspace.messages[place]
        falls_to(office, 500)
        await office.tick(QUARTER)
        assert office.slack.channel_texts("ops", 0) == []


async def test_an_escalation_that_reaches_nobody_is_told_to_the_operators(new_office, settings, rules_file):
    rules_file.write_text(ESCALATED.replace(f'channel = "{OPS}"', 'channel = "C0GONE"'))
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER, HOUR)
        [told] = office.slack.channel_texts("ops", 0)
        assert "nobody looks after it" in told
        assert "its channel can't be reached (channel_not_found)" in told


async def test_an_escalation_is_told_even_if_slack_does_not_say_where_the_message_is(new_office, settings, rules_file):
    rules_file.write_text(ESCALATED)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER)
        office.slack.faults.refuse("chat.getPermalink", "message_not_found")
        await office.tick(HOUR)
        [told] = office.slack.channel_texts("ops", 0)
        assert "The first message" not in told


def opens_staging(office, *, balance: int) -> None:
    """Let the bot's key see a second project, which has so much left."""
    production, staging = office.deepgram.production, office.deepgram.staging
    for key_id, key in production.keys.items():
        if key.secret == office.deepgram.api_key:
            production.keys[key_id] = replace(key, sees=(staging.project_id,))
    office.deepgram.set_balance(Decimal(balance), staging.project_id)


async def test_a_project_has_its_own_lines_while_the_pattern_goes_on_for_the_others(new_office, settings, rules_file):
    async with new_office(settings=settings) as office:
        own = office.deepgram.project_id
        rules_file.write_text(f"{RULE}\n[rule.override.{own}]\nbelow = {{ warning = 20 }}\n{ROUTES}")
        await adopt_rules(office.parts)
        falls_to(office, 42)
        opens_staging(office, balance=42)
        await office.tick(QUARTER)
        [told] = office.slack.channel_texts("alerts", 0)
        assert "acme-staging: $42 left, below $50" in told, "the line of all others is none for acme-prod"
        falls_to(office, 15)
        await office.tick(QUARTER)
        _, own_line = office.slack.channel_texts("alerts", 0)
        assert "left, below $20" in own_line
        assert "acme-prod: $1" in own_line


async def test_a_project_that_is_new_is_watched_without_a_restart(new_office, settings, monkeypatch):
    monkeypatch.setattr("dgbot.services.projects.FRESH_SECONDS", 0.0)  # ten minutes, which nobody waits for here
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 500)
        await office.tick(QUARTER)
        opens_staging(office, balance=7)
        await office.tick(QUARTER)
        [told] = office.slack.channel_texts("ops", 0)
        assert "🔴 acme-staging: $7 left, below $10" in told


async def test_another_project_is_called_by_its_name_wherever_people_answer_it(new_office, settings, monkeypatch):
    monkeypatch.setattr("dgbot.services.projects.FRESH_SECONDS", 0.0)
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        falls_to(office, 500)
        opens_staging(office, balance=42)
        await office.tick(QUARTER)
        assert "acme-staging: $42 left" in await office.asks("carol", "/deepgram alerts")
        assert "You look after 1 alert" in await office.asks("carol", "/deepgram alerts ack project=acme-staging")
        [card] = office.slack.channel_texts("alerts", 0)
        assert "acme-staging: $42 left" in card
        await office.clicks("carol", "Silence…")
        said = await office.submits("carol", For="1h", Because="the invoice is being paid")
        assert "Silenced: matches 1 of 2 alerts, 1 of which fires" in said
        office.deepgram.set_balance(Decimal(2), office.deepgram.staging.project_id)
        await office.tick(QUARTER)
        assert office.slack.channel_texts("ops", 0) == [], "it was silenced by its name"


async def test_rules_with_routes_are_not_changed_by_a_restart(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        await office.tick(QUARTER)
        [before] = await office.store.rules()
        due = await office.store.due_rules(office.clock.now())
        await adopt_rules(office.parts)
        assert await office.store.rules() == [before]
        assert await office.store.due_rules(office.clock.now()) == due == []


@pytest.mark.parametrize(("asleep", "told"), [([OPS], 1), ([ALERTS], 1), ([ALERTS, OPS], 0)])
async def test_quiet_hours_hold_while_everybody_is_quiet_who_would_hear_it(
    new_office, settings, rules_file, asleep, told
):
    rules_file.write_text(RULE + ROUTES.replace("mention = { critical", "continue = true\nmention = { critical"))
    quiet = {"day": {"from": "00:00", "to": "23:59", "critical": "wait", "channels": asleep}}
    async with new_office(settings={"alerts": {**settings["alerts"], "quiet": quiet}}) as office:
        await adopt_rules(office.parts)
        falls_to(office, 5)
        await office.tick(QUARTER)
        assert [len(office.slack.channel_texts(name, 0)) for name in ("alerts", "ops")] == [told, told]


async def test_every_rule_is_listed_with_its_channels_as_links(new_office, settings):
    async with new_office(settings=settings) as office:
        await adopt_rules(office.parts)
        await office.asks("carol", "/deepgram balance-alert set 80 --channel #alerts --name early")
        falls_to(office, 42)
        await office.tick(QUARTER)
        told = await office.asks("carol", "/deepgram alerts rules")
        assert "2 rules watch acme-prod" in told
        assert "🟡 early · balance below $80, $16 → #alerts · firing since" in told
        assert "low-balance · balance below $50, $10 → #ops, #alerts · " in told
        assert "from the rules file" in told
        shown = await office.asks("carol", "/deepgram balance-alert show early")
        assert "tells #alerts below $80" in shown


async def test_people_are_called_by_a_rule_of_slack_and_not_any_more(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    edited = await office.asks(
        "carol", "/deepgram balance-alert edit low-balance --mention @key-approvers --mention-early @here"
    )
    assert "Calls when critical: nobody → @key-approvers" in edited
    shown = await office.asks("carol", "/deepgram balance-alert show low-balance")
    assert "@key-approvers" in shown
    falls_to(office, 42)
    await office.tick(QUARTER)
    falls_to(office, 5)
    await office.tick(QUARTER)
    assert [mentions(one) for one in posts(office, ALERTS)] == [["<!here>"], ["<!subteam^SKEYAPPR1>"]]
    await office.asks("carol", "/deepgram balance-alert edit low-balance --mention nobody")
    assert "@key-approvers" not in await office.asks("carol", "/deepgram balance-alert show low-balance")
    refused = await office.asks("carol", "/deepgram balance-alert edit low-balance --mention everybody")
    assert "mentions nobody; type @ and pick" in refused
