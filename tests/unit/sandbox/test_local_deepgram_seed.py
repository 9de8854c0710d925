"""A seeded world comes back from every operation as the seed tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.seed import SeedError, read_seed
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
RESPONSE = {
    "details": {"usd": 0.00007, "duration": 12.5, "models": ["m"], "config": {"redact": ["pci"], "topics": True}},
    "code": 200,
    "completed": "2024-01-15T09:30:01Z",
    "message": None,
}
PROJECT: dict[str, Any] = {
    "project_id": "p-1",
    "name": "Böhm & Söhne",
    "company": "Böhm",
    "mip_opt_out": True,
    "members": [
        {"member_id": "m-1", "email": "a+b@x.io", "first_name": "Ada", "last_name": "Byron", "scopes": ["owner"]},
        {"member_id": "m-2", "email": "c@x.io", "scopes": ["member", "billing:read"]},
    ],
    "keys": [
        {"api_key_id": "k-1", "secret": "s3cret", "comment": "bot", "scopes": ["owner"], "tags": ["ci", "x"]},
        {
            "api_key_id": "k-2",
            "comment": "",
            "scopes": ["usage:read"],
            "created": "2024-05-21T17:19:49.373761Z",
            "expiration_date": "2030-01-01T00:00:00Z",
            "member": "C@x.io",
        },
    ],
    "invites": [{"email": "D@x.io", "scope": "admin"}],
    "balances": [
        {"balance_id": "b-1", "amount": 104.56822227, "units": "usd", "purchase_order_id": "o-1"},
        {"balance_id": "b-2", "amount": 12, "units": "hour", "purchase_order_id": "o-9"},
    ],
    "purchases": [
        {
            "order_id": "o-1",
            "amount": 150.0,
            "units": "usd",
            "created": "2023-02-21T21:13:40.014373Z",
            "expiration": "2026-03-04T00:00:00Z",
            "order_type": "promotional",
        }
    ],
    "requests": [
        {
            "request_id": "r-1",
            "created": "2024-01-15T09:30:00.123Z",
            "path": "/v1/listen?model=nova-3",
            "api_key_id": "k-9",
            "deployment": "beta",
            "endpoint": "listen",
            "method": "async",
            "code": 200,
            "response": RESPONSE,
            "callback": {"url": "https://x.io/done", "attempts": 2, "code": 201, "completed": "2024-01-15T09:31:00Z"},
        },
        {"request_id": "r-2", "created": "2024-01-16T00:00:00Z", "code": 400, "response": {"message": "No."}},
        {"request_id": "r-3", "created": "2030-01-01T00:00:00Z", "response": None},
    ],
    "usage": [
        {
            "date": "2024-10-16",
            "hours": 1097.4274322222223,
            "total_hours": 1099.3888366666667,
            "agent_hours": 41.3,
            "requests": 425109,
            "tokens_in": 24770,
            "tokens_out": 7521,
            "tts_characters": 9004185,
            "tts_requests": 23126,
            "dollars": 0.25,
            "accessor": "k-2",
            "method": "streaming",
            "model": "nova-3",
            "tags": ["dev", "eu"],
            "features": ["punctuate"],
            "label": "Nova - 3 (Stream)",
        },
        {"date": "2031-01-01", "requests": 1, "endpoint": "agent", "deployment": "self-hosted", "model": "mine"},
    ],
    "models": {"stt": [{"name": "mine", "uuid": "u-1", "languages": ["en"], "version": "1", "streaming": False}]},
    "agents": [
        {
            "agent_id": "a-1",
            "config": {"think": {"temperature": 0.70}},
            "metadata": {"team": "x"},
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-02T00:00:00Z",
        }
    ],
    "variables": [{"variable_id": "v-1", "key": "DG_X", "value": {"a": [1, 2.50, None]}}],
    "credentials": [{"distribution_credentials_id": "c-1", "comment": "eu", "created": "2023-06-28T15:36:59Z"}],
}

Get = Callable[[str], Awaitable[Any]]


@asynccontextmanager
async def served(world: dict[str, Any], wire: Wire = "current", **more: Any) -> AsyncIterator[Get]:
    deepgram = LocalDeepgram(lambda: NOW, world=read_seed(msgspec.json.encode(world)), wire=wire, **more)
    headers = {"Authorization": f"Token {deepgram.api_key}"}
    async with aiohttp.ClientSession(headers=headers) as http, serving(deepgram.app) as origin:

        async def get(path: str) -> Any:
            path = path if path.startswith("/v1") else f"/v1/projects/{deepgram.project_id}{path}"
            async with http.get(origin + path) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        yield get


@pytest.fixture
async def get() -> AsyncIterator[Get]:
    async with served({"projects": [PROJECT]}) as get:
        yield get


@pytest.fixture
async def older() -> AsyncIterator[Get]:
    async with served({"projects": [PROJECT]}, "legacy") as get:
        yield get


async def test_the_project(get, older):
    shown = {"project_id": "p-1", "name": "Böhm & Söhne"}
    assert await get("/v1/projects") == {"projects": [shown]}
    assert await get("") == {**shown, "mip_opt_out": True}
    assert (await older(""))["company"] == "Böhm"


async def test_members_and_invites(get):
    assert await get("/members") == {"members": PROJECT["members"]}
    assert await get("/members/m-2/scopes") == {"scopes": ["member", "billing:read"]}
    assert await get("/invites") == {"invites": PROJECT["invites"]}


async def test_keys(get, older):
    [one, two] = (await get("/keys"))["api_keys"]
    assert (one["api_key"]["api_key_id"], one["api_key"]["created"]) == ("k-1", "2025-01-01T00:00:00Z")
    assert two["member"] == {"member_id": "m-2", "email": "c@x.io"}
    member = (await get("/keys/k-2"))["item"]["member"]
    assert member["api_key"] == {name: value for name, value in PROJECT["keys"][1].items() if name != "member"}
    [one, _] = (await older("/keys"))["api_keys"]
    assert (one["member"]["first_name"], one["api_key"]["tags"]) == ("Ada", ["ci", "x"])


async def test_money_stays_as_it_is_told(get, older):
    assert await get("/balances") == {"balances": PROJECT["balances"]}
    assert await get("/balances/b-2") == PROJECT["balances"][1]
    assert (await older("/balances/b-1"))["purchase"] == "o-1"
    assert await get("/purchases") == {"orders": PROJECT["purchases"]}


async def test_requests_stay_as_they_are_told_however_old_they_are(get, older):
    listed = (await get("/requests?limit=100"))["requests"]
    assert [one["request_id"] for one in listed] == ["r-3", "r-2", "r-1"]
    one = listed[-1]
    assert one["project_uuid"] == "p-1"
    told = {name: value for name, value in PROJECT["requests"][0].items() if name not in ("endpoint", "method")}
    assert {name: one[name] for name in told} == {**told, "callback": "https://x.io/done"}
    assert await get("/requests/r-1") == {"request": one}
    assert (await get("/requests/r-3"))["request"]["response"] is None

    flat = await older("/requests/r-1")
    assert flat["callback"] == {"attempts": 2, "code": 201, "completed": "2024-01-15T09:31:00Z"}
    assert flat["accessor"] == "k-9"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=failed", ["r-2"]),
        ("status=succeeded", ["r-3", "r-1"]),
        ("method=async", ["r-1"]),
        ("deployment=beta", ["r-1"]),
        ("accessor=k-9", ["r-1"]),
        ("request_id=r-2", ["r-2"]),
        ("start=2024-01-15T09:30:01Z&end=2024-12-31", ["r-2"]),
        ("limit=1&page=1", ["r-2"]),
        ("limit=2&page=1", ["r-1"]),
        ("endpoint=speak", []),
    ],
)
async def test_requests_are_filtered(get, query, found):
    assert [one["request_id"] for one in (await get(f"/requests?{query}"))["requests"]] == found


DAY = "start=2024-10-16&end=2024-10-16"


async def test_a_day_of_usage_stays_as_it_is_told(get):
    assert await get(f"/usage?{DAY}") == {
        "start": "2024-10-16",
        "end": "2024-10-16",
        "resolution": {"units": "day", "amount": 1},
        "results": [
            {
                "start": "2024-10-16",
                "end": "2024-10-16",
                "hours": 1097.4274322222223,
                "total_hours": 1099.3888366666667,
                "requests": 425109,
                "tokens": {"in": 24770, "out": 7521},
                "tts": {"characters": 9004185, "requests": 23126},
            }
        ],
    }


NO_GROUP = {"start": "2024-10-16", "end": "2024-10-16", "accessor": None, "deployment": None, "tags": None}


async def test_a_day_in_groups(get, older):
    [row] = (await get(f"/usage/breakdown?{DAY}&grouping=tags"))["results"]
    assert row == {
        "hours": 1097.4274322222223,
        "total_hours": 1099.3888366666667,
        "agent_hours": 41.3,
        "tokens_in": 24770,
        "tokens_out": 7521,
        "tts_characters": 9004185,
        "requests": 425109 + 23126,
        "grouping": {
            **NO_GROUP,
            "endpoint": None,
            "feature_set": None,
            "models": None,
            "method": None,
            "tags": ["dev", "eu"],
        },
    }
    [row] = (await older(f"/usage/breakdown?{DAY}&grouping=models"))["results"]
    assert row["grouping"]["models"] == "nova-3"
    [row] = (await get(f"/billing/breakdown?{DAY}&grouping=line_item&grouping=accessor"))["results"]
    assert row == {"dollars": 0.25, "grouping": {**NO_GROUP, "line_item": "streaming::nova-3", "accessor": "k-2"}}


async def test_days_to_come_are_shown_to_who_asks_for_them(get):
    found = await get("/usage?start=2030-01-01&end=2032-01-01&endpoint=agent&deployment=self-hosted")
    assert [(day["start"], day["requests"]) for day in found["results"]] == [("2031-01-01", 1)]


async def test_fields_name_what_is_told(get, older):
    fields = await get(f"/usage/fields?{DAY}")
    [model] = fields.pop("models")
    assert (model["name"], model["language"]) == ("nova-3", "en")
    assert fields == {"tags": ["dev", "eu"], "processing_methods": ["streaming"], "features": ["punctuate"]}
    assert (await older(f"/usage/fields?{DAY}"))["languages"] == ["en"]
    [model] = (await get("/usage/fields?start=2031-01-01&end=2031-01-01"))["models"]
    assert model == {"name": "mine", "language": "en", "version": "1", "model_id": "u-1"}
    assert await get(f"/billing/fields?{DAY}") == {
        "accessors": ["k-2"],
        "deployments": ["hosted"],
        "tags": ["dev", "eu"],
        "line_items": {"streaming::nova-3": "Nova - 3 (Stream)"},
    }


async def test_a_projects_own_models_stand_beside_everybodys(get):
    public, own = await get("/v1/models"), await get("/models")
    mine = own["stt"][-1]
    assert own["stt"] == [*public["stt"], mine]
    assert mine == {
        "name": "mine",
        "canonical_name": "mine",
        "architecture": "mine",
        "languages": ["en"],
        "version": "1",
        "uuid": "u-1",
        "batch": True,
        "streaming": False,
        "formatted_output": True,
    }
    assert await get("/models/u-1") == mine


async def test_everybodys_models_can_be_replaced():
    voice = {"name": "ann", "canonical_name": "ann-en", "uuid": "u-2", "metadata": {"accent": "Irish", "tags": ["x"]}}
    models = {"stt": [{"name": "old", "uuid": "u-1", "outdated": True}], "tts": [voice]}
    async with served({"models": models}) as get:
        listed = await get("/v1/models")
        assert listed["stt"] == []
        assert {name: listed["tts"][0][name] for name in voice} == voice
        assert [one["uuid"] for one in (await get("/v1/models?include_outdated=true"))["stt"]] == ["u-1"]
        assert (await get("/v1/models/u-1"))["name"] == "old"


async def test_what_is_stored_for_agents_and_self_hosting(get):
    assert await get("/agents") == {"agents": PROJECT["agents"]}
    assert await get("/agents/a-1") == PROJECT["agents"][0]
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    assert await get("/agent-variables/v-1") == {**PROJECT["variables"][0], **times}
    assert await get("/self-hosted/distribution/credentials/c-1") == {
        "member": {"member_id": "m-1", "email": "a+b@x.io"},
        "distribution_credentials": {
            "distribution_credentials_id": "c-1",
            "provider": "quay",
            "comment": "eu",
            "scopes": ["self-hosted:products"],
            "created": "2023-06-28T15:36:59Z",
        },
    }


async def test_nothing_at_all_is_a_world_with_a_project_an_owner_and_a_key():
    async with served({}) as get, served({}) as again:
        assert await get("") == {
            "project_id": "00000000-0000-4000-8000-000000000001",
            "name": "project-1",
            "mip_opt_out": False,
        }
        assert await get("/keys") == await again("/keys")
        [key] = (await get("/keys"))["api_keys"]
        assert key["member"]["email"] == "owner@sandbox.test"


def two_projects(*emails: str) -> dict[str, Any]:
    """A first project of a@x.io, whose key also sees a second one, and that one's owners."""
    first = {"members": [{"email": "a@x.io", "scopes": ["owner"]}], "keys": [{"sees": ["p-2"]}]}
    return {
        "projects": [
            first,
            {"project_id": "p-2", "members": [{"email": email, "scopes": ["member"]} for email in emails]},
        ]
    }


