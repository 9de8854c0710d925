"""Whatever happens, two bots on one database say what one bot alone would have said, and say it once.

The real monitor and what wakes alerts up, over a real database in memory. Two bots take turns at each call of the
store, in an order that hypothesis chooses.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dgbot.adapters.storage import SqlStore
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.alerting.answering import AwakeAlready, NothingFires, SeenAlready
from dgbot.domain.alerting.hushing import QuietHours, QuietRoute
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.rules import EscalationStep, Instance
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Directory, Store
from dgbot.plugin.alerts import Until
from dgbot.plugin.check import Check, Sample, SampleContext
from dgbot.plugin.context import Project
from dgbot.plugin.errors import CannotMeasure
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.desk import AlertDesk, PersonalAlerts
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.alerting.wakening import Wakening
from tests.sim.storage import Database

ACME = Project("p1", "acme-prod")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER, FAR = 15 * MINUTE, NOON + 1000 * DAY
RULES = ("low", "lower")
NIGHT = QuietRoute(QuietHours("night", time(22), time(7), ZoneInfo("UTC")), frozenset({"CALERTS01"}))
REST = ("balance 500", *["15 minutes later"] * 3, "4 days later", "15 minutes later")
"""What brings every story to a good end: by then no silence lasts, and everything has recovered."""

SPANS = {"15 minutes": QUARTER, "1 hour": HOUR, "11 hours": 11 * HOUR, "1 day": DAY, "4 days": 4 * DAY}
BACK = {"1 minute": MINUTE, "10 minutes": 10 * MINUTE, "1 hour": HOUR}
EVENTS = st.one_of(
    st.sampled_from([f"balance {amount}" for amount in (500, 57, 52, 42, 42, 30, 9, 9)]),
    st.sampled_from([f"{span} later" for span in SPANS]),
    st.sampled_from([f"{span} back" for span in BACK]),
    st.sampled_from(["no balance", "a bug", "silence", "unsilence", "acknowledge", "snooze", "snooze on", "wake"]),
)
STORIES = st.lists(EVENTS, max_size=14)


class Turns:
    """Lets those who wait go on one at a time, in an order that *random* chooses."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._waiting: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    async def all_done(self, works: list[Awaitable[object]]) -> None:
        tasks = [asyncio.ensure_future(work) for work in works]
        while not all(task.done() for task in tasks):
            waited = -1
            while waited != len(self._waiting) or not (waited or all(task.done() for task in tasks)):
                waited = len(self._waiting)
                for _ in range(8):
                    await asyncio.sleep(0)
                if all(task.done() for task in tasks):
                    break
            if self._waiting:
                self._waiting.pop(self._random.randrange(len(self._waiting))).set_result(None)
        for task in tasks:
            task.result()


@dataclass
class InTurns:
    """A store whose every call waits for its turn, before it is made and before it is answered."""

    store: Any
    turns: Turns

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*given: Any, **named: Any) -> Any:
            await self.turns.wait()
            answer = await getattr(self.store, name)(*given, **named)
            await self.turns.wait()
            return answer

        return call


@dataclass
class Clock:
    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment


