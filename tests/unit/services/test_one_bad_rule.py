"""What is wrong with one rule, or with one plugin, is told to the operators and holds up nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dgbot import CannotMeasure, Check, RuleSpec, Sample
from dgbot.adapters.storage import StoreBusy
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.audit import AuditEvent
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.troubles import Troubles
from tests.office import ALERTS, OPS

HOUR = timedelta(hours=1)


class Pair:
    """Two rules of two checks; the value of *good* can be set, and *bad* does what a test wants."""

    def __init__(self, office: Any) -> None:
        self.office = office
        self.value = "80"

        async def good(ctx, params):
            ctx.keep("good", Decimal(self.value), "usd")
            return Sample(Decimal(self.value), "usd")

        async def bad(ctx, params):
            self.spoil(ctx)
            return Sample(Decimal(80), "usd")

        self.checks = {"good": Check("good", "something", good), "bad": Check("bad", "something", bad)}
        measuring, store = Measuring(self.checks, office.parts._sample_context), office.store
        troubles, wake = Troubles(store, OPS), office.parts.outbox.wake
        self.monitor = Monitor(store, measuring, Hushes(store, self.checks), troubles, office.clock, wake_outbox=wake)

    def spoil(self, ctx: Any) -> None:
        """Leave what a broken check leaves."""

    async def put(self, **changes: Any) -> None:
        """Add both rules, of which *changes* make the bad one; it is due first."""
        for name, more in (("bad", changes), ("good", {})):
            spec = RuleSpec(name, name, Decimal(50), ALERTS, origin="settings")
            rule = replace(spec.rule(id=name, project_id=self.office.deepgram.project_id, every=HOUR), **more)
            event = AuditEvent(self.office.clock.now(), "dgbot", "rule.put", name, "done")
            await self.office.store.put_rule(rule, due_at=self.office.clock.now(), audit=event)

    async def tick(self, *after: timedelta) -> None:
        for pause in after or (HOUR,):
            self.office.clock.advance(pause)
            await self.monitor.run_due()
            await self.office.settle()

    def channel(self, name: str) -> str:
        return "\n".join(self.office.slack.channel_texts(name, 0))

    async def due(self) -> list[str]:
        return [one.rule.name for one in await self.office.store.due_rules(self.office.clock.now())]


@pytest.fixture
def pair(office):
    return Pair(office)


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (Schedule(HOUR, "0 9 * *"), "is no schedule such as"),
        (Schedule(HOUR, "0 0 30 2 *"), "is no schedule such as"),
        (Schedule(HOUR, "0 9 * * *", "Mars/Base"), "is no time zone such as"),
        (Schedule(timedelta(days=9_000 * 365)), "after the end of the calendar"),
    ],
)
async def test_a_rule_that_is_never_due_is_told_to_the_operators_and_the_others_go_on(pair, schedule, why):
    await pair.put(schedule=schedule)
    await pair.tick(HOUR)
    assert await pair.due() == []
    pair.value = "20"
    await pair.tick(HOUR)
    assert "acme-prod: $20" in pair.channel("alerts")
    assert "a check is broken" in pair.channel("ops")
    assert "Nobody can tell when bad is due." in pair.channel("ops")
    assert why in pair.channel("ops")
    assert not pair.monitor.sees()


async def _busy(*_: object, **__: object) -> None:
    raise StoreBusy("Another process keeps the database locked.")


async def test_a_rule_that_can_not_be_postponed_holds_up_no_other(pair, monkeypatch):
    postpone = pair.office.store.postpone_rule

    async def busy_for_one(due, due_at):
        await (_busy() if due.rule.name == "bad" else postpone(due, due_at))

    await pair.put()
    with monkeypatch.context() as patched:
        patched.setattr(pair.office.store, "postpone_rule", busy_for_one)
        await pair.tick()
    assert await pair.due() == ["bad"]
    assert not pair.monitor.sees()
    await pair.tick(timedelta())
    assert await pair.due() == []
    assert pair.monitor.sees()


async def test_troubles_that_could_not_be_told_are_told_at_the_next_tick_and_hold_up_no_rule(pair, monkeypatch):
    await pair.put(schedule=Schedule(HOUR, "0 9 * *"), error_after=1)
    with monkeypatch.context() as patched:
        patched.setattr(pair.office.store, "open_trouble", _busy)
        await pair.tick()
    assert await pair.due() == []
    assert not pair.monitor.sees()
    await pair.tick(timedelta())
    assert "Nobody can tell when bad is due." in pair.channel("ops")


def _trash(ctx):
    ctx.kept.append("trash")


def _text(ctx):
    ctx.keep("s", "5", "usd")


def _unitless(ctx):
    ctx.keep("s", Decimal(5), None)


def _trash_and_nothing(ctx):
    ctx.kept.append("trash")
    raise CannotMeasure("There is nothing to measure.")


@pytest.mark.parametrize("spoil", [_trash, _text, _unitless, _trash_and_nothing])
async def test_what_a_check_keeps_and_nobody_could_read_is_told_and_costs_nobody_elses_readings(pair, spoil):
    pair.spoil = spoil
    await pair.put()
    await pair.tick()
    pair.value = "20"
    await pair.tick()
    assert "acme-prod: $20" in pair.channel("alerts")
    assert "The check bad is broken." in pair.channel("ops")
    assert await pair.due() == []
    since = pair.office.clock.now() - timedelta(days=1)
    project, mark = pair.office.deepgram.project_id, fingerprint({})
    assert [one.amount for one in await pair.office.store.readings(project, "good", mark, since)] == [80, 20]


@pytest.mark.parametrize("amount", [None, Decimal("NaN")])
async def test_what_is_no_amount_is_not_kept_and_breaks_nothing(pair, amount):
    pair.spoil = lambda ctx: ctx.keep("s", amount, "usd")
    await pair.put()
    await pair.tick()
    assert pair.monitor.sees()
    since = pair.office.clock.now() - timedelta(days=1)
    assert await pair.office.store.readings(pair.office.deepgram.project_id, "s", fingerprint({}), since) == []
