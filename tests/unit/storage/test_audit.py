"""The audit log is only ever added to."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest


async def test_a_line_is_kept_by_itself(filed, event, rows):
    await filed.audit(event("bot.start", "dgbot"))
    assert rows("SELECT at, actor, action, subject, outcome, details FROM audit") == [
        ("2026-01-01T12:00:00.000000+00:00", "U1", "bot.start", "dgbot", "done", '{"words":"usage --last 7d"}')
    ]


@pytest.mark.parametrize("tampering", ["UPDATE audit SET outcome = 'denied'", "DELETE FROM audit"])
async def test_nobody_rewrites_it_with_a_database_shell(filed, event, path, rows, tampering):
    await filed.audit(event())
    with closing(sqlite3.connect(path)) as shell, pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        shell.execute(tampering)
    assert rows("SELECT outcome FROM audit") == [("done",)]
