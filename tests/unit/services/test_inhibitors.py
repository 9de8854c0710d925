"""Which alert speaks for another: the worse one about the same thing, and only where people heard of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.cli import main
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import Instance
from dgbot.domain.alerting.states import AlertState, Incident, Phase
from dgbot.domain.alerting.telling import Acknowledgement, Place, Snooze, Told
from dgbot.plugin.check import Check
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.inhibitors import Inhibitors

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def _nothing(ctx, params):
    raise NotImplementedError


CHECKS = {
    "balance": Check("balance", "", _nothing),
    "days-left": Check("days-left", "", _nothing, about="balance"),
    "error-rate": Check("error-rate", "", _nothing),
}


def rule(name: str, check: str = "balance"):
    spec = RuleSpec(name, check, Decimal(50), "C1", critical=Decimal(10))
    return spec.rule(id=f"id-of-{name}", project_id="p1", every=HOUR)


OWN, WORSE = rule("early"), rule("late")
FIRES = AlertState(NOON, NOON, Phase.FIRING, rank=2, incident=Incident("i1", NOON, Decimal(5)))
MILD = replace(FIRES, rank=1, incident=Incident("i2", NOON, Decimal(40)))
HEARD = Told("i1", "i1", open=True, rank=2, places=(Place("C1"), Place("C2")))


def instance(of=WORSE, state=FIRES, told=HEARD, severity=Severity.CRITICAL, **labels: str) -> Instance:
    known = {"project_id": "p1", **labels}
    return Instance(of.id, fingerprint(known), known, state, told, severity)


MINE = instance(OWN, MILD, Told(), Severity.WARNING)


def above(*others, own=MINE, of=OWN, severity=Severity.WARNING, channels=("C1",), quiet=False, rules=(OWN, WORSE)):
    found = Inhibitors(others, {one.id: one for one in rules}, CHECKS)
    return found.above(of, own, own.state, severity, channels=lambda: channels, quiet=lambda theirs, other: quiet)


def test_something_critical_speaks_for_what_is_milder():
    assert above(instance()) == "late/i1"


@pytest.mark.parametrize(
    "other",
    [
        instance(severity=Severity.WARNING),
        instance(project_id="p2"),
        instance(key_id="k1"),
        instance(told=Told()),
        instance(told=replace(HEARD, owed=True)),
        instance(told=replace(HEARD, rank=1)),
        instance(told=replace(HEARD, incident_id="i0")),
        instance(told=replace(HEARD, places=(Place("C2"),))),
        replace(instance(), rule_id="gone"),
    ],
    ids=["no worse", "project", "thing", "untold", "owed", "told as milder", "older", "elsewhere", "no rule"],
)
def test_nothing_else_does(other):
    assert above(other) == ""


def test_it_has_to_be_heard_in_every_channel_and_to_be_heard_still():
    assert above(instance(), channels=("C1", "C2")) == "late/i1"
    assert above(instance(), channels=("C1", "C3")) == ""
    assert above(instance(), quiet=True) == ""


def test_what_was_acknowledged_or_snoozed_was_heard():
    ack, snooze = Acknowledgement("carol", NOON, 2, NOON + HOUR), Snooze("carol", NOON, 2, None)
    assert above(instance(told=replace(HEARD, ack=ack, snooze=snooze))) == "late/i1"


@pytest.mark.parametrize(("check", "speaks"), [("days-left", "late/i1"), ("error-rate", ""), ("unknown", "")])
def test_it_has_to_be_about_the_same(check, speaks):
    worse = rule("late", check)
    assert above(instance(worse), rules=(OWN, worse)) == speaks


def test_what_is_critical_is_never_kept_back_by_another():
    refused = instance(state=replace(FIRES, phase=Phase.ERROR, failing=Cause.AUTH, evaluated_at=NOON + HOUR))
    assert above(instance(), refused, severity=Severity.CRITICAL) == ""
    assert above(instance(), refused, severity=None) == ""


def test_a_refused_key_speaks_for_what_was_not_measured_since():
    refused = AlertState(NOON, NOON + HOUR, Phase.ERROR, failing=Cause.AUTH)
    broken = instance(state=refused, told=Told(), severity=None, key_id="k1")
    assert above(broken) == "late/refused"
    assert above(broken, own=replace(MINE, state=replace(MILD, good_at=NOON + HOUR))) == ""
    assert above(broken, own=replace(MINE, state=replace(MILD, phase=Phase.ERROR, failing=Cause.AUTH))) == ""
    assert above(replace(broken, state=replace(refused, failing=Cause.NET))) == ""


# As it is told


RULES = """\
rules:
  - {name: errors, kind: error-rate, channel: C0OPS, for_evaluations: 1, above: {warning: 5, critical: 20}}
  - {name: early, kind: balance, channel: C0OPS, below: {warning: 1000, critical: 200}}
  - {name: team, kind: balance, channel: C0OPS, below: {warning: 50, critical: 10}}
  - {name: elsewhere, kind: balance, channel: C0TEAM, below: {warning: 50, critical: 10}}
tests:
  - name: as it is told
    start: 2026-11-23T09:00 UTC
    edits: any
"""


@pytest.fixture
def play(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def play(story: str) -> None:
        Path("my.tests.yml").write_text(RULES + story)
        result = CliRunner().invoke(main, ["alerts", "test", "my.tests.yml"])
        assert result.exit_code == 0, result.output

    return play


def test_requests_that_fail_do_not_hide_a_balance_that_runs_out(play):
    play("""\
    series:
      - {kind: error-rate, values: 0 50x4}
      - {kind: balance, values: 2000 2000 45x3}
    expect:
      - {at: 15m, posts: [{open: fired, rule: errors}]}
      - {at: 30m, posts: [{open: fired, rule: early}, {open: fired, rule: team}, {open: fired, rule: elsewhere}]}
""")


def test_what_is_said_in_the_same_channel_is_said_once_and_in_another_again(play):
    play("""\
    series: [{kind: balance, values: 180 180 45x4}]
    expect:
      - {at: 0m, posts: [{open: fired, rule: early}]}
      - {at: 30m, rule: team, kept_back: inhibited, posts: [{open: fired, rule: elsewhere}]}
""")


def test_a_silence_on_the_worse_one_hides_no_other(play):
    play("""\
    series: [{kind: balance, values: 180 180 45x4}]
    people: [{at: 15m, carol: silence rule=early for 2d}]
    expect:
      - {at: 0m, posts: [{open: fired, rule: early}]}
      - {at: 30m, posts: [{open: fired, rule: team}, {open: fired, rule: elsewhere}]}
""")


def test_what_the_worse_one_said_is_told_at_once_when_it_is_silenced(play):
    play("""\
    series: [{kind: balance, values: 180 180 45x8}]
    people: [{at: 40m, carol: silence rule=early for 2d}]
    expect:
      - {at: 0m, posts: [{open: fired, rule: early}]}
      - {at: 30m, posts: [{open: fired, rule: elsewhere}]}
      - {at: 40m, posts: [{open: still firing, rule: team}]}
""")
