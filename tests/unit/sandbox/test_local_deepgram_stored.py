"""What is stored at the local Deepgram beside keys: distribution credentials, agents, variables; and short tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


class Caller:
    """A local Deepgram on a socket, its clock and a client with the bot's key."""

    def __init__(self, http: aiohttp.ClientSession, wire: Wire):
        self.now = NOW
        self.http = http
        self.deepgram = LocalDeepgram(lambda: self.now, wire=wire)
        self.origin = ""

    async def ask(self, method: str, path: str, json: Any = None) -> tuple[int, Any]:
        url = self.origin + (path if path.startswith("/v1") else f"/v1/projects/{self.deepgram.project_id}{path}")
        headers = {"Authorization": f"Token {self.deepgram.api_key}"}
        async with self.http.request(method, url, json=json, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture(params=["current", "legacy"])
async def caller(request) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as http:
        caller = Caller(http, request.param)
        async with serving(caller.deepgram.app) as caller.origin:
            yield caller


HOSTED = "/self-hosted/distribution/credentials"


async def test_distribution_credentials_come_and_go(caller):
    status, made = await caller.ask("POST", f"{HOSTED}?scopes=self-hosted:product:api", {"comment": "cluster"})
    inner = made["distribution_credentials"]
    assert (status, inner["provider"], inner["scopes"]) == (200, "quay", ["self-hosted:product:api"])
    assert (inner["comment"], inner["created"]) == ("cluster", "2026-11-18T12:00:00Z")
    assert made["member"]["email"] == "carol@acme.test"

    path = f"{HOSTED}/{inner['distribution_credentials_id']}"
    assert await caller.ask("GET", path) == (200, made)
    assert await caller.ask("GET", HOSTED) == (200, {"distribution_credentials": [made]})
    assert await caller.ask("DELETE", path) == (200, made)
    assert (await caller.ask("GET", path))[0] == 404
    assert await caller.ask("GET", HOSTED) == (200, {"distribution_credentials": []})


async def test_a_distribution_credential_needs_neither_scopes_nor_a_body(caller):
    made = (await caller.ask("POST", HOSTED))[1]["distribution_credentials"]
    assert made["scopes"] == ["self-hosted:products"]
    assert "comment" not in made


@pytest.mark.parametrize("query", ["scopes=usage:read", "provider=docker"])
async def test_a_distribution_credential_of_no_known_kind_is_refused(caller, query):
    assert (await caller.ask("POST", f"{HOSTED}?{query}"))[0] == 400


async def test_the_older_path_of_credentials_is_known_to_the_older_wire_alone(caller):
    expected = 200 if caller.deepgram.wire == "legacy" else 404
    status, made = await caller.ask("POST", "/selfhosted/distribution/credentials/", {"comment": "old"})
    assert status == expected
    if status == 200:
        one = made["distribution_credentials"]["distribution_credentials_id"]
        assert await caller.ask("GET", f"/selfhosted/distribution/credentials/{one}") == (200, made)


async def test_an_agent_arrives_as_text_and_leaves_as_an_object(caller):
    config = {"think": {"temperature": 0.70, "tools": [1, 2.50]}}
    status, made = await caller.ask("POST", "/agents", {"config": json.dumps(config), "metadata": {"team": "a"}})
    assert (status, made) == (200, {"agent_id": made["agent_id"], "config": config, "metadata": {"team": "a"}})

    caller.now += timedelta(hours=1)
    path = f"/agents/{made['agent_id']}"
    changed = {**made, "metadata": {}, "created_at": "2026-11-18T12:00:00Z", "updated_at": "2026-11-18T13:00:00Z"}
    assert await caller.ask("PUT", path, {"metadata": {}}) == (200, changed)
    assert await caller.ask("GET", path) == (200, changed)
    assert await caller.ask("GET", "/agents") == (200, {"agents": [changed]})
    assert await caller.ask("DELETE", path) == (200, {})
    assert (await caller.ask("GET", path))[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"config": {}},
        {"config": "no JSON"},
        {"config": "[1]"},
        {"config": "[" * 5000},
        {"config": '{"a":' * 200 + "1" + "}" * 200},
        {"config": "{}", "metadata": ["a"]},
        {"config": "{}", "metadata": {"a": 1}},
    ],
)
async def test_an_agent_that_makes_no_sense_is_refused(caller, body):
    assert (await caller.ask("POST", "/agents", body))[0] == 400
    assert await caller.ask("GET", "/agents") == (200, {"agents": []})


@pytest.mark.parametrize("value", ["text", 1.50, None, [], {"a": [True]}])
async def test_a_variable_holds_any_json(caller, value):
    status, made = await caller.ask("POST", "/agent-variables", {"key": "DG_X", "value": value})
    assert (status, made["key"], made["value"]) == (200, "DG_X", value)
    assert await caller.ask("GET", "/agent-variables") == (200, {"variables": [made]})

    caller.now += timedelta(minutes=1)
    path = f"/agent-variables/{made['variable_id']}"
    changed = {**made, "value": 7, "updated_at": "2026-11-18T12:01:00Z"}
    assert await caller.ask("PATCH", path, {"value": 7}) == (200, changed)
    assert await caller.ask("GET", path) == (200, changed)
    assert await caller.ask("DELETE", path) == (200, {})
    assert (await caller.ask("DELETE", path))[0] == 404


async def test_a_variable_needs_a_value_and_a_name_of_its_own(caller):
    assert (await caller.ask("POST", "/agent-variables", {"key": "DG_X"}))[0] == 400
    assert (await caller.ask("POST", "/agent-variables", {"key": "DG_X", "value": 1}))[0] == 200
    assert (await caller.ask("POST", "/agent-variables", {"key": "DG_X", "value": 2}))[0] == 400


async def test_a_granted_token_opens_nothing_here(caller):
    status, granted = await caller.ask("POST", "/v1/auth/grant", {"ttl_seconds": 60})
    assert (status, granted["expires_in"]) == (200, 60)
    assert granted["access_token"].count(".") == 2
    for scheme in ("Bearer", "bearer", "Token"):
        headers = {"Authorization": f"{scheme} {granted['access_token']}"}
        async with caller.http.get(f"{caller.origin}/v1/projects", headers=headers) as answer:
            assert answer.status in (401, 403)


async def test_a_token_is_granted_for_a_second_to_an_hour(caller):
    assert (await caller.ask("POST", "/v1/auth/grant"))[1]["expires_in"] == 30
    for seconds in (0, 3601, "60", True):
        assert (await caller.ask("POST", "/v1/auth/grant", {"ttl_seconds": seconds}))[0] == 400
