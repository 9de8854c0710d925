"""What the local Deepgram remembers of calls, how much of it, and whose calls a fault is for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram, Status
from dgbot.sandbox.deepgram.edge.ledger import KEPT_BYTES, REMEMBERED, Ledger, Seen
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
BODY = {"comment": "ci", "scopes": ["usage:read"]}
STRANGERS = [
    {"Origin": "https://evil.test"},
    {"Host": "evil.test"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture
def deepgram() -> LocalDeepgram:
    return LocalDeepgram(lambda: NOW)


@pytest.fixture
async def http(deepgram) -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(deepgram.app) as origin, aiohttp.ClientSession(origin) as http:
        yield http


async def ask(http: aiohttp.ClientSession, key: str, headers: dict[str, str] | None = None) -> int:
    headers = {"Authorization": f"Token {key}", **(headers or {})}
    async with http.post("/v1/auth/grant", json=BODY, headers=headers) as answer:
        return answer.status


async def test_the_body_of_a_caller_whom_nobody_knows_is_not_kept(deepgram, http):
    assert (await ask(http, "wrong"), await ask(http, deepgram.api_key)) == (403, 200)
    unknown, known = deepgram.requests
    assert (unknown.body, unknown.body_kept, unknown.api_key_id) == (None, False, None)
    assert (known.body["comment"], known.body_kept) == ("ci", True)


async def test_a_call_that_a_fault_struck_is_remembered_with_its_caller_and_body(deepgram, http):
    deepgram.fail("POST", "*", 503)
    assert await ask(http, deepgram.api_key) == 503
    [seen] = deepgram.requests
    assert (seen.api_key_id is not None, seen.body["comment"]) == (True, "ci")


def entry(number: int, size: int = 0) -> Seen:
    return Seen(
        method="POST",
        path=f"/{number}",
        query={},
        raw=b"x" * size,
        body_kept=True,
        api_key_id=None,
        status=200,
        arrived=NOW,
        answered=NOW,
    )


def test_the_oldest_bodies_make_room():
    ledger = Ledger()
    for number in range(40):
        ledger.write(entry(number, KEPT_BYTES // 16))
        ledger.write(entry(number))
    assert len(ledger.entries) == 80
    kept = [one for one in ledger.entries if one.raw]
    assert [one.path for one in kept] == [f"/{number}" for number in range(24, 40)]
    assert [one.path for one in ledger.entries if not one.body_kept] == [f"/{number}" for number in range(24)]


def test_a_cleared_ledger_has_room_again():
    ledger = Ledger()
    for _ in range(3):
        for number in range(16):
            ledger.write(entry(number, KEPT_BYTES // 16))
        assert all(one.body_kept for one in ledger.entries)
        ledger.entries.clear()


def test_the_oldest_calls_make_room():
    ledger = Ledger()
    for number in range(REMEMBERED + 5):
        ledger.write(entry(number, 1 if number % 1000 == 0 else 0))
    assert len(ledger.entries) == REMEMBERED
    assert ledger.entries[0].path == "/5"


@pytest.mark.parametrize("header", STRANGERS, ids=str)
async def test_what_a_web_page_asks_uses_up_no_fault(deepgram, http, header):
    deepgram.switch_on(Status(status=503, times=1))
    assert await ask(http, deepgram.api_key, header) == 200
    assert await ask(http, deepgram.api_key) == 503


async def test_a_second_host_is_a_strangers(deepgram, http):
    deepgram.switch_on(Status(status=503, times=1))
    url = http._base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(b"GET /sandbox/faults HTTP/1.1\r\nHost: evil.test\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 403")
    writer.close()


async def requests(http: aiohttp.ClientSession) -> list[dict[str, Any]]:
    async with http.get("/sandbox/requests") as answer:
        return list((await answer.json())["requests"])


async def test_a_call_that_waits_is_listed_after_those_that_have_ended(deepgram, http):
    await ask(http, deepgram.api_key)
    deepgram.delay(3600, "/v1/projects")
    waiting = asyncio.create_task(http.get("/v1/projects?a=1", headers={"Authorization": f"Token {deepgram.api_key}"}))
    async with asyncio.timeout(10):
        while len(listed := await requests(http)) < 2:
            pass
    assert [(one["path"], one["status"], one["answered"] is None) for one in listed] == [
        ("/v1/auth/grant", 200, False),
        ("/v1/projects", None, True),
    ]
    assert listed[1]["query"] == {"a": ["1"]}
    assert deepgram.pending == (("GET", "/v1/projects"),)

    deepgram.hang_up()

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await waiting
    assert deepgram.pending == ()
