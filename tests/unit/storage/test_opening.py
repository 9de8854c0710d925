"""The file: private, durable, healthy, or refused with a way out."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest

from dgbot.adapters.storage import SqlStore, StorageError, StoreBusy, StoreDamaged, open_store, sqlite
from dgbot.domain.ports import Store


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


async def refused(url, kind=StorageError):
    with pytest.raises(kind) as caught:
        async with open_store(url):
            pass
    return str(caught.value)


async def test_nobody_else_can_read_the_database(url, path, delivery):
    async with open_store(url) as store:
        await store.receive(delivery())
        assert mode(path.parent) == 0o700
        assert {file.name: mode(file) for file in path.parent.iterdir()} == {
            "dgbot.db": 0o600,
            "dgbot.db-wal": 0o600,
            "dgbot.db-shm": 0o600,
        }


def test_the_store_fits_the_port():
    port: type[Store] = SqlStore  # the type checker is the judge
    assert port.__name__ == "SqlStore"


async def test_an_empty_file_is_a_new_database(url, path, delivery):
    path.parent.mkdir()
    path.touch()
    async with open_store(url) as store:
        assert await store.receive(delivery())


async def test_a_return_is_durable(filed):
    def pragmas(connection):
        names = ["journal_mode", "synchronous", "busy_timeout", "foreign_keys"]
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await filed._run(pragmas) == ["wal", 2, 1000, 1]


async def test_what_was_kept_is_there_after_a_restart(url, delivery):
    async with open_store(url) as store:
        await store.receive(delivery())
    async with open_store(url) as store:
        assert await store.unfinished() == [delivery()]


async def test_a_pragma_that_does_not_hold_stops_the_start(url, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", -1)
    assert "SQLite keeps busy_timeout at 0" in await refused(url)


async def test_a_damaged_file_is_refused_and_not_recreated(url, path):
    async with open_store(url):
        pass
    damaged = bytearray(path.read_bytes())
    damaged[4096 : 4096 * 4] = b"\x7f" * 4096 * 3
    path.write_bytes(damaged)
    assert "restore the newest backup" in await refused(url, StoreDamaged)
    assert path.read_bytes() == damaged


async def test_a_file_that_is_no_database_is_refused_and_not_recreated(url, path):
    path.parent.mkdir()
    path.write_text("my shopping list\n" * 100)
    assert "restore the newest backup" in await refused(url, StoreDamaged)
    assert path.read_text().startswith("my shopping list")


async def test_a_place_that_can_not_hold_a_file_is_refused_by_name(url, path):
    path.parent.write_text("a file where a directory is due")
    assert f"{path} can't be created" in await refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///dgbot.db",
        "mysql://u:hunter2@h/db",
        "sqlite:////x.db?mode=ro",
        "hunter2",
        "postgresql://u:hunter2@h:port/db",
    ],
)
async def test_a_url_that_does_not_fit_is_refused_with_one_that_does(url):
    told = await refused(url)
    assert "sqlite:////absolute/path/dgbot.db" in told
    assert "hunter2" not in told


async def test_a_store_that_another_process_locks_says_so_and_goes_on_afterwards(url, path, delivery, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 20)
    async with open_store(url) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="nothing was kept"):
                await store.receive(delivery())
            other.execute("COMMIT")
        assert await store.receive(delivery())


async def test_memory_needs_neither_file_nor_thread(delivery, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with open_store("sqlite:///:memory:") as store:
        assert await store.receive(delivery())
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_others_could_read_is_taken_from_them(url, path):
    path.parent.mkdir()
    files = [path, path.with_name("dgbot.db-wal"), path.with_name("dgbot.db-shm")]
    for file in files:
        file.touch()
        file.chmod(0o664)
    async with open_store(url):
        assert [mode(file) for file in files] == [0o600] * 3


@pytest.mark.parametrize("name", ["dgbot.db", "dgbot.db-wal", "dgbot.db.lock"])
async def test_a_symbolic_link_is_not_followed(url, path, name):
    path.parent.mkdir()
    elsewhere = path.parent / "elsewhere"
    path.with_name(name).symlink_to(elsewhere)
    with pytest.raises(StorageError, match=f"{name} (is a symbolic link|can't be created)"):
        async with open_store(url, as_bot=True):
            pass
    assert not elsewhere.exists()


async def test_a_second_bot_on_the_same_file_is_refused_until_the_first_has_closed(url, path):
    async with open_store(url, as_bot=True):
        assert mode(path.with_name("dgbot.db.lock")) == 0o600
        with pytest.raises(StorageError, match=f"Another dgbot already runs on {path}; stop it first."):
            async with open_store(url, as_bot=True):
                pass
        async with open_store(url):
            pass  # a reader, such as a backup, is no second bot
    async with open_store(url, as_bot=True):
        pass


HOLD = """
import asyncio, sys
from dgbot.adapters.storage import open_store

async def main():
    async with open_store(sys.argv[1], as_bot=True):
        print("held", flush=True)
        sys.stdin.readline()

asyncio.run(main())
"""


async def test_a_bot_that_was_killed_leaves_no_lock_behind(url):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="Another dgbot already runs"):
            async with open_store(url, as_bot=True):
                pass
        holder.kill()
    async with open_store(url, as_bot=True):
        pass
