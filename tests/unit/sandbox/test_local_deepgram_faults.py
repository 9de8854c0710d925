"""Everything that can go wrong with the local Deepgram, on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram, Status
from dgbot.sandbox.deepgram.edge.faults import Faults
from dgbot.sandbox.deepgram.edge.patterns import fits
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NEW_KEY = {"comment": "ci", "scopes": ["usage:read"]}


@pytest.fixture
def deepgram() -> LocalDeepgram:
    return LocalDeepgram(lambda: NOW)


@pytest.fixture
async def http(deepgram) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Token {deepgram.api_key}"}
    async with serving(deepgram.app) as origin, aiohttp.ClientSession(origin, headers=headers) as http:
        yield http


@pytest.fixture
def project(deepgram) -> str:
    return f"/v1/projects/{deepgram.project_id}"


async def status(http: aiohttp.ClientSession, path: str) -> int:
    async with http.get(path) as answer:
        return answer.status


async def test_a_failing_path_fails_until_it_is_healed(deepgram, http, project):
    deepgram.fail("GET", "/v1/projects/*/balances", 503)
    async with http.get(f"{project}/balances") as answer:
        body = await answer.json()
    assert (answer.status, body["category"]) == (503, "SERVICE_UNAVAILABLE")
    assert answer.headers["dg-request-id"] == body["request_id"]
    assert await status(http, f"{project}/keys") == 200

    deepgram.heal()

    assert await status(http, f"{project}/balances") == 200


async def test_a_fault_may_strike_a_number_of_times(deepgram, http):
    deepgram.fail("*", "/v1/*", 500, times=2)
    assert [await status(http, "/v1/projects") for _ in range(3)] == [500, 500, 200]


async def test_too_many_requests_say_when_to_come_back(deepgram, http):
    deepgram.fail("get", "*", 429)
    async with http.get("/v1/projects") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")


async def test_a_failed_call_is_not_done(deepgram, http, project):
    deepgram.fail("POST", "/v1/projects/*/keys", 500)
    before = deepgram.keys
    async with http.post(f"{project}/keys", json=NEW_KEY) as answer:
        assert answer.status == 500
    assert deepgram.keys == before


async def test_a_dropped_call_is_not_done(deepgram, http, project):
    deepgram.fail("POST", "*", 0, times=1)
    before = deepgram.keys
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post(f"{project}/keys", json=NEW_KEY)
    assert deepgram.keys == before
    assert [(seen.status, seen.answered) for seen in deepgram.requests] == [(0, None)]


async def test_a_lost_answer_leaves_a_key_behind(deepgram, http, project):
    deepgram.lose_answer("POST", "/v1/projects/*/keys")
    before = len(deepgram.keys)
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post(f"{project}/keys", json=NEW_KEY)
    assert len(deepgram.keys) == before + 1
    assert len(deepgram.issued_secrets) == 1
    assert [(seen.status, seen.answered) for seen in deepgram.requests] == [(200, None)]

    async with http.post(f"{project}/keys", json=NEW_KEY) as answer:
        assert (await answer.json())["key"] == deepgram.issued_secrets[1]


async def test_who_gives_up_on_a_slow_call_does_not_undo_it(deepgram, http, project):
    deepgram.delay(0.2, "/v1/projects/*/invites")
    with pytest.raises(TimeoutError):
        await http.post(
            f"{project}/invites",
            json={"email": "dan@acme.test", "scope": "member"},
            timeout=aiohttp.ClientTimeout(total=0.05),
        )
    assert deepgram.invites == ()
    async with asyncio.timeout(5):
        while not deepgram.invites:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("pattern", "path", "strikes"),
    [
        ("*", "/v1/projects", True),
        ("/*", "/v1/projects", True),
        ("/v1/*", "/v1", False),
        ("/v1/*", "/v1/projects/p/keys", True),
        ("*/keys", "/v1/projects/p/keys", True),
        ("*/keys", "/v1/projects/p/monkeys", False),
        ("/v1/*/*/keys", "/v1/projects/p/keys", True),
        ("/v1/*/*/*/keys", "/v1/projects/p/keys", False),
        ("/v1/projects/*/keys/*", "/v1/projects/p/keys", False),
        ("/v1/*/p/*", "/v1/projects/p/p/p/keys", True),
        ("/v1/projects", "/v1/projects", True),
        ("/v1/projects", "/v1/projects/p", False),
        ("/v1/invites/a+b@x.io", "/v1/invites/a%2Bb%40x.io", True),
        ("/v1/invites/*", "/v1/invites/%0A", True),
        ("/v1/invites/*/b", "/v1/invites/a%2Fb", False),
        ("/v1/invites/a%2Fb", "/v1/invites/a%2Fb", True),
    ],
)
def test_a_star_stands_for_one_segment_or_more(pattern, path, strikes):
    assert fits(pattern, path) is strikes


def test_a_pattern_of_many_stars_is_compared_without_going_back():
    pattern = "/*/a" * 124 + "/b"
    assert fits(pattern, "/a" * 4000) is False
    assert fits(pattern, "/a" * 4000 + "/b") is True


def test_a_fault_that_is_used_up_is_forgotten():
    faults = Faults()
    for _ in range(3):
        faults.switch_on(Status(status=500, times=2))
    assert [faults.strike("GET", "/v1") is not None for _ in range(7)] == [True] * 6 + [False]
    assert faults == Faults(_last=3)


async def test_the_ledger_says_what_was_asked_and_never_the_credential(deepgram, http, project):
    async with http.post(f"{project}/keys?a=1&a=2", json=NEW_KEY):
        pass
    [seen] = deepgram.requests
    assert (seen.method, seen.path, seen.status) == ("POST", f"{project}/keys", 200)
    assert seen.query == {"a": ("1", "2")}
    assert seen.body == {"comment": "ci", "scopes": ("usage:read",)}
    assert (seen.arrived, seen.answered) == (NOW, NOW)
    assert seen.api_key_id == next(key.api_key_id for key in deepgram.keys if key.comment == "dgbot")
    assert deepgram.api_key not in repr(deepgram.requests)
    assert deepgram.issued_secrets[0] not in repr(deepgram.requests)


def test_a_fault_that_could_never_be_meant_is_refused(deepgram):
    with pytest.raises(ValueError, match="200 is not a failure"):
        deepgram.fail("GET", "*", 200)
    with pytest.raises(ValueError, match="times=0"):
        deepgram.lose_answer("GET", "*", times=0)
    with pytest.raises(ValueError, match="-1 seconds"):
        deepgram.delay(-1)
