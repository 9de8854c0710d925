"""What is rehearsed is what the bot does: random scripts through both, compared notice by notice.

The rehearsal jumps from moment to moment with a notebook for a database; the bot here has its own database, asks checks
that raise what Deepgram's client raises, and ticks every quarter of an hour.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from dgbot import CannotMeasure, Check, Project, RuleSpec, Sample, SampleContext, Severity
from dgbot.adapters.storage import open_store
from dgbot.deepgram import DeepgramAuthError, DeepgramNotSentError, DeepgramRateLimitError, DeepgramServerError
from dgbot.domain.alerting.hushing import QuietHours, QuietRoute
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import EscalationStep, WhenNoData
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import MessageRef, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.services.alerting.bulletins import Bulletins
from dgbot.services.alerting.elsewhere import Elsewhere
from dgbot.services.alerting.hushes import Hushes
from dgbot.services.alerting.measuring import Measuring
from dgbot.services.alerting.monitor import Monitor
from dgbot.services.alerting.rehearsal.finding import REASONS
from dgbot.services.alerting.rehearsal.notation import Missing, Stale, expand, read_series
from dgbot.services.alerting.rehearsal.people import CannotAct, People
from dgbot.services.alerting.rehearsal.performance import Futile
from dgbot.services.alerting.rehearsal.posting import posted
from dgbot.services.alerting.rehearsal.script import (
    Acknowledges,
    Archives,
    Doing,
    Script,
    Series,
    Silences,
    Snoozes,
    Stops,
    Unsilences,
    Wakes,
)
from dgbot.services.alerting.rehearsal.stage import play
from dgbot.services.alerting.troubles import Troubles
from dgbot.services.alerting.wakening import Wakening
from dgbot.services.outbox import Outbox
from tests.office import MovableClock

START = datetime(2026, 3, 7, 21, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
POINTS = 72
PATIENCE = timedelta(minutes=3)
"""For so long, at most, a message waits for the one in whose thread it stands."""
NEW_YORK = ZoneInfo("America/New_York")
OPS, BILLING, OTHER, ONCALL = "COPS00001", "CBILLING1", "COTHER001", "CONCALL01"
ERRORS = {
    Cause.AUTH: DeepgramAuthError,
    Cause.RATE: DeepgramRateLimitError,
    Cause.NET: DeepgramNotSentError,
    Cause.API: DeepgramServerError,
}
VALUES = ("60-5x10", "45x3", "8x9", "200x2", "5x30", "12+1x3", "40 60 40 60 40", "stale", "stalex4", "topup(+100)")
HOLES = ("_", "_x4", "..-20x3", *(f"fail({cause}){times}" for cause in ERRORS for times in ("", "x3")))


def random_script(seed):
    chance = random.Random(seed)  # noqa: S311  # no secret
    pace = chance.choice((1, 1, 7)) * QUARTER
    rules = tuple(random_rule(chance, number, pace) for number in range(chance.randint(2, 5)))
    series = [Series("balance", one, random_points(chance, (*VALUES, *HOLES))) for one in ("p1", "p2")]
    series += [Series("keys", "p1", random_points(chance, VALUES), {"key": name}) for name in ("a", "b")]
    night = QuietRoute(
        QuietHours("night", time(22), time(chance.choice((1, 8))), NEW_YORK),
        frozenset({BILLING, *chance.sample((OTHER, ONCALL), chance.randint(0, 2))}),
        lets_critical_through=chance.random() < 0.5,
    )
    doings = tuple(random_doing(chance) for _ in range(chance.randint(4, 16)))
    quiet = (night,) if chance.random() < 0.5 else ()
    return Script(START, QUARTER, NEW_YORK, rules, tuple(series), doings, quiet, OPS)


def random_rule(chance, number, pace):
    check = chance.choice(("balance", "balance", "keys"))
    channel, hold = (
        chance.choice((BILLING, BILLING, OTHER)),
        chance.choice((Hold(), Hold(2 * QUARTER), Hold(timedelta(), 2))),
    )
    spec = RuleSpec(f"rule-{number}", check, Decimal(50 - 5 * number), channel, critical=Decimal(10), hold=hold)
    where = "p1" if check == "keys" else chance.choice(("p1", "p2", "*"))
    rule = spec.rule(id=f"r{number}", project_id=where, every=chance.choice((1, 1, 2)) * pace)
    return replace(
        rule,
        keep_firing=chance.choice((timedelta(), QUARTER)),
        escalation=chance.choice(((), (EscalationStep(2 * QUARTER, ONCALL),))),
        repeat={Severity.CRITICAL: timedelta(hours=2), Severity.WARNING: chance.choice((None, timedelta(hours=5)))},
        when_no_data=chance.choice(list(WhenNoData)),
        ack_lasts=timedelta(hours=chance.choice((1, 24))),
        through_quiet_hours=chance.random() < 0.3,
        labels=chance.choice(({}, {"team": "billing"})),
    )


def random_points(chance, parts):
    text = " ".join([chance.choice(("60", "45", "8")), *chance.choices(parts, k=14)])
    return tuple(expand(read_series(text)))[:POINTS]


def random_doing(chance):
    matchers = chance.choice(((), (), (matcher("rule=rule-0"),), (matcher("project=p1"),), (matcher("key!=a"),)))
    some = matchers or (matcher('severity=~"warning|critical"'),)
    lasts = chance.choice((1, 3, 8, 40)) * QUARTER
    deed = chance.choice(
        (
            *(
                Acknowledges(matchers),
                Snoozes(matchers, lasts),
                Snoozes(matchers),
                Snoozes(matchers, until_tomorrow=True),
            ),
            *(Wakes(matchers), Silences(some, lasts), Silences(some, lasts), Unsilences(), Stops(lasts)),
            Archives(chance.choice((BILLING, OTHER))),
        )
    )
    return Doing(START + QUARTER * chance.randrange(POINTS), chance.choice(("UCAROL001", "UDAVE0001")), deed)


def checks_of(script, clock):
    """Return checks that find what the script says, as Deepgram would answer."""

    def point(series):
        at = (clock.now() - START) // QUARTER
        return series.points[at] if at < len(series.points) else Stale()

    async def balance(ctx, params):
        found = [point(one) for one in script.series if (one.check, one.project) == ("balance", ctx.project.id)]
        if isinstance(found[0], Missing):
            raise CannotMeasure("")
        if isinstance(found[0], Cause):
            raise ERRORS[found[0]](REASONS[found[0]])
        return [] if isinstance(found[0], Stale) else Sample(found[0], "usd")

    async def keys(ctx, params):
        mine = [one for one in script.series if (one.check, one.project) == ("keys", ctx.project.id)]
        return [Sample(point(one), "usd", one.labels) for one in mine if isinstance(point(one), Decimal)]

    return {
        "balance": Check("balance", "what is left", balance, says="{value} left", advice="Top it up."),
        "keys": Check("keys", "what keys are", keys, says="{value} each"),
    }


class Heard:
    """Slack, as far as anybody hears it: when, how, where and what."""

    def __init__(self, clock):
        self.clock, self.archived, self.heard = clock, set(), []

    async def send(self, notice, standing):
        event, fresh = notice.kind is NoticeKind.EVENT, bool(notice.facts.get("afresh"))
        if event and standing is None:
            raise NotDelivered("the message that it follows was never posted", again_in=None)
        place = notice.target if standing is None or fresh else standing.channel_id
        if place in self.archived:
            raise NotDelivered("is_archived", again_in=None)
        thread = str(notice.facts.get("thread_ts", ""))
        if event:
            how = "aloud in the thread" if notice.facts["loud"] else "in a thread"
        else:
            how = "edit" if standing is not None and not fresh else "in a thread" if thread else "post"
        said = posted(self.clock.now(), "", "", notice, place)
        self.heard.append(
            (said.at.replace(second=0), how, said.channel, said.text.replace("Deepgram answered 0: ", ""))
        )
        return None if event else MessageRef(place, str(len(self.heard)), thread)


HOW = {
    "open": "post",
    "escalate": "post",
    "summary": "post",
    "trouble": "post",
    "edit": "edit",
    "reply": "in a thread",
    "broadcast": "aloud in the thread",
}


async def lived_through(script, clock):
    """Return what the bot says on its own database, and who did what had no effect."""

    async def context(project_id):
        return SampleContext(Project(project_id, project_id), cast(Any, None), clock)

    async def project():
        return Project("p1", "p1")

    async def projects():
        return [Project("p1", "p1"), Project("p2", "p2")]

    slack, futile, back = Heard(clock), [], START
    async with open_store("sqlite:///:memory:") as store:
        outbox = Outbox(store, slack, clock)
        outbox.given_up.append(Elsewhere(store, clock, OPS, wake_outbox=outbox.wake).not_delivered)
        monitor = Monitor(
            store,
            Measuring(script.checks, context),
            Hushes(store, script.checks, script.quiet, puts_off=True),
            Troubles(store, OPS),
            clock,
            wake_outbox=outbox.wake,
            projects=projects,
        )
        wakening = Wakening(store, script.checks, project, clock, quiet=script.quiet, wake_outbox=outbox.wake)
        bulletins = Bulletins(store, script.checks, str, clock, wake_outbox=outbox.wake)
        people = People(script, store, clock, wakening, Project("p1", "p1"))

        async def tick():
            await monitor.run_due()
            await wakening.run_due()
            await bulletins.run_due()
            now = clock.now()
            await outbox.send_due()
            while (await store.backlog(now + PATIENCE)).outbox and clock.now() < now + PATIENCE:
                if (await store.backlog(clock.now())).outbox:
                    await outbox.send_due()
                clock.advance(timedelta(seconds=1))
            clock.advance(now - clock.now())

        for rule in script.rules:
            await store.put_rule(rule, due_at=START, audit=AuditEvent(START, "U1", "rule.put", rule.id, "done"))
        while (now := clock.now()) < script.end:
            if now >= back:
                await tick()
            for one in (one for one in script.doings if one.at == now):
                if isinstance(one.deed, Stops):
                    back = max(back, now + one.deed.lasts)
                elif isinstance(one.deed, Archives):
                    slack.archived.add(one.deed.channel_id)
                elif now < back:
                    futile.append(Futile(now, one.by, "The bot does not run."))
                else:
                    try:
                        await people.do(one)
                    except CannotAct as error:
                        futile.append(Futile(now, one.by, str(error)))
                    await tick()
            clock.advance(QUARTER)
    return slack.heard, futile


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 30))])
async def test_the_rehearsal_says_what_the_bot_says(seed):
    script, clock = random_script(seed), MovableClock(START)
    script.checks.update(checks_of(script, clock))
    performance = await play(script)
    rehearsed = [
        (one.at.replace(second=0), "edit" if one.why in {"changed", "over"} else HOW[one.act], one.channel, one.text)
        for one in performance.said
    ]
    heard, futile = await lived_through(script, clock)
    assert sorted(rehearsed) == sorted(heard)
    assert list(performance.futile) == futile
    assert performance.said or seed


async def test_the_same_script_always_leads_to_the_same():
    script = random_script(7)
    script.checks.update(checks_of(script, MovableClock(START)))
    assert await play(script) == await play(script)
