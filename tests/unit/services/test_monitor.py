"""From the tick to at most one message, over the real local Deepgram."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot import CannotMeasure, Check, RuleSpec, Sample
from dgbot.services.monitor import Monitor
from dgbot.services.rules import rule_id
from tests.office import ALERTS, CAROL, OPS

QUARTER = timedelta(minutes=15)


def alerts(office, since=0):
    return office.slack.channel_texts("alerts", since)


async def test_a_fall_is_one_message_and_the_recovery_one_edit_of_it(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(200))
    await office.tick(QUARTER)
    assert alerts(office) == []
    office.deepgram.set_balance(Decimal(42))
    await office.tick(QUARTER, QUARTER, QUARTER)
    (told,) = alerts(office)
    assert "acme-prod: $4" in told
    assert "below $50" in told
    office.deepgram.set_balance(Decimal(540))
    await office.tick(QUARTER, QUARTER)
    (told,) = alerts(office)
    assert "recovered, $540" in told
    assert len(office.calls("chat.postMessage")) == 1


async def test_state_survives_a_restart(new_office):
    async with new_office() as before:
        await before.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        before.deepgram.set_balance(Decimal(20))
        await before.tick()
    async with new_office() as after:
        await after.tick(QUARTER)
        assert len(alerts(after)) == 1
        after.deepgram.set_balance(Decimal(540))
        await after.tick(QUARTER)
        (told,) = alerts(after)
        assert "recovered" in told


async def test_a_failing_deepgram_changes_no_state_and_tells_nobody(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(20))
    await office.tick()
    mark = office.slack.mark()
    office.deepgram.fail("GET", "/v1/projects/*/balances", 503)
    await office.tick(QUARTER, QUARTER)
    assert alerts(office, mark) == []
    office.deepgram.heal()
    await office.tick(QUARTER)
    assert alerts(office, mark) == []


async def test_rules_that_watch_the_same_are_measured_once(office):
    for name in ("one", "two", "three"):
        await office.asks("carol", f"/deepgram balance-alert set 50 --channel #alerts --name {name}")
    office.deepgram.requests.clear()
    await office.tick()
    assert [seen.path for seen in office.deepgram.requests].count(
        f"/v1/projects/{office.deepgram.project_id}/balances"
    ) == 1


async def test_a_rule_is_not_measured_before_it_is_due(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    await office.tick()
    office.deepgram.set_balance(Decimal(1))
    await office.tick(timedelta(minutes=14))
    assert alerts(office) == []
    await office.tick(timedelta(minutes=1))
    assert len(alerts(office)) == 1


# Checks of plugins, and rules from the settings


def spec(name="low", check="odd", origin="settings", threshold=50) -> RuleSpec:
    return RuleSpec(name, check, Decimal(threshold), ALERTS, origin=origin)


def declared(office, *specs):
    project = office.deepgram.project_id
    return [one.rule(id=rule_id(project, one.name), project_id=project, every=timedelta(minutes=15)) for one in specs]


def monitor(office, measure) -> Monitor:
    checks = {"odd": Check("odd", "something", measure)}
    return Monitor(
        office.store, checks, office.clock, context=office.parts.monitor._context, wake_outbox=office.parts.outbox.wake
    )


def raising(error: Exception):
    async def measure(ctx, params):
        raise error

    return measure


def measuring(amount: str):
    async def measure(ctx, params):
        return Sample(Decimal(amount), "usd")

    return measure


@pytest.mark.parametrize(
    ("measure", "reason", "broke"),
    [
        (raising(RuntimeError("bug")), "The check odd broke (RuntimeError).", True),
        (raising(CannotMeasure("There is nothing to measure.")), "There is nothing to measure.", False),
        (measuring("NaN"), "measured NaN, which is no amount", False),
        (measuring("Infinity"), "measured Infinity, which is no amount", False),
    ],
)
async def test_a_check_that_fails_keeps_the_state_and_no_other_from_running(office, logged, measure, reason, broke):
    one = monitor(office, measure)
    await one.adopt(office.deepgram.project_id, declared(office, spec(), spec("other", "gone")))
    await one.run_due()
    reasons = [event["reason"] for event in logged if event["event"] == "check could not measure"]
    assert len(reasons) == 2
    assert any(reason in told for told in reasons)
    assert "No plugin provides the check gone any more." in reasons
    assert any(event["event"] == "check failed" for event in logged) is broke
    assert one.last_good_at is None
    await office.settle()
    assert alerts(office) == []


async def test_rules_of_the_settings_are_what_they_declare(office):
    one = monitor(office, measuring("60"))
    project = office.deepgram.project_id
    await one.adopt(project, declared(office, spec("a"), spec("b")))
    await one.adopt(project, declared(office, spec("b", threshold=70), spec("c", origin="plugin")))
    rules = {rule.name: rule.threshold for rule in await office.store.rules(project)}
    assert rules == {"b": Decimal(70), "c": Decimal(50)}
    actions = [action for _, action, _ in await office.audit_log()]
    await one.adopt(project, declared(office, spec("b", threshold=70), spec("c", origin="plugin")))
    assert [action for _, action, _ in await office.audit_log()] == actions, "what did not change is left alone"


async def test_a_restart_with_the_same_settings_does_not_tell_again(office):
    one = monitor(office, measuring("20"))
    for _ in range(2):
        await one.adopt(office.deepgram.project_id, declared(office, spec()))
        await one.run_due()
        office.clock.advance(QUARTER)
    await office.settle()
    assert len(alerts(office)) == 1


async def test_rules_that_people_made_are_not_the_settings_to_remove(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    await monitor(office, measuring("60")).adopt(office.deepgram.project_id, [])
    (rule,) = await office.store.rules(office.deepgram.project_id)
    assert (rule.origin, rule.created_by) == ("slack", CAROL)


async def test_two_bots_that_evaluate_at_once_tell_once(office):
    one, other = monitor(office, measuring("20")), monitor(office, measuring("20"))
    await one.adopt(office.deepgram.project_id, declared(office, spec()))
    due = await office.store.due_rules(office.clock.now())
    for bot in (one, other):
        for rule, state in due:
            outcome, project = await bot._measure(rule)
            await bot._evaluate(rule, state, outcome, project, office.clock.now())
    await office.settle()
    assert len(alerts(office)) == 1


async def test_the_operators_hear_once_that_a_check_is_blind_and_once_that_it_sees_again(loopback, new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        office.deepgram.fail("GET", "*/balances", 403)
        await office.tick(*[QUARTER] * 5)
        [said] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "the check balance can't measure" in said["text"]
        office.deepgram.heal()
        await office.tick(QUARTER, QUARTER)
        [edit] = [edit for edit in office.calls("chat.update") if edit["channel"] == OPS]
        assert "measures again" in edit["text"]


async def test_a_check_that_fails_once_is_nobodys_business(loopback, new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        office.deepgram.fail("GET", "*/balances", 503)
        await office.tick(QUARTER)
        office.deepgram.heal()
        await office.tick(QUARTER)
        assert not [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
