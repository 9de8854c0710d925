"""``dgbot alerts why``: the chain of reasons of one incident, read beside a bot that runs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from dgbot.adapters.storage import open_store
from dgbot.cli import main
from dgbot.domain.alerting.answering import acknowledge
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.history import Entry, entries
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.alerting.labels import matcher
from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.outcomes import Value
from dgbot.domain.alerting.revising import ended
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.audit import AuditEvent

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
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
        "2026-11-23 09:15  T02  $42 · beyond the line",
        "                  told in a message of its own",
        "2026-11-23 09:30  T09  $8 · got worse",
        "                  shown in its message",
        "                  not told: silence 7f3a",
        "2026-11-23 10:00  T08  $8 · still beyond the line",
        "                  shown in its message (that it still fires)",
        "                  told in its thread and in the channel (that it still fires)",
        "2026-11-23 10:15  T11  $100 · recovered",
        "                  shown in its message",
        "                  told in its thread and in the channel",
    ]


async def test_it_tells_how_it_came_to_it(happened):
    url = await happened((60, Hush()), (42, Hush()), (41, Hush()), (40, Hush()), hold=Hold(2 * QUARTER))
    lines = why("7hx2", "--database", url, "--zone", "America/New_York").stdout.splitlines()
    assert lines[1:] == [
        "2026-11-23 04:15  T03  $42 · beyond the line, and has to stay there before it is news",
        "2026-11-23 04:45  T05  $40 · beyond the line for long enough",
        "                  told in a message of its own",
    ]


async def test_a_program_reads_one_object(happened):
    url = await happened((42, SILENCE))
    found = json.loads(why("7hx2abcdef", "--json", "--database", url).stdout)
    assert found == {
        "incident": "7hx2abcdef",
        "rule": {"id": "r1", "name": "low-balance", "channel": "C0BILLING"},
        "project": "acme-prod",
        "labels": {"project_id": "acme-prod"},
        "chain": [
            {
                "at": "2026-11-23T09:00:00Z",
                "incident": "7hx2abcdef",
                "rows": ["T02"],
                "value": "42",
                "by": "",
                "what": "$42 · beyond the line",
                "told": ["not told: silence 7f3a"],
            }
        ],
        "silences": [],
    }


@pytest.fixture
async def answered(tmp_path):
    """Let carol acknowledge, silence, end the silence and remove the rule's line, while two projects are watched."""
    url = f"sqlite:///{tmp_path / 'dgbot.db'}"
    async with open_store(url) as store:
        rule, now = low_balance(Hold()), NINE
        await store.put_rule(rule, due_at=NINE, audit=AuditEvent(NINE, "U1", "rule.put", rule.id, "done"))
        one = await saved(store, rule, Instance(rule.id, "f1", {"project_id": "acme-prod"}), 42, now, "7hx2abcdef")
        await saved(store, rule, Instance(rule.id, "f2", {"project_id": "acme-test"}), 90, now, "none")
        acked = acknowledge(one.told, one.state, by="UCAROL001", now=now + MINUTE)
        after = replace(one, told=acked.told, revision=one.revision + 1)
        line = Entry(now + MINUTE, "7hx2abcdef", ("A01",), one.state.value, by="UCAROL001")
        assert await store.save_evaluated([Evaluated(one, after, (line,))])
        silence = Silence("7f3a", (matcher("project=acme-prod"),), now + MINUTE, now + HOUR, "UCAROL001", "a move")
        event = AuditEvent(now + 5 * MINUTE, "UCAROL001", "alert.unsilence", "7f3a", "done")
        await store.open_silence(silence, audit=event)
        await store.end_silence("7f3a", audit=event)
        taken = ended(after.state, because="paused", now=now + 9 * MINUTE, by="UCAROL001")
        speech = speak(after.told, taken, hush=Hush(), now=now + 9 * MINUTE, ladder=rule.ladder, manner=rule.manner)
        closed = replace(after, state=taken.state, told=speech.told, revision=after.revision + 1)
        lines = tuple(entries(taken, speech, now + 9 * MINUTE))
        assert await store.save_evaluated([Evaluated(after, closed, lines)])
    return url


async def saved(store, rule, one, value, now, incident):
    taken = step(one.state, Value(Decimal(value), now), now, rule.criteria, incident_id=incident)
    speech = speak(one.told, taken, hush=Hush(), now=now, ladder=rule.ladder, manner=rule.manner)
    after = replace(one, state=taken.state, told=speech.told, revision=one.revision + 1)
    assert await store.save_evaluated([Evaluated(one, after, tuple(entries(taken, speech, now)))])
    return after


ANSWERED = [
    "2026-11-23 09:00  T02  $42 · beyond the line",
    "                  told in a message of its own",
    '2026-11-23 09:01  silence 7f3a by @UCAROL001: project="acme-prod" (a move)',
    "2026-11-23 09:01  A01  $42 · acknowledged by @UCAROL001",
    "2026-11-23 09:05  silence 7f3a was ended",
    "2026-11-23 09:09  R04  $42 · its rule was paused or removed by @UCAROL001",
    "                  shown in its message",
]


