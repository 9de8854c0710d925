"""Rules come back as they were, are due when they say, and change together with their instances or not at all."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import EscalationStep, Instance, WhenNoData
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.alerting.states import AlertState

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def put(store, rule, event, noon):
    async def put(name="low", at=None, **changes):
        made = rule(name, **changes)
        before, seen = await store.rule(made.id), await store.instances(made.id)
        assert await store.put_rule(made, before=before, due_at=at or noon, seen=seen, audit=event("rule.put", name))
        return made

    return put


def saved(rule_id, noon, **changes):
    before = Instance(rule_id, "f1", {"project_id": "p1"})
    return Evaluated(before, dataclasses.replace(before, state=AlertState(noon, noon), revision=1, **changes))


async def test_rules_come_back_by_name_as_they_were(store, put):
    b = await put("b", params={})
    a = await put(
        "a",
        schedule=Schedule(timedelta(days=1), "0 9 * * 1-5", "Europe/Berlin"),
        no_data_after=timedelta(hours=2),
        when_no_data=WhenNoData.OK,
        max_age=timedelta(days=3),
        repeat={Severity.CRITICAL: timedelta(hours=6), Severity.WARNING: None},
        escalation=(EscalationStep(timedelta(hours=4), "C9"),),
        mentions={Severity.CRITICAL: "<!here>"},
        labels={"team": "speech"},
        runbook="https://wiki.test/balance",
        paused_by="U2",
    )
    everywhere = await put("c", project_id="*")
    await put("elsewhere", project_id="p2")
    assert await store.rules("p1") == [a, b, everywhere]
    assert str((await store.rules("p1"))[1].ladder.levels[0].clear_at) == "55.000"
    assert (await store.rule(a.id), await store.rule("other")) == (a, None)


async def test_a_rule_that_cant_be_read_keeps_no_other_from_being_evaluated(store, put, noon, write):
    await put("a")
    b = await put("b")
    await write("UPDATE alert_rules SET body = '{}' WHERE name = 'a'")
    assert [due.rule for due in await store.due_rules(noon)] == [b]


async def test_a_rule_is_due_from_its_moment_on(store, put, noon):
    low = await put(at=noon)
    assert await store.due_rules(noon - timedelta(microseconds=1)) == []
    [due] = await store.due_rules(noon + FIVE_MINUTES)
    assert (due.rule, due.since) == (low, noon)
    await store.postpone_rule(due, noon + FIVE_MINUTES)
    assert await store.due_rules(noon) == []


async def test_a_rule_that_was_changed_while_it_was_evaluated_is_not_put_off(store, put, noon):
    await put(at=noon)
    [due] = await store.due_rules(noon)
    changed = await put(at=noon + timedelta(seconds=1), channel_id="C2")
    await store.postpone_rule(due, noon + FIVE_MINUTES)
    assert [one.rule for one in await store.due_rules(noon + timedelta(seconds=1))] == [changed]


async def test_a_change_that_comes_too_late_for_an_instance_is_not_kept(store, put, rule, event, noon, audit_log):
    low = await put()
    await store.save_evaluated([saved(low.id, noon)])
    changed, stale = dataclasses.replace(low, name="lower"), saved(low.id, noon)
    for seen in ([], [stale.before]):
        assert not await store.put_rule(changed, before=low, due_at=noon, seen=seen, audit=event("rule.put"))
        assert not await store.remove_rule(low.id, seen=seen, audit=event("rule.remove"))
    seen = await store.instances(low.id)
    await store.save_evaluated([Evaluated(seen[0], dataclasses.replace(stale.after, revision=2))])
    assert not await store.put_rule(changed, before=low, due_at=noon, seen=seen, audit=event("rule.put"))
    assert not await store.remove_rule(low.id, seen=seen, audit=event("rule.remove"))
    assert await store.rules("p1") == [low]
    assert await audit_log() == [("rule.put", "low")]


async def test_a_removed_rule_takes_its_instances_along(store, put, event, noon, audit_log):
    low = await put()
    await store.save_evaluated([saved(low.id, noon)])
    seen = await store.instances(low.id)
    assert await store.remove_rule(low.id, seen=seen, audit=event("rule.remove", "low"))
    assert not await store.remove_rule(low.id, audit=event("rule.remove", "low"))
    assert (await store.rules("p1"), await store.instances(low.id)) == ([], [])
    assert await audit_log() == [("rule.put", "low"), ("rule.remove", "low")]
    await put()
    assert await store.instances(low.id) == []


async def test_an_evaluation_by_the_old_line_does_not_count_for_a_changed_or_removed_rule(store, put, event, noon):
    low = await put()
    [due] = await store.due_rules(noon)
    await put(at=noon + timedelta(seconds=1), channel_id="C2")
    assert await store.save_round(due, [saved(low.id, noon)]) == 0
    await store.remove_rule(low.id, audit=event("rule.remove"))
    assert await store.save_round(due, [saved(low.id, noon)]) == 0
    assert await store.instances(low.id) == []


@pytest.mark.parametrize("change", ["put", "remove"])
async def test_a_change_that_comes_too_late_is_not_too_late_again_for_the_same_evaluation(
    store, put, event, noon, change
):
    low = await put()
    [due] = await store.due_rules(noon)
    assert await store.save_round(due, [saved(low.id, noon)]) == 1
    late = event("rule.change", at=noon + timedelta(seconds=1))
    if change == "put":
        assert not await store.put_rule(low, before=low, due_at=late.at, audit=late)
    else:
        assert not await store.remove_rule(low.id, audit=late)
    other = Instance(low.id, "f2", {})
    rest = Evaluated(other, dataclasses.replace(other, state=AlertState(noon, noon), revision=1))
    assert await store.save_round(due, [rest]) == 0


async def test_of_two_changes_of_one_rule_the_first_counts(store, put, rule, event, noon, audit_log):
    low = rule()
    first, second = (dataclasses.replace(low, channel_id=channel) for channel in ("C2", "C3"))
    assert not await store.put_rule(first, before=low, due_at=noon, audit=event("rule.put")), "it is not there yet"
    await put()
    assert not await store.put_rule(first, due_at=noon, audit=event("rule.put")), "it is there already"
    assert await store.put_rule(first, before=low, due_at=noon, audit=event("rule.put"))
    assert not await store.put_rule(second, before=low, due_at=noon, audit=event("rule.put"))
    assert await store.rule(low.id) == first
    assert await audit_log() == [("rule.put", "low"), ("rule.put", "usage")]


async def test_a_rule_that_cant_be_read_can_be_made_anew(store, put, write):
    await put()
    await write("UPDATE alert_rules SET body = '{}'")
    low = await put()
    assert await store.rule(low.id) == low