async def test_a_key_sees_the_other_projects_that_it_is_told_to_see():
    async with served(two_projects("b@x.io", "A@x.io")) as get:
        assert [one["name"] for one in (await get("/v1/projects"))["projects"]] == ["project-1", "project-2"]
        assert (await get("/v1/projects/p-2"))["name"] == "project-2"
        assert await get("/v1/projects/p-2/keys") == {"api_keys": []}
        with pytest.raises(AssertionError, match="members:read"):  # its person is no more than a member there
            await get("/v1/projects/p-2/members")


def settled(world: dict[str, Any], **more: Any) -> LocalDeepgram:
    return LocalDeepgram(lambda: NOW, world=read_seed(msgspec.json.encode(world)), **more)


def test_callers_use_the_first_key_that_lives():
    dead, alive = {"expiration_date": "2026-11-18T12:00:00Z"}, {"secret": "alive"}
    assert settled({"projects": [{"keys": [dead, alive]}]}).api_key == "alive"
    assert settled({"projects": [{"keys": [{}]}]}, api_key="mine").api_key == "mine"
    assert settled({"projects": [{"keys": [{}, alive]}]}, api_key="alive").api_key == "alive"
    assert settled({}, api_key="mine").keys[0].secret == "mine"


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"projects": []}, "$.projects"),
    ({"project": []}, "`project`"),
    ({"projects": [{"members": []}]}, "$.projects[0].members"),
    ({"projects": [{}, {"members": [{}]}]}, "$.projects[1].members[0]"),
    ({"projects": [{"project_id": "p"}, {"project_id": "p"}]}, "$.projects[1].project_id"),
    ({"projects": [{"members": [{"email": "a@x"}, {"email": "A@x"}]}]}, "$.projects[0].members[1].email"),
    ({"projects": [{"keys": [{"api_key_id": "k"}, {"api_key_id": "k"}]}]}, "$.projects[0].keys[1].api_key_id"),
    ({"projects": [{"keys": [{"secret": "s"}]}, {"keys": [{"secret": "s"}]}]}, "$.projects[1].keys[0].secret"),
    ({"projects": [{"keys": [{"member": "nobody"}]}]}, "$.projects[0].keys[0].member"),
    ({"projects": [{"keys": [{"created": "2026-01-01T00:00:00"}]}]}, "$.projects[0].keys[0].created"),
    ({"projects": [{"keys": [{"expiration_date": "2020-01-01T00:00:00Z"}]}]}, "$.projects[0].keys"),
    ({"projects": [{"invites": [{"email": "a@x"}, {"email": "A@x"}]}]}, "$.projects[0].invites[1].email"),
    ({"projects": [{"balances": [{"amount": "NaN"}]}]}, "$.projects[0].balances[0].amount"),
    ({"projects": [{"balances": [{"amount": "12.5"}]}]}, "got `str` - at `$.projects[0].balances[0].amount`"),
    ({"projects": [{"balances": [{"amount": True}]}]}, "got `bool` - at `$.projects[0].balances[0].amount`"),
    ({"projects": [{"balances": [{"amount": 10**15}]}]}, "15 digits before its point"),
    ({"projects": [{"usage": [{"date": "2026-01-01", "hours": 1e300}]}]}, "$.projects[0].usage[0].hours"),
    ({"projects": [{"usage": [{"date": "2026-01-01", "requests": 10**18}]}]}, "$.projects[0].usage[0].requests"),
    ({"projects": [{"requests": [{"code": 10**30}]}]}, "$.projects[0].requests[0].code"),
    ({"projects": [{"members": [{"email": "ada"}]}]}, "'ada' is not an email address - at `$.projects[0].members[0]"),
    ({"projects": [{"invites": [{"email": "ada"}]}]}, "$.projects[0].invites[0].email"),
    ({"projects": [{"invites": [{"email": "a@x", "scope": "king"}]}]}, "$.projects[0].invites[0].scope"),
    ({"projects": [{"keys": [{"scopes": ["listen"]}]}]}, "'listen' is not a scope - at `$.projects[0].keys[0].scopes`"),
    ({"projects": [{"members": [{"email": "a@x", "scopes": ["king"]}]}]}, "$.projects[0].members[0].scopes"),
    ({"projects": [{"keys": [{"secret": "two words"}]}]}, "$.projects[0].keys[0].secret"),
    ({"projects": [{"keys": [{"secret": "schlüssel"}]}]}, "$.projects[0].keys[0].secret"),
    ({"projects": [{"keys": [{"created": "0001-01-01T00:00:00+14:00"}]}]}, "`created` is beyond the calendar"),
    ({"projects": [{"agents": [{"updated_at": "9999-12-31T23:59:59-14:00"}]}]}, "at `$.projects[0].agents[0]`"),
    ({"projects": [{"purchases": [{"amount": "much"}]}]}, "$.projects[0].purchases[0].amount"),
    ({"projects": [{"requests": [{"request_id": "r"}, {"request_id": "r"}]}]}, "$.projects[0].requests[1].request_id"),
    ({"projects": [{"usage": [{}]}]}, "$.projects[0].usage[0]"),
    ({"projects": [{"usage": [{"date": "2026-01-01", "requests": -1}]}]}, "$.projects[0].usage[0].requests"),
    ({"projects": [{"usage": [{"date": "2026-01-01", "hours": "Infinity"}]}]}, "$.projects[0].usage[0].hours"),
    ({"projects": [{"models": {"tts": [{}]}}]}, "$.projects[0].models.tts[0]"),
    ({"models": {"stt": [{"name": "a", "uuid": "u"}, {"name": "b", "uuid": "u"}]}}, "$.models.stt[1].uuid"),
    ({"projects": [{"variables": [{"key": "a"}, {"key": "a"}]}]}, "$.projects[0].variables[1].key"),
    ({"projects": [{"credentials": [{"member": "nobody"}]}]}, "$.projects[0].credentials[0].member"),
    (two_projects("b@x.io"), "$.projects[0].keys[0].sees"),
]