async def test_it_tells_who_did_what_and_which_silences_held(answered):
    assert why("7hx2", "--database", answered).stdout.splitlines()[1:] == ANSWERED
    found = json.loads(why("7hx2", "--json", "--database", answered).stdout)
    assert [link["by"] for link in found["chain"]] == ["", "UCAROL001", "UCAROL001"]
    assert found["silences"] == [
        {
            "id": "7f3a",
            "by": "UCAROL001",
            "because": "a move",
            "begins": "2026-11-23T09:01:00Z",
            "ends": "2026-11-23T09:05:00Z",
        }
    ]


async def test_a_rule_and_a_project_name_what_is_asked_for_as_well_as_an_id(answered):
    for name in ("low-balance/acme-prod", "r1/acme-prod"):
        lines = why(name, "--database", answered).stdout.splitlines()
        assert lines == ["low-balance, about acme-prod", "incident 7hx2abcdef", *ANSWERED]
    assert why("low-balance/acme-test", "--database", answered).stdout.splitlines() == [
        "low-balance, about acme-test",
        "2026-11-23 09:00  T01  $90 · first value, and it is good",
    ]


async def test_a_project_is_asked_for_by_its_name_and_named_in_the_answer(tmp_path):
    url, prod = f"sqlite:///{tmp_path / 'dgbot.db'}", "ecf0c93a-0000-4000-8000-000000000000"
    async with open_store(url) as store:
        rule = low_balance(Hold())
        await store.put_rule(rule, due_at=NINE, audit=AuditEvent(NINE, "U1", "rule.put", rule.id, "done"))
        await saved(store, rule, Instance(rule.id, "f1", {"project_id": prod}), 42, NINE, "7hx2abcdef")
        await saved(store, rule, Instance(rule.id, "f2", {"project_id": "p2", "team": "a"}), 90, NINE, "none")
        await store.keep_project_names({prod: "acme-prod", "p2": "acme-test"})
        silence = Silence("7f3a", (matcher("project=acme-prod"),), NINE, NINE + HOUR, "UCAROL001", "a move")
        await store.open_silence(silence, audit=AuditEvent(NINE, "UCAROL001", "alert.silence", "7f3a", "done"))
    for asked in ("low-balance/acme-prod", f"low-balance/{prod}"):
        lines = why(asked, "--database", url).stdout.splitlines()
        assert lines[0] == "low-balance, about acme-prod"
        assert any("silence 7f3a" in line for line in lines), "it names the project as people call it"
    assert why("7hx2", "--database", url).stdout.startswith("Incident 7hx2abcdef of low-balance, about acme-prod\n")
    assert json.loads(why("7hx2", "--json", "--database", url).stdout)["project"] == "acme-prod"
    several = "ask for one: low-balance/acme-prod, low-balance/a/acme-test."
    assert several in why("low-balance", "--database", url).stderr
    assert why("low-balance/acme-test", "--database", url).exit_code == 0


async def test_projects_that_share_a_name_are_asked_for_by_their_ids(answered):
    async with open_store(answered) as store:
        await store.keep_project_names({"acme-prod": "acme", "acme-test": "acme"})
    told = why("low-balance/acme", "--database", answered).stderr
    assert "ask for one: low-balance/acme-prod, low-balance/acme-test." in told


async def test_a_rule_that_watches_several_things_asks_which(answered):
    result = why("low-balance", "--database", answered)
    assert result.exit_code == 2
    which = "low-balance watches several things; ask for one: low-balance/acme-prod, low-balance/acme-test."
    assert which in result.stderr


async def test_a_project_that_a_rule_does_not_watch_is_answered_with_those_that_it_does(answered):
    result = why("low-balance/moon", "--database", answered)
    which = "low-balance watches nothing called 'moon'; ask for one: low-balance/acme-prod, low-balance/acme-test."
    assert (result.exit_code, which in result.stderr) == (2, True)


async def test_an_id_that_nothing_has_is_answered_with_those_that_there_are(happened):
    url = await happened((42, Hush()))
    result = why("moon", "--database", url)
    assert result.exit_code == 2
    assert (
        "nothing that a rule of that name has watched; the latest are 7hx2abcdef (2026-11-23 09:00)." in result.stderr
    )
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


async def test_it_needs_no_secrets_only_where_the_database_is(answered, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "dgbot.toml").write_text(f'[database]\nurl = "{answered}"\n[deepgram]\nproject = "p1"\n')
    assert why("7hx2").stdout.startswith("Incident 7hx2abcdef")
    (tmp_path / "dgbot.toml").unlink()
    monkeypatch.setenv("DGBOT_DATABASE__URL", answered)
    assert why("7hx2").stdout.startswith("Incident 7hx2abcdef")
    assert "none.toml does not exist" in why("7hx2", "--config", "none.toml").stderr


@pytest.mark.parametrize(
    ("schema", "says"),
    [("0004", "is of an older dgbot (schema 0004, not "), ("0999", "is of a newer dgbot (schema 0999, not ")],
)
@pytest.mark.parametrize("change", ["ALTER TABLE alert_rules RENAME COLUMN body TO text", "DROP TABLE alert_rules"])
async def test_a_database_of_another_version_is_named_as_that(answered, schema, says, change):
    with closing(sqlite3.connect(answered.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(change)
        connection.execute("UPDATE alembic_version SET version_num = ?", (schema,))
    result = why("low-balance", "--database", answered)
    named = f"The database {answered.removeprefix('sqlite:///')} {says}"
    assert (result.exit_code, named in result.stderr) == (2, True)
