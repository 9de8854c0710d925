"""Whoever only looks changes nothing, and keeps nobody waiting."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dgbot.adapters.storage import open_store
from dgbot.adapters.storage.errors import StorageError
from dgbot.adapters.storage.looking import looking
from dgbot.adapters.storage.tables import alert_rules


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.slow)])
def place(request, url):
    return url if request.param == "file" else request.getfixturevalue("postgres_url")


async def test_it_reads_what_a_running_bot_keeps_and_writes_nothing(place, rule, event, noon):
    async with open_store(place, as_bot=True) as store:
        await store.put_rule(rule(), due_at=noon, audit=event("rule.put"))
        with looking(place) as connection:
            assert connection.execute(sa.select(alert_rules.c.id)).scalars().all() == [rule().id]
            with pytest.raises(sa.exc.DBAPIError):
                connection.execute(sa.delete(alert_rules))
            assert await store.put_rule(rule(), before=rule(), due_at=noon, audit=event("rule.put"))
        assert await store.rule(rule().id) == rule()


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/x", "sqlite://", "sqlite:///relative.db"])
def test_what_names_no_database_is_refused(url):
    with pytest.raises(StorageError), looking(url):
        pass
