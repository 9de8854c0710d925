"""What a client meets at the local Deepgram: people, keys and refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


@dataclass
class World:
    """A local Deepgram on a socket, its clock and a client."""

    http: aiohttp.ClientSession
    now: datetime = NOW

    def __post_init__(self):
        self.deepgram = LocalDeepgram(lambda: self.now)
        self.project = f"/v1/projects/{self.deepgram.project_id}"
        self.origin = ""

    async def ask(self, method: str, path: str, json: Any = None, *, key: str | None = None, **more: Any):
        path = path if path.startswith("/v1") else self.project + path
        headers = {"Authorization": f"Token {self.deepgram.api_key if key is None else key}"}
        async with self.http.request(method, self.origin + path, json=json, headers=headers, **more) as answer:
            body = await (answer.json() if answer.content_type == "application/json" else answer.text())
            return answer.status, body

    async def get(self, path: str, **more: Any) -> Any:
        status, body = await self.ask("GET", path, **more)
        assert status == 200, body
        return body

    async def new_key(self, *scopes: str, **more: Any) -> Any:
        status, body = await self.ask("POST", "/keys", {"comment": "ci", "scopes": scopes, **more})
        assert status == 200, body
        return body


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as http:
        world = World(http)
        async with serving(world.deepgram.app) as world.origin:
            yield world


async def test_the_bots_key_sees_its_own_project_alone(world):
    assert await world.get("/v1/projects") == {
        "projects": [{"project_id": world.deepgram.project_id, "name": "acme-prod"}],
    }
    status, body = await world.ask("GET", f"/v1/projects/{world.deepgram.staging.project_id}")
    assert (status, body["category"]) == (404, "NOT_FOUND")
    assert body["message"] == "A project with the submitted ID cannot be found."


async def test_a_project_takes_a_new_name(world):
    assert (await world.ask("PATCH", "", {"name": "acme-live"}))[0] == 200
    assert (await world.get(""))["name"] == "acme-live"


async def test_a_deleted_project_takes_its_keys_along(world):
    assert (await world.ask("DELETE", ""))[1] == {"message": "Successfully deleted a project."}
    assert (await world.ask("GET", "/v1/projects"))[0] == 403


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({}, 401, "INVALID_AUTH"),
        ({"Authorization": "Bearer abc"}, 401, "INVALID_AUTH"),
        ({"Authorization": "Token wrong"}, 403, "UNAUTHORIZED"),
    ],
)
async def test_bad_credentials_are_refused_in_both_forms(world, header, status, code):
    async with world.http.get(f"{world.origin}/v1/projects", headers=header) as answer:
        body = await answer.json()
        assert answer.headers["dg-request-id"] == body["request_id"]
    assert (answer.status, body.get("category") or body.get("err_code")) == (status, code)


async def test_a_created_key_works_until_it_is_deleted(world):
    created = await world.new_key("usage:read", tags=["ci"])
    assert len(bytes.fromhex(created["key"])) == 20
    assert world.deepgram.issued_secrets == [created["key"]]
    assert created["tags"] == ["ci"]
    assert "expiration_date" not in created
    await world.get("/usage/fields", key=created["key"])

    path = f"/keys/{created['api_key_id']}"
    member = (await world.get(path))["item"]["member"]
    assert (member["email"], member["api_key"]["comment"]) == ("carol@acme.test", "ci")
    assert "key" not in member["api_key"]

    assert (await world.ask("DELETE", path))[1] == {"message": "Successfully deleted the API key!"}
    assert (await world.ask("GET", "/usage/fields", key=created["key"]))[0] == 403
    assert (await world.ask("DELETE", path))[0] == 404


async def test_a_missing_scope_is_named(world):
    reader = await world.new_key("usage:read")
    status, body = await world.ask("GET", "/balances", key=reader["key"])
    assert (status, body["category"]) == (403, "INSUFFICIENT_PERMISSIONS")
    assert "'billing:read'" in body["details"]


async def test_a_broad_scope_does_not_send_invites(world):
    writer = await world.new_key("members:write")
    status, body = await world.ask("POST", "/invites", {"email": "a@x.io", "scope": "member"}, key=writer["key"])
    assert (status, "'members:write:invites'" in body["details"]) == (403, True)


async def test_writing_keys_grants_reading_them(world):
    assert (await world.new_key("usage:write", "keys:write"))["scopes"] == ["usage:write", "keys:write", "keys:read"]


async def test_without_sight_of_the_members_only_own_keys_are_listed(world):
    narrow = await world.new_key("keys:read")
    makers = {item["member"]["email"] for item in (await world.get("/keys", key=narrow["key"]))["api_keys"]}
    assert makers == {"carol@acme.test"}


async def comments(world: World, query: str = "") -> list[str]:
    return [item["api_key"]["comment"] for item in (await world.get(f"/keys{query}"))["api_keys"]]


async def test_a_key_expires_when_the_clock_says_so(world):
    created = await world.new_key("usage:read", time_to_live_in_seconds=3600)
    assert created["expiration_date"] == "2026-11-18T13:00:00Z"
    assert "ci" in await comments(world)

    world.now += timedelta(hours=1)

    assert "ci" not in await comments(world, "?status=active")
    assert await comments(world, "?status=expired") == ["spring-trial", "ci"]
    assert (await world.ask("GET", "/v1/projects", key=created["key"]))[0] == 403


async def test_a_key_may_end_on_a_given_date(world):
    created = await world.new_key("usage:read", expiration_date="2026-12-01T00:00:00+01:00")
    assert created["expiration_date"] == "2026-11-30T23:00:00Z"


NONSENSE: list[tuple[object, str]] = [
    ({"scopes": ["usage:read"]}, "Json deserialize error: missing field `comment` at line 1 column 26"),
    ({"comment": "ci"}, "missing field `scopes` at line 1"),
    ({"comment": 5, "scopes": ["usage:read"]}, "expected a string for `comment`"),
    ({"comment": "ci", "scopes": "usage:read"}, "expected a sequence"),
    ({"comment": "ci", "scopes": []}, "at least one"),
    ({"comment": "ci", "scopes": ["listen"]}, "'listen'"),
    ({"comment": "ci", "scopes": ["usage:read"], "tags": []}, "tags"),
    ({"comment": "ci", "scopes": ["usage:read"], "time_to_live_in_seconds": 0}, "0 is not"),
    ({"comment": "ci", "scopes": ["usage:read"], "time_to_live_in_seconds": "60"}, "expected an integer"),
    ({"comment": "ci", "scopes": ["usage:read"], "expiration_date": "2026-12-01"}, "not enough for unique date"),
    ({"comment": "ci", "scopes": ["usage:read"], "expiration_date": "2020-01-01T00:00:00Z"}, "future"),
    (
        {
            "comment": "ci",
            "scopes": ["usage:read"],
            "time_to_live_in_seconds": 60,
            "expiration_date": "2026-12-01T00:00:00Z",
        },
        "only one",
    ),
    (["ci"], "expected a JSON object"),
    (None, "EOF"),
]


async def test_a_key_that_makes_no_sense_is_refused_and_not_made(world):
    before = world.deepgram.keys
    for body, details in NONSENSE:
        status, answer = await world.ask("POST", "/keys", body)
        assert (status, details in answer.get("details", "")) == (400, True), (body, answer)
    assert world.deepgram.keys == before
    assert world.deepgram.issued_secrets == []


async def test_keys_of_the_other_project_are_unknown(world):
    foreign = next(iter(world.deepgram.staging.keys))
    for method in ("GET", "DELETE"):
        status, body = await world.ask(method, f"/keys/{foreign}")
        assert (status, body["category"]) == (404, "NOT_FOUND")
    assert foreign in world.deepgram.staging.keys


async def test_members_are_listed_with_their_roles(world):
    members = (await world.get("/members"))["members"]
    assert [(m["email"], m["scopes"]) for m in members] == [
        ("carol@acme.test", ["owner"]),
        ("alice@acme.test", ["member"]),
        ("erin@acme.test", ["admin"]),
    ]


def member(world: World, name: str) -> str:
    return next(m.member_id for m in world.deepgram.members if m.email.startswith(name))


async def test_removing_a_member_deletes_the_keys_that_they_made(world):
    assert "legacy-import" in await comments(world)
    assert (await world.ask("DELETE", f"/members/{member(world, 'erin')}"))[0] == 200
    assert "legacy-import" not in await comments(world)
    assert len((await world.get("/members"))["members"]) == 2


async def test_the_only_owner_stays(world):
    carol = member(world, "carol")
    assert (await world.ask("DELETE", f"/members/{carol}"))[0] == 400
    assert (await world.ask("PUT", f"/members/{carol}/scopes", {"scope": "member"}))[0] == 400
    assert (await world.ask("DELETE", "/leave"))[0] == 400
    assert (await world.get(f"/members/{carol}/scopes")) == {"scopes": ["owner"]}


async def test_a_role_replaces_the_role_and_a_scope_is_added(world):
    path = f"/members/{member(world, 'alice')}/scopes"
    await world.ask("PUT", path, {"scope": "billing:read"})
    assert (await world.ask("PUT", path, {"scope": "admin"}))[1]["message"] == (
        "Successfully updated the account scopes."
    )
    assert await world.get(path) == {"scopes": ["admin", "billing:read"]}
    assert (await world.ask("PUT", path, {"scope": "king"}))[0] == 400


async def test_a_demoted_owners_key_loses_its_power(world):
    await world.ask("PUT", f"/members/{member(world, 'alice')}/scopes", {"scope": "owner"})
    await world.ask("PUT", f"/members/{member(world, 'carol')}/scopes", {"scope": "member"})
    assert (await world.ask("GET", "/balances"))[0] == 403


async def test_invites_come_and_go(world):
    email = "dan+new/x@acme.test"
    status, body = await world.ask("POST", "/invites", {"email": email, "scope": "admin"})
    assert (status, email in body["message"]) == (200, True)
    assert await world.get("/invites") == {"invites": [{"email": email, "scope": "admin"}]}

    assert (await world.ask("DELETE", f"/invites/{quote(email, safe='')}"))[0] == 200
    assert await world.get("/invites") == {"invites": []}
    assert (await world.ask("DELETE", f"/invites/{quote(email, safe='')}"))[0] == 404


async def test_an_invite_for_no_role_is_refused_in_plain_text(world):
    assert await world.ask("POST", "/invites", {"email": "a@x.io", "scope": "usage:read"}) == (
        400,
        "Invalid request: scope must be either 'member', 'admin' or 'owner'.",
    )


async def test_what_is_not_on_the_sheet_is_not_there(world):
    assert (await world.ask("GET", "/keyz"))[0] == 404
    assert (await world.ask("PUT", "/keys"))[0] == 405


async def test_models_can_be_listed_and_read(world):
    models = await world.get("/models")
    assert len((await world.get("/models?include_outdated=true"))["stt"]) == len(models["stt"]) + 1
    voice = models["tts"][0]
    assert await world.get(f"/v1/models/{voice['uuid']}") == voice
    assert (await world.ask("GET", "/models/nova"))[0] == 404


async def test_the_token_describes_itself(world):
    assert (await world.get("/v1/auth/token"))["scopes"] == ["owner"]


async def test_older_shapes_are_flat():
    deepgram = LocalDeepgram(lambda: NOW, wire="legacy")
    async with serving(deepgram.app) as origin, aiohttp.ClientSession(origin) as http:
        http.headers["Authorization"] = f"Token {deepgram.api_key}"
        project = f"/v1/projects/{deepgram.project_id}"
        keys = (await (await http.get(f"{project}/keys")).json())["api_keys"]
        call_center = next(item for item in keys if item["api_key"]["comment"] == "call-center")
        assert (call_center["member"]["first_name"], call_center["api_key"]["tags"]) == ("Alice", ["calls"])
        one = await (await http.get(f"{project}/keys/{call_center['api_key']['api_key_id']}")).json()
        assert set(one) == {"member", "api_key"}
        made = await (await http.post(f"{project}/keys", json={"comment": "ci", "scopes": ["usage:read"]})).json()
        assert made["created"] == "2026-11-18T12:00:00Z"
        request = (await (await http.get(f"{project}/requests?method=async&limit=5")).json())["requests"][4]
        assert request["callback"]["code"] == 200
        assert await (await http.get(f"{project}/requests/{request['request_id']}")).json() == request
        groups = await (await http.get(f"{project}/usage/breakdown?grouping=models&endpoint=speak")).json()
        assert groups["results"][0]["grouping"]["models"] == "aura-2-zeus-en"


def test_the_same_seed_makes_the_same_company():
    one, again, other = (LocalDeepgram(lambda: NOW, seed=seed) for seed in (1, 1, 2))
    assert one.keys == again.keys
    assert {key.api_key_id for key in one.keys}.isdisjoint(key.api_key_id for key in other.keys)


def test_secrets_are_not_in_a_keys_repr():
    deepgram = LocalDeepgram(lambda: NOW)
    assert deepgram.api_key not in repr(deepgram.keys)