@dataclass
class World:
    """A database with two rules on one balance, as many *bots* as are wanted, and what people do."""

    bots: int
    random: Random
    clock: Clock = field(default_factory=Clock)
    balance: str = "500"

    def __post_init__(self) -> None:
        self.database = Database(lambda: self.clock.moment.timestamp(), lambda _: None)
        self.turns = Turns(self.random)
        self.store = SqlStore(self.database.inline, "people")
        self.checks = {"balance": Check("balance", "the balance", self._measure, unit="usd")}
        self.people = self._alerts()

    def _bot(self, number: int) -> tuple[Monitor, Wakening]:
        """Return a bot that remembers nothing."""
        store: Any = SqlStore(self.database.inline, f"bot {number}")
        gated = cast(Store, InTurns(store, self.turns) if self.bots > 1 else store)
        hushes = Hushes(gated, self.checks, [NIGHT], puts_off=True)
        troubles, measuring = Troubles(gated, "COPS00001"), Measuring(self.checks, self._context)
        monitor = Monitor(gated, measuring, hushes, troubles, self.clock, wake_outbox=_nothing)
        return monitor, Wakening(gated, self.checks, _acme, self.clock, quiet=[NIGHT], wake_outbox=_nothing)

    async def rules(self) -> None:
        escalates = (EscalationStep(4 * HOUR, "COPS00001"),)
        specs = [
            RuleSpec("low", "balance", Decimal(50), "CALERTS01", critical=Decimal(10), escalation=escalates),
            RuleSpec("lower", "balance", Decimal(55), "CGENERAL1", hold=Hold(evaluations=2), keep_firing=QUARTER),
        ]
        for spec in specs:
            rule = spec.rule(id=spec.name, project_id=ACME.id, every=QUARTER)
            event = AuditEvent(NOON, "dgbot", "rule.put", rule.id, "done")
            await self.store.put_rule(rule, due_at=NOON, audit=event)

    async def live(self, *story: str) -> None:
        """Let it happen, with a round of every bot after each event; every bot is new each time."""
        await self.rules()
        for event in ("balance 500", *story, *REST):
            await self.happens(event)
            await self.round()

    async def round(self) -> None:
        bots = [self._bot(number) for number in range(self.bots)]
        await self.turns.all_done([self._one_round(*bot) for bot in bots])

    async def _one_round(self, monitor: Monitor, wakening: Wakening) -> None:
        await monitor.run_due()
        await wakening.run_due()

    async def happens(self, event: str) -> None:
        if event.endswith(" later"):
            self.clock.moment += SPANS[event.removesuffix(" later")]
        elif event.endswith(" back"):
            self.clock.moment -= BACK[event.removesuffix(" back")]
        elif event.startswith("balance "):
            self.balance = event.removeprefix("balance ")
        elif event in {"no balance", "a bug"}:
            self.balance = event
        elif event == "silence":
            await self.people.silence((matcher("kind=balance"),), lasts=2 * HOUR, because="a release")
        elif event == "unsilence":
            for one in await self.people.silences():
                await self.people.unsilence(one.id)
        else:
            await self._answered(event)

    async def _answered(self, event: str) -> None:
        answers: Mapping[str, Callable[[str], Awaitable[object]]] = {
            "acknowledge": self.people.acknowledge,
            "snooze": lambda alert: self.people.snooze(alert, HOUR),
            "snooze on": lambda alert: self.people.snooze(alert, Until.CHANGE),
            "wake": self.people.wake,
        }
        for alert in await self.people.firing():
            with contextlib.suppress(AwakeAlready, NothingFires, SeenAlready):
                await answers[event](alert.id)

    def _alerts(self) -> PersonalAlerts:
        wakening = Wakening(self.store, self.checks, _acme, self.clock, quiet=[NIGHT], wake_outbox=_nothing)
        nobody = cast(Directory, None)
        desk = AlertDesk(
            self.store, self.clock, nobody, self.checks, wakening, [NIGHT], name_of=str, wake_outbox=_nothing
        )
        return PersonalAlerts(desk, project=ACME, principal=Principal("UCAROL001"))

    async def _measure(self, ctx: SampleContext, params: Mapping[str, str]) -> Sample:
        await asyncio.sleep(0)
        if self.balance == "no balance":
            raise CannotMeasure("Deepgram names no balance.")
        return Sample(Decimal(self.balance), "usd")  # "a bug" is no number

    async def _context(self, _: str) -> SampleContext:
        return SampleContext(ACME, cast(AsyncManageClient, None), self.clock)

    # What is left of it

    @property
    def outbox(self) -> list[Any]:
        """Everything that was to be said, in the order of each message and its thread."""
        sql = "SELECT target, about, key, kind, facts FROM outbox ORDER BY target, about, number"
        return self.database.rows(sql)

    @property
    def history(self) -> list[Any]:
        sql = "SELECT rule_id, at, incident_id, act, why, because FROM alert_history WHERE \"by\" = '' ORDER BY number"
        return self.database.rows(sql)

    def said(self, rule: str) -> list[tuple[datetime, str, str, str]]:
        """Return when what was said of which incident, and why."""
        found = [row for row in self.history if row[0] == rule and row[3] and not row[5]]
        return [(datetime.fromisoformat(row[1]), row[2], row[3], row[4]) for row in found]


