"""Health pages: alive at once, ready when Slack can reach the bot."""

from __future__ import annotations

import httpx
import pytest

from dgbot.adapters.storage import StoreBusy
from dgbot.adapters.web import web_app
from dgbot.serving import serving


@pytest.fixture
def get():
    async def get(path: str, *, ready: bool = True, method: str = "GET", events=None):
        async def health():
            return {"status": "ok", "inbox": 2}

        async def is_ready() -> bool:
            return ready

        app = web_app(health=health, ready=is_ready, events=events)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return await client.request(method, path)

    return get


async def test_healthz_tells_what_waits(get):
    answer = await get("/healthz", ready=False)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "inbox": 2})


@pytest.mark.parametrize(("ready", "status"), [(False, 503), (True, 200)])
async def test_readyz_is_unavailable_until_the_bot_is_ready(get, ready, status):
    answer = await get("/readyz", ready=ready)
    assert (answer.status_code, answer.json()) == (status, {"ready": ready})


async def test_without_http_mode_there_is_no_door_for_slack(get):
    assert (await get("/slack/events", method="POST")).status_code == 404


async def test_nothing_else_is_served(get):
    assert (await get("/")).status_code == 404
    assert (await get("/healthz", method="POST")).status_code == 405


async def test_healthz_is_unavailable_while_the_database_is():
    async def locked():
        raise StoreBusy("locked")

    async def is_ready() -> bool:
        return True

    app = web_app(health=locked, ready=is_ready, events=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database unavailable"})


async def test_more_connections_than_agreed_are_turned_away():
    async def health():
        return {}

    async def is_ready() -> bool:
        return True

    app = web_app(health=health, ready=is_ready, events=None)
    async with serving(app, connections=2) as origin, httpx.AsyncClient(base_url=origin) as one:
        assert (await one.get("/readyz")).status_code == 200
        async with httpx.AsyncClient(base_url=origin) as another:
            assert (await another.get("/readyz")).status_code == 503
