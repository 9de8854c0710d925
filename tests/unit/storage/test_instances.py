"""Of two evaluations of one state the first counts, with all that it leaves to say; of the second nothing is left."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import Instance
from dgbot.domain.alerting.states import AlertState, Breach, Incident, Phase
from dgbot.domain.alerting.telling import Acknowledgement, Act, Snooze, Told, Why
from dgbot.domain.alerting.troubles import Trouble

HISTORY = timedelta(days=90)


@pytest.fixture
async def low(store, rule, event, noon):
    made = rule()
    await store.put_rule(made, due_at=noon, audit=event("rule.put"))
    return made


@pytest.fixture
def firing(low, noon):
    incident = Incident("i1", noon, Decimal("8.10"), reopened=1, reached=(noon, noon + timedelta(hours=1)))
    state = AlertState(
        noon,
        noon,
        Phase.ERROR,
        Phase.FIRING,
        2,
        (Breach(1, noon, 3),),
        noon,
        incident,
        Decimal("8.10"),
        misses=1,
        failures=2,
        failing=Cause.AUTH,
    )
    told = Told(
        anchor="i1",
        incident_id="i1",
        open=True,
        rank=2,
        notified_at=noon,
        ack=Acknowledgement("U1", noon, 2, noon + timedelta(hours=24)),
        snooze=Snooze("U2", noon, 1, None),
        flips=(noon,),
        said=7,
    )
    return Instance(low.id, "f1", {"project_id": "p1", "key": "“x”"}, state, told, Severity.CRITICAL, 1)


def change(before, after, *, said=(), entries=(), audit=(), forget=False):
    return Evaluated(before, after, entries, tuple(said), tuple(audit), forget)


def new(instance):
    return dataclasses.replace(Instance(instance.rule_id, instance.fingerprint, instance.labels))


async def test_an_instance_comes_back_as_it_was(store, low, firing):
    assert await store.save_evaluated([change(new(firing), firing)]) == 1
    assert await store.instances(low.id) == [firing]
    assert await store.instance_of("i1") == firing
    assert await store.instance_of("i2") is None


async def test_of_two_first_evaluations_one_counts(store, low, firing, notice, event, noon, audit_log):
    assert await store.save_evaluated([change(new(firing), firing)]) == 1
    other = dataclasses.replace(firing, severity=None)
    late = change(new(firing), other, said=[notice()], audit=[event("incident.opened")])
    assert await store.save_evaluated([late]) == 0
    assert (await store.instances(low.id), await store.due(noon, 9)) == ([firing], [])
    assert await audit_log() == [("rule.put", "usage")]


async def test_the_second_evaluation_of_one_state_leaves_nothing(store, low, firing, notice, event, noon, audit_log):
    await store.save_evaluated([change(new(firing), firing)])
    first = dataclasses.replace(firing, labels={"project_id": "p2"}, revision=2)
    second = dataclasses.replace(firing, labels={"project_id": "p3"}, revision=2)
    entry = Entry(noon, "i1", ("T09",), Decimal(3), Act.BROADCAST, Why.WORSE)
    assert await store.save_evaluated([change(firing, first, said=[notice("n1")], entries=(entry,))]) == 1
    late = change(firing, second, said=[notice("n2")], entries=(entry,), audit=[event("incident.closed")])
    assert await store.save_evaluated([late]) == 0
    assert await store.instances(low.id) == [first]
    assert [queued.notice.key for queued in await store.due(noon, 9)] == ["n1"]
    assert await store.incident_history("i1", limit=9) == [entry]


async def test_one_that_comes_too_late_keeps_no_other_from_being_saved(store, low, firing):
    await store.save_evaluated([change(new(firing), firing)])
    other = dataclasses.replace(firing, fingerprint="f2")
    assert await store.save_evaluated([change(new(firing), firing), change(new(other), other)]) == 1
    assert [one.fingerprint for one in await store.instances(low.id)] == ["f1", "f2"]


async def test_what_is_no_more_is_forgotten_and_its_history_kept(store, low, firing, event, noon, audit_log):
    await store.save_evaluated([change(new(firing), firing)])
    entry = Entry(noon, "i1", ("T23",), None)
    gone = change(firing, firing, entries=(entry,), audit=[event("incident.closed", "i1")], forget=True)
    assert await store.save_evaluated([gone]) == 1
    assert await store.instances(low.id) == []
    assert await store.incident_history("i1", limit=9) == [entry]
    assert await audit_log() == [("rule.put", "usage"), ("incident.closed", "i1")]


async def test_what_somebody_else_forgot_or_saved_meanwhile_is_not_forgotten_again(store, low, firing, event, noon):
    await store.save_evaluated([change(new(firing), firing)])
    entry = Entry(noon, "i1", ("T23",), None)
    gone = change(firing, firing, entries=(entry,), forget=True)
    later = dataclasses.replace(firing, revision=2)
    assert await store.save_evaluated([change(firing, later)]) == 1
    assert await store.save_evaluated([gone]) == 0
    assert await store.instances(low.id) == [later]
    assert await store.save_evaluated([change(later, later, forget=True)]) == 1
    assert await store.save_evaluated([gone]) == 0
    assert await store.incident_history("i1", limit=9) == []


async def test_the_latest_lines_of_the_history_come_oldest_first(store, low, firing, noon):
    lines = tuple(
        Entry(noon + timedelta(minutes=n), "i1", ("T08",), Decimal(n), Act.EDIT, Why.VALUE, "snooze:U1")
        for n in range(5)
    )
    await store.save_evaluated([change(new(firing), firing, entries=lines)])
    assert await store.incident_history("i1", limit=2) == list(lines[3:])


async def test_what_is_not_fine_is_found_whatever_its_rule(store, low, firing, noon):
    fine = Instance(low.id, "f2", {}, AlertState(noon, noon), revision=1)
    await store.save_evaluated([change(new(firing), firing), change(new(fine), fine)])
    assert await store.unwell() == [firing]


async def test_a_state_that_cant_be_read_begins_anew(store, low, firing, write):
    await store.save_evaluated([change(new(firing), firing)])
    await write("UPDATE alert_instances SET state = '{}'")
    [found] = await store.instances(low.id)
    assert (found.state, found.told, found.revision) == (None, Told(), 1)
    assert await store.save_evaluated([change(found, dataclasses.replace(firing, revision=2))]) == 1


async def test_a_detail_that_cant_be_read_costs_nothing_but_itself(store, low, firing, write):
    await store.save_evaluated([change(new(firing), firing)])
    await write("UPDATE alert_instances SET detail = '\"text\"'")
    assert await store.instances(low.id) == [dataclasses.replace(firing, detail=())]


async def test_a_trouble_is_told_once_and_closed_once(store, notice, noon):
    trouble = Trouble("error:auth", noon, noon)
    assert await store.open_trouble(trouble, notice("n1"))
    assert not await store.open_trouble(dataclasses.replace(trouble, opened_at=noon), notice("n2"))
    assert await store.troubles() == [trouble]
    assert await store.close_trouble(trouble, notice("n3"), now=noon)
    assert not await store.close_trouble(trouble, notice("n4"), now=noon)
    assert await store.troubles() == []
    assert [queued.notice.key for queued in await store.due(noon, 9)] == ["n1", "n3"]


async def test_two_who_save_the_same_in_another_order_wait_for_each_other_and_not_for_ever(store, low, noon):
    born = [
        change(before, dataclasses.replace(before, state=AlertState(noon, noon), revision=1))
        for before in (Instance(low.id, f"f{number:03}", {"project_id": "p1"}) for number in range(200))
    ]
    saved = await asyncio.gather(store.save_evaluated(born), store.save_evaluated(born[::-1]))
    assert sum(saved) == len(born)


async def test_what_happened_is_kept_for_a_while_and_as_long_as_it_goes_on(store, low, firing, noon):
    ended = dataclasses.replace(
        firing,
        fingerprint="f2",
        state=AlertState(noon, noon, incident=Incident("i2", noon, Decimal(1), closed_at=noon)),
    )
    saves = [(firing, "i1"), (ended, "i2"), (dataclasses.replace(ended, fingerprint="f3"), "")]
    for after, incident in saves:
        lines = tuple(Entry(noon + timedelta(days=n), incident, ("T08",), None) for n in range(2))
        await store.save_evaluated([change(new(after), after, entries=lines)])
    assert await store.prune(noon + HISTORY, history_for=HISTORY) == 0
    assert await store.prune(noon + HISTORY + timedelta(seconds=1), history_for=HISTORY) == 2
    assert [len(await store.incident_history(name, limit=9)) for name in ("i1", "i2", "")] == [2, 1, 1]