async def _acme() -> Project:
    return ACME


def _nothing() -> None:
    """Leave the outbox to the test."""


def lived(bots: int, story: list[str], random: Random | None = None) -> World:
    """Return the world in which *story* happened."""
    world = World(bots, random or Random(0))  # noqa: S311  # repeatable on purpose
    asyncio.run(world.live(*story))
    return world


@settings(max_examples=40)
@example(["balance 42", "15 minutes later", "balance 9", "15 minutes later"], Random(1))  # noqa: S311
@example(["1 hour back", "1 minute back", "1 hour back", "1 hour back"], Random(2))  # noqa: S311
@given(STORIES, st.randoms(use_true_random=False))
def test_two_bots_say_what_one_would_have_said(story, random):
    one, two = lived(1, story), lived(2, story, random)
    assert two.outbox == one.outbox
    assert two.history == one.history


@settings(max_examples=50)
@example(["balance 42", "1 hour back", "15 minutes later", *["15 minutes later"] * 6])
@given(STORIES)
def test_what_is_closed_was_told_and_what_was_told_is_closed_and_never_told_twice(story):
    world = lived(1, story)
    for rule in RULES:
        open_now, opened = "", list[str]()
        for _, incident, act, why in world.said(rule):
            if act == "open":
                assert incident not in opened, "told in a second message"
                assert not open_now, "told while another one is open"
                opened.append(incident)
                open_now = incident
            elif act == "edit" and why == "resolved":
                assert open_now, "closed, and nobody was told"
                open_now = ""
            elif why == "reopened" or (act == "edit" and why == "flapping"):
                open_now = open_now or incident
        assert not open_now, "told, and never closed"


@settings(max_examples=50)
@example(["balance 9", *["1 day later"] * 4])
@example(["balance 9", "1 day later", "1 hour back", "1 hour later", "15 minutes later"])
@given(STORIES)
def test_there_is_at_most_one_repeat_in_each_pause(story):
    world = lived(1, story)
    for rule, shortest in (("low", DAY), ("lower", 3 * DAY)):
        repeats = [at for at, _, _, why in world.said(rule) if why == "repeat"]
        assert all(later - one >= shortest for one, later in pairwise(repeats))


@settings(max_examples=40)
@given(STORIES)
def test_a_round_that_is_made_again_as_if_the_bot_had_died_before_it_took_note_changes_nothing(story):
    world = World(1, Random(0))  # noqa: S311

    async def standing() -> list[Instance]:
        return [one for rule in RULES for one in await world.store.instances(rule)]

    async def twice() -> None:
        await world.rules()
        for event in ("balance 500", *story):
            await world.happens(event)
            due = {one.rule.id: one.since for one in await world.store.due_rules(world.clock.moment)}
            await world.round()
            before = world.outbox, world.history, await standing()
            for one in await world.store.due_rules(FAR):
                if one.rule.id in due:
                    await world.store.postpone_rule(one, due[one.rule.id])
            await world.round()
            assert (world.outbox, world.history, await standing()) == before

    asyncio.run(twice())


def test_stories_come_to_what_the_promises_are_about():
    story = ["balance 42", "15 minutes later", "balance 9", "15 minutes later", "11 hours later", "1 day later"]
    world = lived(1, story)
    assert {why for _, _, _, why in world.said("low")} >= {"fired", "worse", "escalation", "repeat", "resolved"}
    assert {because.partition(":")[0] for *_, because in world.history} >= {"", "quiet-hours"}
