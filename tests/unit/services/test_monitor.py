"""From the tick to at most one message, over the real local Deepgram."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from dgbot import CannotMeasure, Check, Hold, RuleSpec, Sample
from dgbot.adapters.storage import StoreBusy
from dgbot.deepgram import DeepgramAuthError
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.states import Phase
from dgbot.domain.audit import AuditEvent
from dgbot.plugin.context import Project
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rules import RuleBook, rule_id
from dgbot.services.alerting.troubles import Troubles
from tests.office import ALERTS, CAROL, OPS

QUARTER = timedelta(minutes=15)


def alerts(office, since=0):
    return office.slack.channel_texts("alerts", since)


async def test_a_fall_is_one_message_and_the_recovery_an_edit_of_it_and_a_word(office):
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
    told, word = alerts(office)
    assert "recovered, $540" in told
    assert "acme-prod: recovered after 45 min, $540; was $42 at worst." in word
    assert len(office.calls("chat.postMessage")) == 2


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
        told, _ = alerts(after)
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


MS = timedelta(milliseconds=1)


async def test_what_has_to_last_as_long_as_one_pause_is_told_at_the_next_slot_though_ticks_are_never_on_time(office):
    one = Bench(office, measuring("20"))
    await one.adopt(replace(spec(), hold=Hold(QUARTER)))
    for late in (20 * MS, QUARTER - 3 * MS):  # the second one comes a little less than a pause after the first
        office.clock.advance(late)
        await one.run_due()
    await office.settle()
    assert len(alerts(office)) == 1


@pytest.mark.parametrize("times", [{}, {"cron": "0 9 * * *", "zone": "Europe/Berlin"}])
async def test_what_is_repeated_daily_is_repeated_daily_though_ticks_are_never_on_time(office, times):
    one = Bench(office, measuring("20"))
    day = timedelta(days=1)
    await one.adopt(replace(spec(), every=day, repeat={Severity.WARNING: day}, **times))
    await one.run_due()
    [due] = await office.store.due_rules(office.clock.now() + day)
    told = []
    for pause in (due.since - office.clock.now() + 20 * MS, day, day - 7 * MS, day - 5 * MS):
        office.clock.advance(pause)
        await one.run_due()
        await office.settle()
        told.append(len([call for call in office.calls("chat.postMessage") if call["channel"] == ALERTS]))
    assert [later - before for before, later in pairwise(told)] == [1, 1, 1]


async def test_a_round_that_comes_late_takes_what_it_measures_for_what_it_is(office):
    """Neither from the future, though it was measured after its slot; nor as old as the slot, after an outage."""

    async def measure(ctx, params):
        return Sample(Decimal(20), "usd", at=ctx.now + timedelta(minutes=4))

    one = Bench(office, measure)
    await one.adopt(spec())
    began = office.clock.now()
    for late in (timedelta(minutes=4), QUARTER + timedelta(minutes=2)):
        office.clock.advance(late)
        await one.run_due()
    [_, [instance]] = await the_rule(office)
    assert instance.state is not None
    assert (instance.state.value, instance.state.failures) == (20, 0)
    assert instance.state.opened.since == began
    assert instance.state.evaluated_at == office.clock.now(), (
        "six minutes after the slot it is no more that of the slot"
    )


# Checks of plugins, and rules from the settings


def spec(name="low", check="odd", origin="settings", threshold=50) -> RuleSpec:
    return RuleSpec(name, check, Decimal(threshold), ALERTS, origin=origin)


def declared(office, *specs):
    project = office.deepgram.project_id
    return [one.rule(id=rule_id(project, one.name), project_id=project, every=timedelta(minutes=15)) for one in specs]


class Bench:
    """A monitor and a rule book beside those of the office, on a check of their own."""

    def __init__(self, office, measure) -> None:
        self.office = office
        checks = {"odd": Check("odd", "something", measure)}
        store, clock, wake = office.store, office.clock, office.parts.outbox.wake
        measuring = Measuring(checks, office.parts._sample_context)
        self.monitor = Monitor(store, measuring, Hushes(store, checks), Troubles(store, None), clock, wake_outbox=wake)
        self.book = RuleBook(store, clock, checks, wake_outbox=wake)

    async def adopt(self, *specs: RuleSpec) -> None:
        await self.book.adopt(await self.office.parts.projects.project(), declared(self.office, *specs))

    async def run_due(self) -> None:
        await self.monitor.run_due()


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
    ],
)
async def test_a_check_that_fails_keeps_the_state_and_no_other_from_running(office, logged, measure, reason, broke):
    one = Bench(office, measure)
    await one.adopt(spec(), spec("other", "gone"))
    await one.run_due()
    reasons = [event["reason"] for event in logged if event["event"] == "check could not measure"]
    assert len(reasons) == 2
    assert any(reason in told for told in reasons)
    assert "No plugin provides the check gone any more." in reasons
    assert any(event["event"] == "check failed" for event in logged) is broke
    assert one.monitor.last_good_at is None
    await office.settle()
    assert alerts(office) == []


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
async def test_an_amount_that_is_none_is_neither_good_nor_bad(office, amount):
    one = Bench(office, measuring(amount))
    await one.adopt(spec())
    await one.run_due()
    [rule] = await office.store.rules(office.deepgram.project_id)
    [instance] = await office.store.instances(rule.id)
    assert (instance.state.phase, instance.state.failures) == (Phase.OK, 1)


async def test_rules_of_the_settings_are_what_they_declare(office):
    one = Bench(office, measuring("60"))
    await one.adopt(spec("a"), spec("b"))
    await one.adopt(spec("b", threshold=70), spec("c", origin="plugin"))
    rules = {rule.name: rule.ladder[1].threshold for rule in await office.store.rules(office.deepgram.project_id)}
    assert rules == {"b": Decimal(70), "c": Decimal(50)}
    actions = [action for _, action, _ in await office.audit_log()]
    await one.adopt(spec("b", threshold=70), spec("c", origin="plugin"))
    assert [action for _, action, _ in await office.audit_log()] == actions, "what did not change is left alone"


async def test_a_rule_that_left_the_settings_closes_what_it_told_of(office):
    one = Bench(office, measuring("20"))
    await one.adopt(spec())
    await one.run_due()
    await office.settle()
    await one.adopt()
    await office.settle()
    [told] = alerts(office)
    assert "closed, its rule is gone from the settings" in told


async def test_a_restart_with_the_same_settings_does_not_tell_again(office):
    one = Bench(office, measuring("20"))
    for _ in range(2):
        await one.adopt(spec())
        await one.run_due()
        office.clock.advance(QUARTER)
    await office.settle()
    assert len(alerts(office)) == 1


async def test_rules_that_people_made_are_not_the_settings_to_remove(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    await Bench(office, measuring("60")).adopt()
    (rule,) = await office.store.rules(office.deepgram.project_id)
    assert (rule.origin, rule.created_by) == ("slack", CAROL)


async def test_a_rule_that_is_removed_closes_its_message_and_names_who_did_it(office):
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    office.deepgram.set_balance(Decimal(20))
    await office.tick()
    await office.asks("carol", "/deepgram balance-alert remove low-balance")
    await office.settle()
    [told] = alerts(office)
    assert "closed, its rule was removed by @carol" in told


async def test_a_rule_that_is_changed_is_judged_anew_though_no_time_passed(office):
    await office.asks("carol", "/deepgram balance-alert set 10 --channel #alerts")
    office.deepgram.set_balance(Decimal(20))
    await office.tick()
    assert alerts(office) == []
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts --name low-balance")
    await office.tick()
    assert len(alerts(office)) == 1


async def test_two_bots_that_evaluate_at_once_tell_once(office):
    one, other = Bench(office, measuring("20")), Bench(office, measuring("20"))
    await one.adopt(spec())
    await asyncio.gather(one.run_due(), other.run_due())
    await one.run_due()
    await office.settle()
    assert len(alerts(office)) == 1


async def test_an_evaluation_that_was_cut_off_is_not_made_twice(office):
    one = Bench(office, measuring("20"))
    await one.adopt(spec())
    [due] = await office.store.due_rules(office.clock.now())
    await one.run_due()
    [again] = await office.store.due_rules(office.clock.now() + QUARTER)
    await office.store.postpone_rule(again, due.since)  # as if the process had died before it said so
    [before] = await office.store.instances(due.rule.id)
    await one.run_due()
    assert await office.store.instances(due.rule.id) == [before]


async def test_a_rule_that_could_not_be_saved_is_evaluated_at_the_next_tick(office, monkeypatch, logged):
    one = Bench(office, measuring("20"))
    await one.adopt(spec())

    async def busy(*_):
        raise StoreBusy("Another process keeps the database locked.")

    with monkeypatch.context() as patched:
        patched.setattr(office.store, "save_round", busy)
        await one.run_due()
    assert "rule not saved" in {event["event"] for event in logged}
    assert one.monitor.last_good_at is None, "what was not saved is no good check"
    await one.run_due()
    assert one.monitor.last_good_at == office.clock.now()
    await office.settle()
    assert len(alerts(office)) == 1


@pytest.mark.parametrize("change", ["removed", "changed"])
async def test_what_was_measured_by_a_rule_that_is_changed_meanwhile_does_not_count(office, change):
    async def measure(ctx, params):
        asked.append(ctx.now)
        if len(asked) == 1:
            office.clock.advance(timedelta(seconds=1))
            await one.adopt(*([spec(threshold=10)] if change == "changed" else []))
        return Sample(Decimal(20), "usd")

    asked, one = list[datetime](), Bench(office, measure)
    await one.adopt(spec())
    await one.run_due()
    [_, instances] = await the_rule(office)
    assert instances == [], "20 is below the old line, and nobody hears of it"
    await one.run_due()
    assert len(asked) == (2 if change == "changed" else 1), "a changed rule is evaluated at once"
    await office.settle()
    assert alerts(office) == []


async def the_rule(office):
    """Return the only rule, if there is one, and its instances."""
    rules = await office.store.rules(office.deepgram.project_id)
    return [rules, [one for rule in rules for one in await office.store.instances(rule.id)]]


async def test_hundreds_of_things_are_saved_together_and_a_batch_that_fails_comes_again_alone(office, monkeypatch):
    async def measure(ctx, params):
        return [Sample(Decimal(number), "usd", {"key": f"{number:03}"}) for number in range(250)]

    one, batches, save = Bench(office, measure), [], office.store.save_round
    await one.adopt(spec(threshold=10))

    async def busy_once(due, evaluated):
        batches.append(len(evaluated))
        if len(batches) == 2:
            raise StoreBusy("Another process keeps the database locked.")
        return await save(due, evaluated)

    monkeypatch.setattr(office.store, "save_round", busy_once)
    await one.run_due()
    await one.run_due()
    assert batches == [100, 100, 10, 40, 100], "what could not be saved is tried again, and nothing else"
    [_, instances] = await the_rule(office)
    assert {instance.revision for instance in instances} == {1}
    assert len(instances) == 250
    await office.settle()
    assert [text.partition("\n")[0] for text in alerts(office)] == ["🟡 10 alerts fire: low"]


async def test_a_rule_for_a_few_projects_is_saved_before_the_others_are_measured(office):
    """Its alerts don't wait for thousands of others, and no check that hangs keeps back what the others found."""
    order = list[str]()

    async def measure(ctx, params):
        if ctx.project.id == "p1":
            return Sample(Decimal(20), "usd")
        while not await office.store.instances("few"):
            await asyncio.sleep(0)
        order.append("hung")
        return Sample(Decimal(20), "usd")

    one = Bench(office, measure)
    for name, project in (("few", "p1"), ("slow", "p2")):
        rule = spec(name).rule(id=name, project_id=project, every=QUARTER)
        event = AuditEvent(office.clock.now(), "dgbot", "rule.put", name, "done")
        await office.store.put_rule(rule, due_at=office.clock.now(), audit=event)
    async with asyncio.timeout(20):
        await one.run_due()
    assert order == ["hung"]


