"""What is rehearsed is what the monitor posts: the same readings through both, compared notice by notice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from dgbot import CannotMeasure, Check, Project, RuleSpec, Sample, SampleContext
from dgbot.adapters.storage import open_store
from dgbot.deepgram import DeepgramAuthError, DeepgramNotSentError, DeepgramRateLimitError, DeepgramServerError
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import EscalationStep
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import MessageRef
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rehearsal.finding import REASONS
from dgbot.services.alerting.rehearsal.notation import Missing, Stale, expand, read_series
from dgbot.services.alerting.rehearsal.posting import posted
from dgbot.services.alerting.rehearsal.script import Script, Series
from dgbot.services.alerting.rehearsal.stage import play
from dgbot.services.alerting.troubles import Troubles
from tests.office import MovableClock

START = datetime(2026, 3, 7, 21, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
OPS = "COPS00001"
ERRORS = {
    Cause.AUTH: DeepgramAuthError,
    Cause.RATE: DeepgramRateLimitError,
    Cause.NET: DeepgramNotSentError,
    Cause.API: DeepgramServerError,
}
PARTS = ("60-5x10", "45x3", "8x9", "200x2", "5x30", "12+1x3", "_", "_x4", "stale", "stalex4", "topup(+100)", "..-20x3")


def rules(project):
    made = [
        RuleSpec("low", "balance", Decimal(50), "CBILLING1", critical=Decimal(10)),
        RuleSpec("other", "balance", Decimal(30), "COTHER001"),
    ]
    for spec in made:
        rule = spec.rule(id=f"{project}-{spec.name}", project_id=project, every=QUARTER)
        yield replace(rule, keep_firing=QUARTER, escalation=(EscalationStep(2 * QUARTER, "CONCALL01"),))


def random_script(seed):
    chance = random.Random(seed)  # noqa: S311  # no secret
    fails = tuple(f"fail({cause}){times}" for cause in ERRORS for times in ("", "x3"))
    series = []
    for project in ("p1", "p2"):
        text = " ".join(["60", *chance.choices((*PARTS, *fails), k=12)])
        series.append(Series("balance", project, tuple(expand(read_series(text)))))
    known = tuple(rule for project in ("p1", "p2") for rule in rules(project))
    return Script(START, QUARTER, ZoneInfo("UTC"), known, tuple(series), ops_channel=OPS)


def check_of(script, clock):
    """Return the check that finds what the script says, as Deepgram would answer."""

    async def measure(ctx, params):
        [series] = [one for one in script.series if one.project == ctx.project.id]
        at = (clock.now() - START) // QUARTER
        point = series.points[at] if at < len(series.points) else Stale()
        if isinstance(point, Missing):
            raise CannotMeasure("")
        if isinstance(point, Cause):
            raise ERRORS[point](REASONS[point])
        return [] if isinstance(point, Stale) else Sample(point, "usd")

    return Check("balance", "what is left", measure, says="{value} left", advice="Top it up.")


async def monitored(script, clock):
    """Return what the monitor leaves in the outbox, when, and how it reads."""

    async def context(project_id):
        return SampleContext(Project(project_id, project_id), cast(Any, None), clock)

    found = []
    async with open_store("sqlite:///:memory:") as store:
        hushes, troubles = Hushes(store), Troubles(store, OPS)
        measuring = Measuring(script.checks, context)
        monitor = Monitor(store, measuring, hushes, troubles, clock, wake_outbox=lambda: None)
        for rule in script.rules:
            await store.put_rule(rule, due_at=START, audit=AuditEvent(START, "U1", "rule.put", rule.id, "done"))
        while clock.now() < script.end:
            await monitor.run_due()
            while queued := await store.due(clock.now(), 100):
                for one in queued:
                    said = posted(clock.now(), "", "", one.notice)
                    found.append((said.at, said.channel, said.text.replace("Deepgram answered 0: ", "")))
                    await store.sent(one.number, clock.now(), MessageRef("C1", "1.1"))
            clock.advance(QUARTER)
    return sorted(found)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))])
async def test_the_rehearsal_says_what_the_monitor_says(seed):
    script, clock = random_script(seed), MovableClock(START)
    script.checks["balance"] = check_of(script, clock)
    performance = await play(script)
    assert len(performance.said) > 5
    rehearsed = sorted((one.at, one.channel, one.text) for one in performance.said)
    assert rehearsed == await monitored(script, clock)
