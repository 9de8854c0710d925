"""Rules are due when they say, and of two evaluations of one reading the first counts."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot.domain.alerts import AlertState, Incident

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def put(store, rule, event):
    async def put(name="low", at=None, **changes):
        made = rule(name, **changes)
        await store.put_rule(made, audit=event("rule.set", name, **({"at": at} if at else {})))
        return made

    return put


async def test_rules_come_back_by_name(store, put):
    b, a = await put("b", params={}), await put("a", threshold=Decimal("1E+3"))
    await put("elsewhere", project_id="p2")
    assert await store.rules("p1") == [a, b]
    assert str((await store.rules("p1"))[1].clear_at) == "55.000"


async def test_a_new_rule_is_due_at_once(store, put, noon):
    low = await put(at=noon)
    assert await store.due_rules(noon - timedelta(microseconds=1)) == []
    assert await store.due_rules(noon) == [(low, AlertState(low.id))]


async def test_an_evaluation_is_kept_and_the_next_one_planned(store, put, notice, event, noon, audit_log):
    low = await put()
    [(_, before)] = await store.due_rules(noon)
    after = AlertState(low.id, Incident("i1", noon, Decimal("8.10")), Decimal("8.10"), noon)
    assert await store.evaluated(
        before, after, next_due=noon + FIVE_MINUTES, notices=[notice()], audit=[event("incident.opened", "i1")]
    )
    assert await store.due_rules(noon) == []
    [(_, state)] = await store.due_rules(noon + FIVE_MINUTES)
    assert state == dataclasses.replace(after, revision=before.revision + 1)
    assert [q.queued_at for q in await store.due(noon, 9)] == [noon]
    assert await audit_log() == [("rule.set", "low"), ("incident.opened", "i1")]


async def test_an_incident_that_closed_is_forgotten(store, put, noon):
    low = await put()
    before = AlertState(low.id)
    fired = AlertState(low.id, Incident("i1", noon, Decimal(8)), Decimal(8), noon)
    assert await store.evaluated(before, fired, next_due=noon)
    [(_, before)] = await store.due_rules(noon)
    assert await store.evaluated(before, AlertState(low.id, None, Decimal(80), noon), next_due=noon)
    [(_, state)] = await store.due_rules(noon)
    assert (state.incident, state.last_value, state.revision) == (None, Decimal(80), 2)


async def test_the_second_evaluation_of_one_reading_changes_nothing(store, put, notice, event, noon, audit_log):
    low = await put()
    [(_, before)] = await store.due_rules(noon)
    assert await store.evaluated(before, AlertState(low.id, last_value=Decimal(8)), next_due=noon)
    assert not await store.evaluated(
        before,
        AlertState(low.id, last_value=Decimal(9)),
        next_due=noon + FIVE_MINUTES,
        notices=[notice()],
        audit=[event("incident.opened")],
    )
    [(_, state)] = await store.due_rules(noon)
    assert state.last_value == Decimal(8)
    assert await store.due(noon, 9) == []
    assert await audit_log() == [("rule.set", "low")]


async def test_a_changed_rule_keeps_its_incident_and_is_due_at_once(store, put, noon):
    low = await put()
    [(_, before)] = await store.due_rules(noon)
    fired = AlertState(low.id, Incident("i1", noon, Decimal(8)))
    await store.evaluated(before, fired, next_due=noon + FIVE_MINUTES)
    changed = await put(threshold=Decimal(5), at=noon)
    [(found, state)] = await store.due_rules(noon)
    assert (found, state.incident) == (changed, fired.incident)


async def test_an_evaluation_by_the_old_line_does_not_count_for_the_changed_rule(store, put, noon):
    low = await put()
    [(_, before)] = await store.due_rules(noon)
    await put(threshold=Decimal(5), at=noon)
    assert not await store.evaluated(before, AlertState(low.id), next_due=noon + FIVE_MINUTES)
    assert len(await store.due_rules(noon)) == 1


async def test_a_removed_rule_takes_its_state_along(store, put, event, noon, audit_log):
    low = await put()
    [(_, before)] = await store.due_rules(noon)
    assert await store.remove_rule(low.id, audit=event("rule.remove", "low"))
    assert not await store.remove_rule(low.id, audit=event("rule.remove", "low"))
    assert not await store.evaluated(before, AlertState(low.id, last_value=Decimal(1)), next_due=noon)
    assert await store.rules("p1") == []
    assert await audit_log() == [("rule.set", "low"), ("rule.remove", "low")]
    await put()
    assert [state for _, state in await store.due_rules(noon)] == [AlertState(low.id)]
