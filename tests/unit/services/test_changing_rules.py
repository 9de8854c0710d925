"""Whoever changes a rule while others evaluate or change it leaves no alert open, and undoes nothing of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from dgbot import Check, RuleSpec, Sample, Severity, Side, cleared
from dgbot.adapters.storage import open_store
from dgbot.domain.identity import Principal
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.project_rules import ProjectRules
from dgbot.services.alerting.rules import RuleBook, rule_id
from dgbot.services.alerting.troubles import Troubles
from tests.conftest import in_session
from tests.office import ALERTS, BOB, CAROL, OPS

QUARTER = timedelta(minutes=15)
KEYS = 30


@pytest.fixture
def meanwhile(office, monkeypatch):
    """Let something happen between what a change of a rule reads and what it writes, the first time."""

    def happens(method: str, act: Callable[[], Awaitable[object]]) -> None:
        write, acts = getattr(office.store, method), [act]

        async def late(*args, **named):
            if acts:
                office.clock.advance(timedelta(seconds=1))
                await acts.pop()()
            return await write(*args, **named)

        monkeypatch.setattr(office.store, method, late)

    return happens


@pytest.mark.parametrize(("change", "method"), [("pause", "put_rule"), ("edit", "put_rule"), ("remove", "remove_rule")])
async def test_what_a_first_evaluation_tells_while_its_rule_is_changed_is_closed(office, meanwhile, change, method):
    office.deepgram.set_balance(Decimal(42))
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    meanwhile(method, office.parts.rounds.make)
    below = " --below 20" if change == "edit" else ""
    await office.asks("carol", f"/deepgram balance-alert {change} low-balance{below}")
    await office.settle()
    [card] = office.slack.channel_texts("alerts", 0)
    assert card.startswith("⚪")
    assert [one for one in await office.store.unwell() if one.told.open] == []


@in_session()
async def two_bots(office, postgres_url):
    """The monitor of a bot, and the rules as a command of another one sees them, on one database."""

    async def ends(ctx, params):
        return [Sample(Decimal(1), "day", {"key": f"k{number}"}) for number in range(KEYS)]

    checks = {"ends": Check("ends", "days left", ends, unit="day")}
    async with open_store(postgres_url) as a, open_store(postgres_url) as b:
        measuring = Measuring(checks, office.parts._sample_context)
        monitor = Monitor(a, measuring, Hushes(a, checks), Troubles(a, OPS), office.clock, wake_outbox=lambda: None)
        yield monitor, await _rules(office, b, CAROL, checks), a


async def _rules(office, store, who, checks):
    project = await office.parts.projects.project()
    book = RuleBook(store, office.clock, checks, wake_outbox=lambda: None)
    return ProjectRules(book, store, office.clock, project=project, principal=Principal(who), every=QUARTER)


async def _after(seconds: float, act: Awaitable[object]) -> object:
    await asyncio.sleep(seconds)
    return await act


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["pause", "remove"])
async def test_two_bots_leave_no_alert_of_a_rule_that_ends_open(office, two_bots, verb):
    monitor, rules, store = two_bots
    project = await office.parts.projects.project()
    for number in range(12):
        name = f"r{number}"
        await rules.put(RuleSpec(name, "ends", Decimal(30), ALERTS, critical=Decimal(5), unit="day"), before=None)
        office.clock.advance(timedelta(seconds=1))
        await asyncio.gather(monitor.run_due(), _after(number * 0.005, getattr(rules, verb)(name)))
        lines = await store._run(partial(_history, rule_id(project.id, name)))
        opened = {thing for thing, rows in lines if "T02" in rows.split()}
        assert opened - {thing for thing, rows in lines if "R04" in rows.split()} == set()


def _history(rule_id, connection):
    return connection.exec_driver_sql(
        "SELECT fingerprint, rows FROM alert_history WHERE rule_id = %s", (rule_id,)
    ).all()


async def test_a_rule_that_others_never_let_alone_is_not_said_to_be_removed(office, monkeypatch):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")

    async def too_late(*args, **named):
        return False

    with monkeypatch.context() as patched:
        patched.setattr(office.store, "remove_rule", too_late)
        answer = await office.asks("carol", "/deepgram balance-alert remove low-balance")
    assert "low-balance: it was evaluated or changed each time that this was tried, so it stays; try again." in answer
    assert [rule.name for rule in await office.store.rules()] == ["low-balance"]
    assert "Rule low-balance is removed" in await office.asks("carol", "/deepgram balance-alert remove low-balance")


async def test_of_two_who_remove_a_rule_at_once_each_hears_what_became_of_it(office, meanwhile):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    rules = await _rules(office, office.store, BOB, {})
    meanwhile("remove_rule", lambda: rules.remove("low-balance"))
    answer = await office.asks("carol", "/deepgram balance-alert remove low-balance")
    assert "Rule low-balance was removed by somebody else meanwhile." in answer


@pytest.mark.slow
async def test_a_rule_of_many_things_can_be_removed_while_they_are_evaluated(office, two_bots, monkeypatch):
    monkeypatch.setitem(globals(), "KEYS", 500)
    monitor, rules, store = two_bots
    for number in range(4):
        name = f"r{number}"
        await rules.put(RuleSpec(name, "ends", Decimal(30), ALERTS, critical=Decimal(5), unit="day"), before=None)
        await monitor.run_due()
        office.clock.advance(QUARTER + timedelta(seconds=1))
        _, removed = await asyncio.gather(monitor.run_due(), _after(0.1, rules.remove(name)))
        assert (removed, await store.rules()) == (True, [])


@pytest.mark.parametrize(
    ("line", "other", "paused", "below"),
    [
        ("edit low-balance --below 80", lambda rules: rules.pause("low-balance"), True, 80),
        ("pause low-balance", lambda rules: _moved(rules, 20), True, 20),
        ("edit low-balance --every 5m", lambda rules: _moved(rules, 20), False, 20),
        ("set 80 --channel #alerts", lambda rules: rules.pause("low-balance"), True, 80),
    ],
)
async def test_of_two_changes_at_once_neither_is_undone(office, meanwhile, line, other, paused, below):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    rules = await _rules(office, office.store, BOB, {})
    meanwhile("put_rule", lambda: other(rules))
    await office.asks("carol", f"/deepgram balance-alert {line}")
    [rule] = await office.store.rules()
    assert (bool(rule.paused_by), rule.ladder.levels[0].threshold) == (paused, below)


async def _moved(rules, below):
    [rule] = await rules.all()
    assert await _edited(rules, rule, Decimal(below))


async def _edited(rules, before, below):
    levels = (cleared(Severity.WARNING, below, Side.BELOW),)
    return await rules.put(replace(RuleSpec.of(before), levels=levels), before=before)


@pytest.mark.parametrize("line", ["edit low-balance --below 80", "pause low-balance"])
async def test_a_rule_that_was_removed_meanwhile_does_not_come_back(office, meanwhile, line):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    rules = await _rules(office, office.store, BOB, {})
    meanwhile("put_rule", lambda: rules.remove("low-balance"))
    answer = await office.asks("carol", f"/deepgram balance-alert {line}")
    assert '"low-balance" is not a balance alert of acme-prod; it has none.' in answer
    assert await office.store.rules() == []


async def test_two_who_make_their_first_alerts_at_once_both_get_one(office, meanwhile):
    rules = await _rules(office, office.store, BOB, {})
    theirs = RuleSpec("low-balance", "balance", Decimal(90), OPS)
    meanwhile("put_rule", lambda: rules.put(theirs, before=None))
    answer = await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    assert "Rule low-balance-2" in answer
    assert {rule.name: rule.channels for rule in await office.store.rules()} == {
        "low-balance": (OPS,),
        "low-balance-2": (ALERTS,),
    }


@pytest.mark.slow
async def test_two_bots_that_change_and_remove_a_rule_at_once_undo_nothing(office, postgres_url):
    async with open_store(postgres_url) as a, open_store(postgres_url) as b:
        carol, bob = await _rules(office, a, CAROL, {}), await _rules(office, b, BOB, {})
        for number in range(30):
            made = await carol.put(RuleSpec("r", "balance", Decimal(50), ALERTS), before=None)
            pause = _after(number * 0.0003, bob.pause("r"))
            edited, _ = await asyncio.gather(_edited(carol, made, Decimal(60)), pause)
            [rule] = await a.rules()
            assert rule.paused_by == BOB
            assert rule.ladder.levels[0].threshold == Decimal(60 if edited else 50)
            remove = _after(number * 0.0003, bob.remove("r"))
            assert (await asyncio.gather(_edited(carol, rule, Decimal(70)), remove))[1] is True
            assert await a.rules() == []
