"""The migrations lead to exactly the tables that the code uses, and never backwards."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import resources

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from dgbot.adapters.storage import SchemaTooNew, open_store, schema
from dgbot.adapters.storage.tables import metadata
from dgbot.domain.alerting.evaluating import step
from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.outcomes import Value
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.telling import Hush, Place

OPEN = """
import asyncio, sys
from dgbot.adapters.storage import open_store
async def main():
    async with open_store(sys.argv[1]):
        print("alembic" in sys.modules)
asyncio.run(main())
"""


def starter(url):
    return subprocess.Popen([sys.executable, "-W", "error", "-c", OPEN, url], stdout=subprocess.PIPE, text=True)


async def test_the_migrations_produce_the_tables(filed):
    def differences(connection):
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    assert await filed._run(differences) == []


async def test_partial_indexes_are_the_same_too(filed):
    def lane(connection):
        [index] = [i for i in metadata.tables["outbox"].indexes if i.name == "outbox_lane"]
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'outbox_lane'").scalar()
        where = index.dialect_options["sqlite"]["where"].compile(dialect=connection.dialect)
        return made.split(" WHERE ")[1], str(where).replace("outbox.", "")

    made, meant = await filed._run(lane)
    assert made == meant


async def test_the_newest_revision_is_the_one_that_the_code_expects(filed):
    versions = resources.files("dgbot.adapters.storage").joinpath("migrations", "versions").iterdir()
    newest = max(file.name for file in versions if file.name.endswith(".py"))
    assert newest.startswith(f"{schema.HEAD}_")
    assert await filed._run(schema.revision) == schema.HEAD


@pytest.mark.slow
def test_two_that_start_at_once_both_start_and_a_later_one_needs_no_alembic(url):
    starters = [starter(url) for _ in range(4)]
    outs = [s.communicate(timeout=60)[0] for s in starters]
    assert [s.returncode for s in starters] == [0] * 4
    assert "True\n" in outs
    with starter(url) as later:
        assert later.communicate(timeout=60)[0] == "False\n"


async def test_a_database_of_a_newer_dgbot_is_refused_and_left_as_it_is(url, path, rows):
    async with open_store(url):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match=f"has schema 9999; this dgbot knows schemas up to {schema.HEAD}"):
        async with open_store(url):
            pass
    assert rows("SELECT version_num FROM alembic_version") == [("9999",)]
    assert path.read_bytes()[100:] == before[100:]


async def test_a_migration_that_breaks_leaves_the_database_as_it_was(url, rows, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("broken migration")

    monkeypatch.setattr("alembic.op.create_index", breaks)
    with pytest.raises(RuntimeError, match="broken migration"):
        async with open_store(url):
            pass
    assert rows("SELECT name FROM sqlite_master") == []
    monkeypatch.undo()
    async with open_store(url) as store:
        assert await store._run(schema.revision) == schema.HEAD


async def test_an_incident_of_an_older_dgbot_is_closed_in_its_own_message(url, path, monkeypatch):
    monkeypatch.setattr(schema, "HEAD", "0004")
    async with open_store(url):
        pass
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO alert_rules VALUES ('r1', 'low', 'balance', 'p1', 'C1', '50.00', '55.000', 900000000, "
            "'slack', 'U1', '{}', '2026-01-01T12:00:00.000000+00:00')"
        )
        connection.execute(
            "INSERT INTO alert_states VALUES ('r1', 'i1', '2026-01-01T11:00:00.000000+00:00', '8.10', '42.00', "
            "'2026-01-01T11:45:00.000000+00:00', 3)"
        )
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    async with open_store(url) as store:
        [due] = await store.due_rules(noon)
        [instance] = await store.instances("r1")
    assert due.rule.schedule.every == timedelta(minutes=15)
    assert [(str(level.threshold), str(level.clear_at)) for level in due.rule.ladder.levels] == [
        ("50.00", "55.000"),
        ("10.00", "11.000"),
    ]
    assert instance.fingerprint == fingerprint({"project_id": "p1"})
    assert instance.told.places == (Place("C1", called=1),)
    closed = step(instance.state, Value(Decimal(80), noon), noon, due.rule.criteria, incident_id="i2")
    said = speak(instance.told, closed, hush=Hush(), now=noon, ladder=due.rule.ladder, manner=due.rule.manner)
    assert {post.anchor for post in said.posts} == {"i1"}
    assert (said.posts[0].act, said.posts[0].why) == ("edit", "resolved")


async def test_what_an_older_dgbot_kept_is_there_after_the_migration(url, path, monkeypatch):
    monkeypatch.setattr(schema, "HEAD", "0001")
    async with open_store(url):
        pass
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO inbox (id, occasion, kind, payload, received_at, begun) "
            "VALUES ('d', 'd', 'command', '{}', '2026-01-01T12:00:00.000000+00:00', 0)"
        )
    async with open_store(url, as_bot=True) as store:
        assert [one.id for one in await store.take_over(own=True)] == ["d"]
