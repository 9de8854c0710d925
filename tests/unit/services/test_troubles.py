"""What keeps the bot from seeing: one message a cause, whatever it keeps from being seen, and closed in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from dgbot import CannotMeasure, Check, Project, RuleSpec, Sample, TooEarly
from dgbot.deepgram import DeepgramAuthError, DeepgramNotFoundError, DeepgramRateLimitError, DeepgramServerError
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.routes import Route
from dgbot.domain.alerting.rules import WhenNoData
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rules import RuleBook
from dgbot.services.alerting.troubles import Troubles
from dgbot_plugins._standing import Standing, in_unit, standing_of
from tests.office import ALERTS, OPS

QUARTER = timedelta(minutes=15)
FIVE = ["p1", "p2", "p3", "p4", "p5"]


class Watch:
    """Rules over five projects, each of which can be made to fail; the operators hear in their channel."""

    def __init__(self, office, ops: str | None = OPS) -> None:
        self.office, self.broken = office, dict[str, Exception]()
        self.value = Decimal(100)
        checks = {"odd": Check("odd", "something", self._measure)}
        store, clock, wake = office.store, office.clock, office.parts.outbox.wake
        self.monitor = Monitor(
            store,
            Measuring(checks, self._context),
            Hushes(store, checks),
            Troubles(store, ops),
            clock,
            wake_outbox=wake,
            projects=self._projects,
        )
        self.book = RuleBook(store, clock, checks, wake_outbox=wake)

    async def _projects(self) -> list[Project]:
        return [Project(one, f"acme-{one}") for one in FIVE]

    async def _context(self, project_id: str):
        made = await self.office.parts._sample_context(project_id)
        object.__setattr__(made, "project", Project(project_id, f"acme-{project_id}"))
        return made

    async def _measure(self, ctx, params):
        if ctx.project.id in self.broken:
            raise self.broken[ctx.project.id]
        return Sample(self.value, "usd")

    async def adopt(self, *names: str, policy: WhenNoData = WhenNoData.KEEP) -> None:
        project = await self.office.parts.projects.project()
        specs = [
            RuleSpec(name, "odd", Decimal(50), ALERTS, origin="settings", project="*", when_no_data=policy)
            for name in names
        ]
        await self.book.adopt(project, [one.rule(id=one.name, project_id=one.project, every=QUARTER) for one in specs])

    async def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.office.clock.advance(QUARTER)
            await self.monitor.run_due()
            await self.office.settle()

    def fail(self, error: Exception, *projects: str) -> None:
        self.broken = dict.fromkeys(projects, error)

    def posts(self, channel: str = OPS) -> list[str]:
        return [call["text"] for call in self.office.calls("chat.postMessage") if call["channel"] == channel]

    def edits(self) -> list[str]:
        return [call["text"] for call in self.office.calls("chat.update")]

    def shown(self) -> str:
        return str(self.office.slack.channel_texts("ops", 0)[0])


@pytest_asyncio.fixture(loop_scope="session")
async def watch(office):
    found = Watch(office)
    await found.adopt("one", "two")
    await found.tick()
    return found


REFUSED = DeepgramAuthError("refused", status=403)
BUSY = DeepgramRateLimitError("too often", status=429)
DOWN = DeepgramServerError("down", status=503)
EMPTY = CannotMeasure("Deepgram names no balance.")
DELETED = DeepgramNotFoundError("Project not found.", status=404)


async def test_a_refused_key_is_told_at_once_and_once_for_all_projects_and_rules(watch):
    watch.fail(REFUSED, *FIVE)
    await watch.tick()
    assert watch.posts() == ["🟡 acme-p1, acme-p2, acme-p3 and 2 more: Deepgram refuses the bot's key"]
    assert "5 projects and 2 rules can't see · alerts keep their last state" in watch.shown()
    await watch.tick(4)
    assert len(watch.posts()) == 1
    assert watch.edits() == []


async def test_the_message_says_how_many_are_blind_now_and_closes_when_all_see_again(watch):
    watch.fail(REFUSED, "p1")
    await watch.tick()
    assert "one, two can't see" in watch.shown()
    watch.fail(REFUSED, "p1", "p2", "p3")
    await watch.tick()
    assert "3 projects and 2 rules can't see" in watch.shown()
    watch.fail(REFUSED, "p3")
    await watch.tick()
    assert "🟡 acme-p3: Deepgram refuses the bot's key" in watch.shown()
    watch.fail(REFUSED)
    await watch.tick()
    assert "🟢 The bot sees again: Deepgram takes the bot's key" in watch.shown()
    assert len(watch.posts()) == 1


@pytest.mark.parametrize(
    ("error", "after", "words"),
    [
        (BUSY, 2, "Deepgram answers that the bot asks too often"),
        (DOWN, 2, "Deepgram answers with errors"),
        (ZeroDivisionError(), 2, "a check is broken"),
        (EMPTY, 3, "there is no data"),
    ],
)
async def test_what_may_pass_is_told_when_it_did_not(watch, logged, error, after, words):
    watch.fail(error, *FIVE)
    await watch.tick(after - 1)
    assert watch.posts() == []
    await watch.tick(3)
    [told] = watch.posts()
    assert words in told


async def test_of_several_reasons_one_is_told_as_an_example(watch):
    watch.broken = {one: CannotMeasure(f"There are too few readings of {one}.") for one in FIVE}
    await watch.tick(4)
    assert "Such as: There are too few readings of p" in watch.shown()


async def test_two_causes_are_two_messages(watch):
    watch.broken = {"p1": REFUSED, "p2": DOWN}
    await watch.tick(2)
    assert sorted(told.partition(":")[0] for told in watch.posts()) == ["🟡 acme-p1", "🟡 acme-p2"]


async def test_projects_without_data_are_one_message_and_a_later_one_is_heard_too(watch):
    watch.fail(EMPTY, "p1", "p2", "p3", "p4")
    await watch.tick(3)
    assert watch.posts() == ["🟡 acme-p1, acme-p2, acme-p3 and 1 more: there is no data"]
    watch.fail(EMPTY, "p1", "p5")
    await watch.tick(4)
    assert watch.posts()[1:] == ["🟡 acme-p5: there is no data"]
    assert "🟡 acme-p1: there is no data" in watch.shown()
    watch.fail(EMPTY)
    await watch.tick()
    assert watch.shown().startswith("🟢 acme-p1: data is back")
    assert [one.scope for one in await watch.office.store.troubles()] == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (EMPTY, DOWN, "⚪ No data of acme-p1: that is over, but Deepgram answers with errors"),
        (BUSY, DOWN, "⚪ Deepgram answers that the bot asks too often: that is over, but Deepgram answers with errors"),
    ],
    ids=["no data", "too often"],
)
async def test_a_trouble_that_another_takes_the_place_of_is_not_told_as_mended(watch, before, after, words):
    watch.fail(before, "p1")
    await watch.tick(4)
    begins = watch.office.clock.now()
    watch.fail(after, "p1")
    await watch.tick(3)
    assert watch.edits() == [words]
    assert watch.posts()[-1] == "🟡 acme-p1: Deepgram answers with errors"
    if before is EMPTY:  # until then Deepgram answered
        since = min(one.since for one in await watch.office.store.troubles())
        assert begins < since <= begins + 2 * QUARTER
    watch.fail(after)
    await watch.tick()
    assert watch.edits()[-1] == "🟢 The bot sees again: Deepgram answers without errors"


async def test_what_has_too_little_to_go_by_yet_is_nobodys_trouble(watch, office):
    watch.fail(TooEarly("There are too few readings."), "p1")
    await watch.tick(8)
    assert watch.posts() == []
    watch.fail(DOWN, "p1")
    await watch.tick(2)
    watch.fail(TooEarly("There are too few readings."), "p1")
    await watch.tick(8)
    assert watch.edits() == ["🟢 The bot sees again: Deepgram answers without errors"]
    assert len(watch.posts()) == 1


async def test_an_alert_that_fires_and_has_too_little_to_go_by_is_told(watch, office):
    watch.value = Decimal(20)
    await watch.tick()
    watch.fail(TooEarly("There are too few readings."), "p1")
    await watch.tick(4)
    assert watch.posts() == ["🟡 acme-p1: there is no data"]


@pytest.mark.parametrize(
    ("policy", "ops", "channel"), [(WhenNoData.KEEP, 1, 0), (WhenNoData.ALERT, 1, 1), (WhenNoData.OK, 0, 0)]
)
async def test_who_hears_of_missing_data_is_the_rules_to_say(office, policy, ops, channel):
    watch = Watch(office)
    await watch.adopt("one", policy=policy)
    await watch.tick()
    watch.fail(EMPTY, *FIVE)
    await watch.tick(4)
    assert (len(watch.posts()), len(watch.posts(ALERTS))) == (ops, channel)
    watch.fail(EMPTY)
    await watch.tick()
    assert len([edit for edit in watch.edits() if "data is back" in edit]) == ops + channel
    assert (len(watch.posts()), len(watch.posts(ALERTS))) == (ops, channel)


async def test_missing_data_of_a_rule_with_routes_are_told_where_they_lead_and_closed_there_after_a_restart(office):
    watch = Watch(office)
    general, severe, first = "CGENERAL1", matcher("severity=critical"), matcher("project=~acme-p[12]")
    routes = (Route((severe,), general), Route((first,), ALERTS), Route((), OPS))
    spec = RuleSpec("one", "odd", Decimal(50), "", origin="settings", project="*", routes=routes)
    rule = replace(spec, when_no_data=WhenNoData.ALERT).rule(id="one", project_id="*", every=QUARTER)
    await watch.book.adopt(await office.parts.projects.project(), [rule])
    await watch.tick()
    watch.fail(EMPTY, "p1", "p3")
    await watch.tick(4)
    assert watch.posts() == ["🟡 acme-p1, acme-p3: there is no data"]
    assert watch.posts(ALERTS) == ["🟡 acme-p1: there is no data"]
    assert watch.posts(general) == []
    again = Troubles(office.store, OPS)
    again.note_clock(office.clock.now(), "The clock was set back.")  # so that there is something to settle
    await again.settle(office.clock.now())
    await office.settle()
    assert [edit for edit in watch.edits() if edit.startswith("🟢")] == []
    watch.fail(EMPTY)
    await watch.tick()
    assert sorted(edit for edit in watch.edits() if "data is back" in edit) == [
        "🟢 acme-p1, acme-p3: data is back",
        "🟢 acme-p1: data is back",
    ]


async def test_without_an_operators_channel_only_the_rules_that_ask_for_it_are_told(office):
    watch = Watch(office, ops=None)
    await watch.adopt("one", policy=WhenNoData.ALERT)
    await watch.tick()
    watch.broken = {"p1": EMPTY, "p2": REFUSED}
    await watch.tick(4)
    assert watch.posts(ALERTS) == ["🟡 acme-p1: there is no data"]


async def test_a_rule_that_does_not_care_keeps_no_message_open(office):
    watch = Watch(office)
    project = await office.parts.projects.project()
    specs = [
        RuleSpec("cares", "odd", Decimal(50), ALERTS, origin="settings", project="p1", every=QUARTER),
        RuleSpec("does-not", "odd", Decimal(50), ALERTS, origin="settings", project="p2", when_no_data=WhenNoData.OK),
    ]
    await watch.book.adopt(project, [one.rule(id=one.name, project_id=one.project, every=QUARTER) for one in specs])
    await watch.tick()
    watch.fail(EMPTY, "p1", "p2")
    await watch.tick(4)
    assert watch.posts() == ["🟡 acme-p1: there is no data"]
    watch.fail(EMPTY, "p2")
    await watch.tick()
    assert watch.shown().startswith("🟢 acme-p1: data is back")


async def test_a_restart_neither_tells_again_nor_forgets_to_close(watch):
    watch.fail(REFUSED, *FIVE)
    await watch.tick(2)
    again = Watch(watch.office)
    again.fail(REFUSED, *FIVE)
    await again.tick()
    assert len(watch.posts()) == 1
    again.fail(REFUSED)
    await again.tick()
    assert "🟢 The bot sees again" in watch.shown()


async def test_a_rule_whose_project_was_deleted_says_so_once_and_goes_on_when_it_is_back(office):
    watch = Watch(office)
    project = await office.parts.projects.project()
    spec = RuleSpec("solo", "odd", Decimal(50), ALERTS, origin="settings", project="p1")
    rule = spec.rule(id="solo", project_id="p1", every=QUARTER)
    await watch.book.adopt(project, [rule])
    await watch.tick()
    watch.fail(DELETED, "p1")
    await watch.tick(24)
    assert watch.posts() == ["🟡 acme-p1: there is no data"]
    assert watch.edits() == ["⚪ acme-p1 is no more"]
    states = [one.state for one in await office.store.instances("solo")]
    assert standing_of(rule, states, in_unit) == Standing("⚪", ("what it watches is no more",))
    watch.fail(EMPTY)
    watch.value = Decimal(20)
    await watch.tick()
    assert [told.partition(",")[0] for told in watch.posts(ALERTS)] == ["🟡 acme-p1: $20"]
    assert len(watch.posts()) == 1


async def test_what_is_no_more_is_closed_with_what_was_told_of_it_and_not_taken_for_mended(watch):
    watch.value = Decimal(20)
    await watch.tick()
    watch.broken = {"p1": DELETED, "p2": EMPTY}
    await watch.tick(8)
    assert watch.posts() == ["🟡 acme-p1, acme-p2: there is no data"]
    assert watch.shown().startswith("🟡 acme-p2: there is no data")
    assert (
        len([edit for edit in watch.edits() if edit.startswith("⚪ acme-p1: closed, Deepgram knows it no more")]) == 2
    )
    watch.fail(DELETED, "p1")
    await watch.tick(8)
    assert len(watch.posts()) == 1
    assert watch.shown().startswith("🟢 acme-p2: data is back")


async def test_projects_that_are_no_more_are_told_apart_from_those_of_which_there_are_data_again(watch):
    watch.fail(EMPTY, "p1", "p2")
    await watch.tick(4)
    watch.fail(DELETED, "p1")
    await watch.tick()
    assert watch.posts() == ["🟡 acme-p1, acme-p2: there is no data"]
    assert watch.shown().startswith("🟢 acme-p2: data is back")
    assert " · acme-p1 is no more" in watch.shown()
