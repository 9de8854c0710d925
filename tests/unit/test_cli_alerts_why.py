"""``dgbot alerts why``: the chain of reasons of one incident, read beside a bot that runs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from dgbot.adapters.storage import open_store
from dgbot.cli import main
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.outcomes import Value
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.audit import AuditEvent

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SILENCE = Hush(silenced="7f3a")


def low_balance(hold):
    levels = (
        Level(Severity.WARNING, Decimal(50), Decimal(55), hold),
        Level(Severity.CRITICAL, Decimal(10), Decimal(11)),
    )
    ladder = Ladder(Side.BELOW, levels)
    return AlertRule("r1", "low-balance", "balance", "p1", "C0BILLING", ladder, Schedule(QUARTER), "slack", "U1")


@pytest.fixture
async def happened(tmp_path):
    """Let a bot evaluate values, some while something keeps it quiet, and go on running."""
    url = f"sqlite:///{tmp_path / 'dgbot.db'}"
    async with open_store(url, as_bot=True) as store:

        async def happened(*found, ids=("7hx2abcdef",), hold=Hold()):  # noqa: B008  # a frozen value
            rule = low_balance(hold)
            await store.put_rule(rule, due_at=NINE, audit=AuditEvent(NINE, "U1", "rule.put", rule.id, "done"))
            one, now = Instance(rule.id, "f1", {"project_id": "acme-prod"}), NINE
            for index, (value, hush) in enumerate(found):
                incident = ids[0] if index < 4 else ids[-1]
                taken = step(one.state, Value(Decimal(value), now), now, rule.criteria, incident_id=incident)
                speech = speak(one.told, taken, hush=hush, now=now, ladder=rule.ladder, manner=rule.manner)
                after = replace(one, state=taken.state, told=speech.told, revision=one.revision + 1)
                saved = await store.save_evaluated([Evaluated(one, after, tuple(entries(taken, speech, now)))])
                assert saved == 1
                one, now = after, now + QUARTER
            return url

        yield happened


def why(*words):
    return CliRunner().invoke(main, ["alerts", "why", *words])


async def test_it_tells_what_was_said_and_what_was_kept_back_and_why(happened):
    url = await happened((60, Hush()), (42, Hush()), (8, SILENCE), (8, SILENCE), (8, Hush()), (100, Hush()))
    result = why("7hx2abcdef", "--database", url)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Incident 7hx2abcdef of low-balance, about acme-prod",
        "2026-11-23 09:15  T02  fired at $42",
        "                  told in C0BILLING (fired)",
        "2026-11-23 09:30  T09  got worse at $8",
        "                  message edited (worse)",
        "                  not told in its thread and the channel (worse): silence 7f3a",
        "2026-11-23 10:00  T08  still fires at $8",
        "                  message edited (still firing)",
        "                  told in its thread and the channel (still firing)",
        "2026-11-23 10:15  T11  recovered at $100",
        "                  message edited (resolved)",
        "                  told in its thread and the channel (resolved)",
    ]


async def test_it_tells_how_it_came_to_it(happened):
    url = await happened((60, Hush()), (42, Hush()), (41, Hush()), (40, Hush()), hold=Hold(2 * QUARTER))
    lines = why("7hx2", "--database", url, "--zone", "America/New_York").stdout.splitlines()
    assert lines[1:] == [
        "2026-11-23 04:15  T03  beyond its line, and not for long enough yet at $42",
        "2026-11-23 04:45  T05  fired, for it was beyond its line for long enough at $40",
        "                  told in C0BILLING (fired)",
    ]


async def test_a_program_reads_one_object(happened):
    url = await happened((42, SILENCE))
    found = json.loads(why("7hx2abcdef", "--json", "--database", url).stdout)
    assert found == {
        "incident": "7hx2abcdef",
        "rule": {"id": "r1", "name": "low-balance", "channel": "C0BILLING"},
        "labels": {"project_id": "acme-prod"},
        "chain": [
            {
                "at": "2026-11-23T09:00:00Z",
                "rows": ["T02"],
                "value": "42",
                "what": "fired at $42",
                "said": ["not told (fired): silence 7f3a"],
            }
        ],
    }


async def test_an_id_that_nothing_has_is_answered_with_those_that_there_are(happened):
    url = await happened((42, Hush()))
    result = why("moon", "--database", url)
    assert result.exit_code == 2
    assert "There is no incident 'moon'; the latest are 7hx2abcdef (2026-11-23 09:00)." in result.stderr
    assert why("%", "--database", url).exit_code == 2
    assert why("", "--database", url).exit_code == 2


async def test_a_beginning_that_fits_two_is_answered_with_both(happened):
    url = await happened((42, Hush()), (60, Hush()), (60, Hush()), (60, Hush()), (42, Hush()), ids=("7hx2a", "7hx2b"))
    result = why("7hx", "--database", url)
    assert result.exit_code == 2
    assert (
        "More than one incident begins with '7hx': 7hx2b (2026-11-23 10:00), 7hx2a (2026-11-23 09:00)." in result.stderr
    )
    assert why("7hx2a", "--database", url).exit_code == 0


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    result = why("7hx2", "--database", f"sqlite:///{tmp_path / 'none.db'}")
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "none.db; the bot makes it when it first runs." in result.stderr


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "text.db").write_text("text " * 1000)
    (tmp_path / "empty.db").write_bytes(b"")
    assert "not an SQLite database" in why("7hx2", "--database", f"sqlite:///{tmp_path / 'text.db'}").stderr
    assert "has no such table" in why("7hx2", "--database", f"sqlite:///{tmp_path / 'empty.db'}").stderr