async def test_a_rule_whose_evaluation_breaks_waits_until_it_is_due(office, monkeypatch, logged):
    one = Bench(office, measuring("20"))
    await one.adopt(spec())

    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("dgbot.services.alerting.judgement.step", broken)
    await one.run_due()
    assert "rule failed" in {event["event"] for event in logged}
    assert await office.store.due_rules(office.clock.now()) == []


@pytest.mark.parametrize("left", [[], [spec()]])
async def test_all_is_well_again_when_a_rule_that_broke_is_removed_or_works(office, monkeypatch, left):
    def broken(*_, **__):
        raise ZeroDivisionError

    one = Bench(office, measuring("20"))
    await one.adopt(spec())
    with monkeypatch.context() as patched:
        patched.setattr("dgbot.services.alerting.judgement.step", broken)
        await one.run_due()
    assert not one.monitor.sees()
    await one.adopt(*left)
    office.clock.advance(QUARTER)
    await one.run_due()
    assert one.monitor.sees()


async def test_things_of_one_project_are_told_apart_and_forgotten_when_they_are_gone(office):
    listed = {"a": "20", "b": "80"}

    async def measure(ctx, params):
        return [Sample(Decimal(value), "usd", {"key": key}) for key, value in listed.items()]

    one = Bench(office, measure)
    await one.adopt(spec())
    await one.run_due()
    await office.settle()
    [told] = alerts(office)
    assert "acme-prod · a: $20" in told
    del listed["a"]
    for _ in range(3):
        office.clock.advance(QUARTER)
        await one.run_due()
    await office.settle()
    assert "closed, it is not listed any more" in alerts(office)[0]
    [rule] = await office.store.rules(office.deepgram.project_id)
    assert [instance.labels["key"] for instance in await office.store.instances(rule.id)] == ["b"]


