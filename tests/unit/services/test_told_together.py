"""Many alerts of one rule at once: one message that is heard, the rest in its thread, everything closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from dgbot import Check, RuleSpec, Sample
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import EscalationStep
from dgbot.services.alerting.bulletins import Bulletins
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring, Watched
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rules import RuleBook
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.alerting.wakening import Wakening
from tests.office import ALERTS, CAROL, OPS

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


class Keys:
    """A monitor on a check of many keys, whose days can be set."""

    def __init__(self, office, count: int) -> None:
        self.office = office
        self.days: dict[str, int] = {f"k{number:02}": 80 for number in range(count)}
        self.checks = {"ends": Check("ends", "days left", self._measure, says="ends in {value}", unit="day")}
        store, clock, wake = office.store, office.clock, office.parts.outbox.wake
        measuring = Measuring(self.checks, office.parts._sample_context)
        self.monitor = Monitor(
            store, measuring, Hushes(store, self.checks), Troubles(store, None), clock, wake_outbox=wake
        )
        self.book = RuleBook(store, clock, self.checks, wake_outbox=wake)
        projects = office.parts.projects
        self.bulletins = Bulletins(store, self.checks, projects.name_of, clock, wake_outbox=wake)
        self.wakening = Wakening(store, self.checks, projects.project, clock, wake_outbox=wake)

    async def _measure(self, ctx, params):
        return [Sample(Decimal(days), "day", {"key": key}) for key, days in self.days.items()]

    async def adopt(self, *escalation: EscalationStep, **changes: Any) -> None:
        spec = RuleSpec(
            "keys",
            "ends",
            Decimal(30),
            ALERTS,
            origin="settings",
            critical=Decimal(5),
            unit="day",
            escalation=escalation,
            **changes,
        )
        project = await self.office.parts.projects.project()
        await self.book.adopt(project, [spec.rule(id="r1", project_id=spec.project or project.id, every=QUARTER)])

    async def tick(self, *after: timedelta) -> None:
        for pause in after or (QUARTER,):
            self.office.clock.advance(pause)
            await self.monitor.run_due()
            await self.wakening.run_due()
            await self.bulletins.run_due()
            await self.office.settle()

    def all(self, days: int) -> None:
        self.days = dict.fromkeys(self.days, days)

    @property
    def heard(self) -> list[Mapping[str, Any]]:
        """What made a noise in the channel."""
        told = [call for call in self.office.calls("chat.postMessage") if call["channel"] == ALERTS]
        return [
            call for call in told if not call.get("thread_ts") or call.get("reply_broadcast") in (True, "true", "1")
        ]

    @property
    def threaded(self) -> list[Mapping[str, Any]]:
        told = [call for call in self.office.calls("chat.postMessage") if call["channel"] == ALERTS]
        return [call for call in told if call not in self.heard]


@pytest_asyncio.fixture(loop_scope="session")
async def keys(office):
    found = Keys(office, 40)
    await found.adopt()
    await found.tick()
    return found


async def test_forty_that_fire_at_once_are_heard_once_and_each_has_its_message_in_the_thread(keys):
    keys.all(20)
    keys.days["k07"], keys.days["k33"] = 3, 6
    await keys.tick()
    [told] = keys.heard
    assert told["text"] == "🔴 40 alerts fire: keys"
    shown = keys.office.slack.channel_texts("alerts", 0)[0]
    order = ("k07: ends in 3 ", "k33: ends in 6 ", "k00: ends in 20 ")
    nearest = [shown.index(f"acme-prod · {text}") for text in order]
    assert nearest == sorted(nearest)
    assert "and 30 more" in shown
    assert "[Show all]  [Silence…]" in shown
    assert len(keys.threaded) == 40
    assert {call["thread_ts"] for call in keys.threaded} == {message_ts(keys, "40 alerts fire")}


async def test_the_message_of_all_is_edited_as_they_close_and_closed_when_all_are(keys):
    keys.all(20)
    await keys.tick()
    for key in list(keys.days)[5:]:
        keys.days[key] = 80
    await keys.tick()
    assert "🟡 5 of 40 alerts still fire: keys" in first(keys)
    assert "k03" in first(keys)
    assert "k09" not in first(keys)
    keys.all(80)
    await keys.tick()
    assert "⚪ All 40 alerts are closed: keys" in first(keys)
    assert "[Silence…]" not in first(keys)
    cards = [call["text"] for call in keys.office.calls("chat.update") if "recovered" in call["text"]]
    assert len(cards) == 40
    assert await keys.office.store.bulletins() == []


async def test_forty_that_recover_or_get_worse_at_once_are_heard_once(keys):
    keys.all(20)
    await keys.tick()
    keys.all(4)
    await keys.tick()
    keys.all(80)
    await keys.tick()
    assert [call["text"] for call in keys.heard] == [
        "🟡 40 alerts fire: keys",
        "🔴 40 alerts got worse",
        "🟢 40 alerts are over",
    ]
    over = {call["text"].split(": recovered after")[0] for call in keys.threaded if "recovered after" in call["text"]}
    assert len(over) == 40
    assert all(one.startswith("🟢 acme-prod · k") and one.endswith(" (keys)") for one in over)


async def test_three_at_once_have_a_message_of_their_own_each(office):
    keys = Keys(office, 3)
    await keys.adopt()
    keys.all(20)
    await keys.tick()
    assert sorted(call["text"].partition(":")[0] for call in keys.heard) == [f"🟡 acme-prod · k0{n}" for n in range(3)]
    assert keys.threaded == []


async def test_a_rule_that_is_removed_closes_the_message_of_all_too(keys):
    keys.all(20)
    await keys.tick()
    await keys.book.adopt(await keys.office.parts.projects.project(), [])
    await keys.tick()
    assert "⚪ All 40 alerts are closed" in first(keys)


async def test_what_joins_the_message_of_all_later_is_counted_among_all(keys):
    keys.all(20)
    keys.days["k39"] = 80
    await keys.tick()
    [bulletin] = await keys.office.store.bulletins()
    keys.days["k39"] = 20
    await keys.tick()
    [late] = [one for one in await keys.office.store.instances("r1") if one.labels["key"] == "k39"]
    joined = replace(late, told=replace(late.told, under=(bulletin.about,)), revision=late.revision + 1)
    await keys.office.store.save_evaluated([Evaluated(late, joined)])
    await keys.bulletins.run_due()
    assert [(one.left, one.total) for one in await keys.office.store.bulletins()] == [(40, 40)]
    await keys.office.settle()
    assert "🟡 40 of 40 alerts still fire: keys" in first(keys)


async def test_what_fires_later_is_told_by_itself_and_not_counted_among_the_others(keys):
    keys.all(20)
    keys.days["k39"] = 80
    await keys.tick()
    keys.days["k39"] = 20
    await keys.tick()
    assert [call["text"].partition(",")[0] for call in keys.heard] == [
        "🟡 39 alerts fire: keys",
        "🟡 acme-prod · k39: ends in 20 days",
    ]
    assert "🟡 39 alerts fire" in first(keys)


async def test_what_is_measured_late_has_a_message_of_its_own_that_calls_whom_it_has_to(office):
    """The wait for the like of it is over before the slower half of the projects has answered."""
    keys, projects = Keys(office, 1), [f"p{number}" for number in range(10)]
    await keys.adopt(project="p*", mentions={Severity.CRITICAL: "<!subteam^S0ONCALL1>"})
    now = office.clock.now()
    [due] = await office.store.due_rules(now)
    await keys.monitor._hushes.look(now)
    course = await keys.monitor._course(due, now)
    for project in projects:
        course.expects(project)
    for days, some in ((20, projects[:5]), (3, projects[5:])):
        keys.all(days)
        for project in some:
            course.begun(project)
            await course.take(await keys.monitor._measuring.read(Watched(project, "ends", ()), now))
        await course.tell()
    await office.settle()
    assert [(call["text"], "S0ONCALL1" in str(call)) for call in keys.heard] == [
        ("🟡 5 alerts fire: keys", False),
        ("🔴 5 alerts fire: keys", True),
    ]
    assert len(keys.threaded) == 10


async def test_what_waits_for_the_like_of_it_is_told_with_it_though_the_others_were_saved_meanwhile(
    office, monkeypatch
):
    keys = Keys(office, 6)
    await keys.adopt()
    keys.all(20)
    keys.days["k00"] = 80
    save, refused = office.store.save_round, list[int]()

    async def meanwhile(due, evaluated):
        if refused:
            return await save(due, evaluated)
        refused.append(len(evaluated))
        return 0

    monkeypatch.setattr(office.store, "save_round", meanwhile)
    await keys.tick()
    assert refused == [1]
    assert [call["text"] for call in keys.heard] == ["🟡 5 alerts fire: keys"]


async def test_when_nobody_looks_after_forty_the_next_in_line_hears_once(office):
    keys = Keys(office, 40)
    await keys.adopt(EscalationStep(HOUR, OPS))
    keys.all(2)
    await keys.tick(QUARTER, HOUR)
    told = [call["text"] for call in office.calls("chat.postMessage") if call["channel"] == OPS]
    assert told == ["🔴 40 alerts still fire, and nobody has acknowledged them"]


@pytest.mark.parametrize("count", [1, 3, 4, 40])
async def test_an_escalation_whose_channel_is_gone_is_told_to_the_operators_however_many_there_are(office, count):
    keys = Keys(office, count)
    await keys.adopt(EscalationStep(HOUR, "CGONE0001"))
    keys.all(2)
    await keys.tick(QUARTER, HOUR)
    told = [call for call in office.calls("chat.postMessage") if call["channel"] == OPS]
    assert len(told) == (count if count <= 3 else 1)
    assert all("its channel can't be reached (channel_not_found)" in str(call["blocks"]) for call in told)
    assert count <= 3 or told[0]["text"] == f"🔴 {count} alerts still fire, and nobody has acknowledged them"


async def test_when_a_silence_over_forty_ends_they_are_heard_once(keys):
    await keys.office.asks("carol", "/deepgram alerts silence rule=keys --for 1h --because 'keys are renewed'")
    keys.all(20)
    await keys.tick()
    assert keys.heard == []
    await keys.tick(HOUR)
    assert [call["text"] for call in keys.heard] == ["🟡 40 alerts fire: keys"]
    assert len(keys.threaded) == 40


async def test_two_bots_tell_all_of_them_once(keys):
    keys.all(20)
    keys.office.clock.advance(QUARTER)
    other = Keys(keys.office, 40)
    other.all(20)
    await keys.monitor.run_due()
    await other.monitor.run_due()
    await keys.office.settle()
    assert len(keys.heard) == 1
    assert len(keys.threaded) == 40


async def test_while_slack_does_not_take_the_message_of_all_the_others_wait_for_it(keys):
    keys.office.slack.faults.fail("chat.postMessage", status=503)
    keys.all(20)
    await keys.tick()
    assert keys.office.slack.channel_texts("alerts", 0) == []
    for _ in range(4):
        keys.office.clock.advance(timedelta(seconds=30))
        await keys.office.settle()
    messages = [one for one in keys.office.slack.workspace.messages.values() if one.channel_id == ALERTS]
    assert [one.text for one in messages if not one.thread_ts] == ["🟡 40 alerts fire: keys"]
    assert len(messages) == 41


async def test_a_channel_that_is_gone_makes_one_message_for_the_operators_too(keys):
    channels = keys.office.slack.workspace.channels
    channels[ALERTS] = replace(channels[ALERTS], members=(CAROL,))
    keys.office.slack.web_api.scopes -= {"chat:write.public"}
    keys.all(20)
    await keys.tick()
    for _ in range(4):
        keys.office.clock.advance(timedelta(minutes=1))
        await keys.office.settle()
    told = [call for call in keys.office.calls("chat.postMessage") if call["channel"] == OPS]
    assert [call["text"] for call in told if not call.get("thread_ts")] == ["🟡 40 alerts fire: keys"]
    assert len(told) == 41


async def test_forty_whose_channel_goes_away_are_heard_once_by_the_operators_and_closed_there(keys):
    keys.all(20)
    await keys.tick()
    channels = keys.office.slack.workspace.channels
    del channels[ALERTS]
    keys.all(1)
    await keys.tick()
    assert heard_by_operators(keys) == ["🔴 40 alerts got worse"]
    cards = keys.office.slack.thread_texts("ops")
    assert len([text for text in cards if "[Acknowledge]" in text]) == 40
    keys.all(80)
    await keys.tick()
    assert heard_by_operators(keys)[1:] == ["🟢 40 alerts are over", "⚪ All 40 alerts are closed: keys"]
    assert "[Acknowledge]" not in str(keys.office.slack.thread_texts("ops"))


async def test_forty_that_can_only_be_edited_no_more_are_a_few_messages_for_the_operators(keys):
    keys.all(20)
    await keys.tick()
    del keys.office.slack.workspace.channels[ALERTS]
    keys.all(12)
    await keys.tick(HOUR)
    heard = heard_by_operators(keys)
    assert len(heard) == 4
    assert all(text.startswith("🟡 acme-prod · k") for text in heard[:3])
    assert heard[3].startswith("More alerts of ")
    assert len(keys.office.slack.thread_texts("ops")) == 37
    keys.all(80)
    await keys.tick()
    assert "[Acknowledge]" not in str(keys.office.slack.thread_texts("ops") + keys.office.slack.channel_texts("ops", 0))


async def test_forty_whose_messages_were_deleted_are_heard_once_when_they_get_worse(keys):
    keys.all(20)
    await keys.tick()
    world = keys.office.slack.workspace
    for message in [*world.messages.values()]:
        world.delete(message)
    keys.all(1)
    await keys.tick()
    assert [call["text"] for call in keys.heard[1:]] == ["🔴 40 alerts got worse"]
    cards = keys.office.slack.thread_texts("alerts")
    assert len([text for text in cards if "[Acknowledge]" in text]) == 40


async def test_a_repeat_of_forty_whose_messages_were_deleted_brings_them_back_under_the_one_that_is_heard(keys):
    keys.all(2)
    await keys.tick()
    world = keys.office.slack.workspace
    for message in [*world.messages.values()]:
        world.delete(message)
    await keys.tick(25 * HOUR)
    assert [call["text"] for call in keys.heard[1:]] == ["🔴 40 alerts still fire"]
    cards = keys.office.slack.thread_texts("alerts")
    assert len([text for text in cards if "[Acknowledge]" in text]) == 40
    keys.all(80)
    await keys.tick()
    assert "[Acknowledge]" not in str(keys.office.slack.thread_texts("alerts"))


def heard_by_operators(keys) -> list[str]:
    told = [call for call in keys.office.calls("chat.postMessage") if call["channel"] == OPS]
    return [call["text"] for call in told if not call.get("thread_ts")]


def first(keys) -> str:
    return str(keys.office.slack.channel_texts("alerts", 0)[0])


def message_ts(keys, text: str) -> str:
    found = keys.office.slack.workspace.messages.values()
    return next(str(one.ts) for one in found if text in one.text)