@pytest.mark.parametrize(("world", "path"), IMPOSSIBLE)
def test_a_world_that_can_not_be_is_refused_with_the_path_of_what_is_wrong(world, path):
    with pytest.raises(SeedError) as refused:
        settled(world)
    assert path in str(refused.value)


def test_a_secret_that_is_told_is_not_replaced():
    with pytest.raises(SeedError, match="a secret") as refused:
        settled({"projects": [{"keys": [{"secret": "told"}]}]}, api_key="another")
    assert "told" not in str(refused.value)
    assert "another" not in str(refused.value)


def test_a_secret_that_does_not_fit_is_not_repeated():
    with pytest.raises(SeedError) as refused:
        settled({"projects": [{"keys": [{"secret": "hush hush"}]}]})
    assert "hush" not in str(refused.value)


def test_self_hosted_scopes_are_scopes():
    scopes = ["self-hosted:products", "self-hosted:product:api", "usage:read"]
    assert settled({"projects": [{"keys": [{"scopes": scopes}]}]}).keys[0].scopes == tuple(scopes)


async def test_a_moment_of_another_zone_comes_back_in_utc():
    agent = {"agent_id": "a", "created_at": "2026-01-01T00:00:00+14:00"}
    async with served({"projects": [{"agents": [agent]}]}) as get:
        assert (await get("/agents/a"))["created_at"] == "2025-12-31T10:00:00Z"


UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    b'{"projects":' + b"[" * 10_000,
    b'{"projects": [{"name": "\xff"}]}',
    b'{"projects": [{"agents": [{"config": {"a": 1e99999999999999999999}}]}]}',
    b'{"projects": [{"balances": [{"amount": 1e99999999999999999999}]}]}',
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_seed_that_is_no_json_is_refused(text):
    with pytest.raises(SeedError):
        read_seed(text)


async def test_a_seeded_world_can_be_changed_like_any_other():
    deepgram = settled({"projects": [PROJECT]})
    headers = {"Authorization": f"Token {deepgram.api_key}"}
    async with aiohttp.ClientSession(headers=headers) as http, serving(deepgram.app) as origin:
        project = f"{origin}/v1/projects/p-1"
        made = await (await http.post(f"{project}/keys", json={"comment": "x", "scopes": ["usage:read"]})).json()
        assert deepgram.keys[-1].api_key_id == made["api_key_id"]
        assert (await http.delete(f"{project}/members/m-2")).status == 200
        assert [key.comment for key in deepgram.keys] == ["bot", "x"], "a removed member's keys are gone"
        before = deepgram.balance
        deepgram.set_balance(before + 10)
        assert (deepgram.balance, deepgram.production.left(NOW + timedelta(days=9))) == (before + 10, before + 10)