async def test_the_operators_hear_once_that_the_key_is_refused_and_once_that_it_works_again(loopback, new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.asks("carol", "/deepgram balance-alert set 40 --channel #alerts --name other")
        await office.tick()
        office.deepgram.fail("GET", "*/balances", 403)
        await office.tick(*[QUARTER] * 5)
        [said] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "acme-prod: Deepgram refuses the bot's key" in said["text"]
        office.deepgram.heal()
        await office.tick(QUARTER, QUARTER)
        [edit] = [edit for edit in office.calls("chat.update") if edit["channel"] == OPS]
        assert "The bot sees again" in edit["text"]


async def test_the_operators_hear_that_there_is_no_data_after_three_intervals(loopback, new_office):
    async with new_office() as office:
        one = Bench(office, raising(CannotMeasure("Deepgram names no balance.")))
        one.monitor._troubles = Troubles(office.store, OPS)
        await one.adopt(spec())
        for _ in range(4):
            await one.run_due()
            office.clock.advance(QUARTER)
        await office.settle()
        [said] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "acme-prod: there is no data" in said["text"]


async def test_the_operators_hear_of_what_was_seen_by_a_bot_that_died_before_it_told_them(new_office, monkeypatch):
    async with new_office() as office:

        async def dies(*_):
            raise SystemExit

        for killed in (True, False):
            one = Bench(office, raising(DeepgramAuthError("It is refused.", status=403)))
            one.monitor._troubles = Troubles(office.store, OPS)
            await one.adopt(spec())
            with monkeypatch.context() as patched, pytest.raises(SystemExit) if killed else nullcontext():
                if killed:
                    patched.setattr(office.store, "open_trouble", dies)
                await one.run_due()
        await office.settle()
        [said] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "acme-prod: Deepgram refuses the bot's key" in said["text"]
        assert "It is refused." in str(said)


async def test_when_time_is_up_the_operators_hear_why_and_the_rest_is_measured_at_the_next_tick(
    new_office, monkeypatch
):
    """A hundred checks that hang would take longer than a duty may, and be stopped before anybody is told."""
    monkeypatch.setattr("dgbot.services.alerting.monitor.AT_ONCE", 1)
    monkeypatch.setattr("dgbot.services.alerting.monitor.ROUND_SECONDS", 0.05)
    measured = list[str]()

    async def measure(ctx, params):
        measured.append(ctx.project.id)
        if ctx.project.id == "p1":
            await asyncio.sleep(0.1)
            raise DeepgramAuthError("It is refused.", status=403)
        return Sample(Decimal(20), "usd")

    async with new_office() as office:
        one = Bench(office, measure)
        one.monitor._troubles = Troubles(office.store, OPS)
        one.monitor._projects = listing("p1", "p2", "p3")
        rule = spec().rule(id="r1", project_id="*", every=QUARTER)
        event = AuditEvent(office.clock.now(), "dgbot", "rule.put", "r1", "done")
        await office.store.put_rule(rule, due_at=office.clock.now(), audit=event)
        await one.run_due()
        await office.settle()
        assert measured == ["p1"]
        assert not one.monitor.sees()
        assert any(post["channel"] == OPS for post in office.calls("chat.postMessage"))
        await one.run_due()
        assert measured == ["p1", "p2", "p3", "p1"], "what was evaluated comes last, and is not waited for"
        assert await office.store.due_rules(office.clock.now()) == []
        await office.settle()
        assert len(alerts(office)) == 2


async def test_a_rule_whose_many_projects_hang_holds_up_no_other_rule(office, monkeypatch):
    monkeypatch.setattr("dgbot.services.alerting.monitor.AT_ONCE", 1)
    measured = list[str]()

    async def measure(ctx, params):
        measured.append(params.get("of", "many"))
        return Sample(Decimal(20), "usd")

    one = Bench(office, measure)
    one.monitor._projects = listing(*"abcdef")
    for name, project, params in (("r1", "*", {}), ("r2", office.deepgram.project_id, {"of": "few"})):
        rule = replace(spec().rule(id=name, project_id=project, every=QUARTER), params=params)
        event = AuditEvent(office.clock.now(), "dgbot", "rule.put", name, "done")
        await office.store.put_rule(rule, due_at=office.clock.now(), audit=event)
    await one.run_due()
    assert measured.index("few") <= 1
    assert len(measured) == 7


def listing(*names):
    async def projects():
        return [Project(name, name) for name in names]

    return projects


async def test_the_operators_hear_once_that_the_clock_was_set_back_and_nothing_is_told_twice(new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        office.deepgram.set_balance(Decimal(20))
        await office.tick()
        await office.tick(timedelta(hours=-1), QUARTER, QUARTER)
        [said] = [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]
        assert "The bot's clock was set back" in said["text"]
        assert not office.parts.monitor.sees()
        await office.tick(QUARTER, QUARTER, QUARTER)
        [edit] = [edit for edit in office.calls("chat.update") if edit["channel"] == OPS]
        assert "goes on" in edit["text"]
        assert office.parts.monitor.sees()
        assert len(alerts(office)) == 1


async def test_a_clock_that_is_a_little_behind_is_nobodys_business(new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        await office.tick(timedelta(minutes=-5))
        assert not [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]


async def test_a_check_that_fails_once_is_nobodys_business(loopback, new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick()
        office.deepgram.fail("GET", "*/balances", 503)
        await office.tick(QUARTER)
        office.deepgram.heal()
        await office.tick(QUARTER)
        assert not [post for post in office.calls("chat.postMessage") if post["channel"] == OPS]


async def test_a_clock_that_was_far_ahead_for_one_round_silences_nothing(new_office):
    month = timedelta(days=30)
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick(month)
        office.clock.advance(-month)
    async with new_office() as restarted:
        restarted.deepgram.set_balance(Decimal(20))
        await restarted.tick()
        [said] = [post for post in restarted.calls("chat.postMessage") if post["channel"] == OPS]
        assert "The bot's clock was set back" in said["text"]
        assert "22 Dec 2026, 14:" in str(said["blocks"])
        assert "below $50" in str(alerts(restarted))
        await restarted.tick(QUARTER)
        assert restarted.parts.monitor.sees()
        assert [edit for edit in restarted.calls("chat.update") if "goes on" in edit["text"]]


async def test_what_fires_is_told_once_though_the_clock_was_far_ahead(office):
    month = timedelta(days=30)
    await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
    await office.tick(month)
    office.deepgram.set_balance(Decimal(20))
    await office.tick(QUARTER)
    await office.tick(-month, QUARTER)
    assert len(alerts(office)) == 1
    await office.tick(timedelta(days=2), timedelta(days=2))
    [_, again] = [text for text in alerts(office) if "below $50" in text]
    assert "still" in again, "repeats go on in their pace"


async def test_a_restart_does_not_hide_that_the_clock_is_behind(new_office):
    async with new_office() as office:
        await office.asks("carol", "/deepgram balance-alert set 50 --channel #alerts")
        await office.tick(timedelta(hours=2))
        office.clock.advance(timedelta(hours=-2))
    async with new_office() as restarted:
        await restarted.tick()
        assert not restarted.parts.monitor.sees()
        assert [post for post in restarted.calls("chat.postMessage") if "set back" in post["text"]]
