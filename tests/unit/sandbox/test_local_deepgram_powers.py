"""Nobody hands out at the local Deepgram what they lack themselves, or sees a key that they may not list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import msgspec
import pytest

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.world.seed import read_seed
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
PEOPLE = ("owner", "admin", "member")
WORLD = {
    "projects": [
        {
            "project_id": "p",
            "members": [{"member_id": who, "email": f"{who}@x.io", "scopes": [who]} for who in PEOPLE],
            "keys": [
                *({"api_key_id": who, "secret": who, "member": who, "scopes": [who]} for who in PEOPLE),
                {"secret": "narrow", "member": "owner", "scopes": ["keys:write", "members:write:invites"]},
                {"secret": "broad", "member": "admin", "scopes": ["owner"]},
            ],
        }
    ]
}

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture(params=[False, True], ids=["strict", "lenient"])
async def ask(request) -> AsyncIterator[Ask]:
    world = read_seed(msgspec.json.encode(WORLD))
    deepgram = LocalDeepgram(lambda: NOW, world=world, lenient=request.param)
    async with aiohttp.ClientSession() as http, serving(deepgram.app) as origin:

        async def ask(who: str, method: str, path: str, json: Any = None) -> tuple[int, Any]:
            headers = {"Authorization": f"Token {who}"}
            url = f"{origin}/v1/projects/p{path}"
            async with http.request(method, url, json=json, headers=headers) as answer:
                return answer.status, await answer.json()

        yield ask


OUT_OF_REACH = [
    ("admin", "admin", "project:write:destroy"),
    ("admin", "admin", "owners:write:kick"),
    ("admin", "member", "billing:write"),
    ("admin", "admin", "owner"),
    ("broad", "admin", "owner"),
    ("member", "member", "admin"),
]


@pytest.mark.parametrize(("who", "whom", "scope"), OUT_OF_REACH)
async def test_nobody_gives_a_person_what_they_lack(ask, who, whom, scope):
    assert (await ask(who, "PUT", f"/members/{whom}/scopes", {"scope": scope}))[0] == 403
    assert await ask("owner", "GET", f"/members/{whom}/scopes") == (200, {"scopes": [whom]})


@pytest.mark.parametrize(("who", "scope"), [("admin", "owner"), ("broad", "owner"), ("member", "billing:read")])
async def test_nobody_makes_a_key_that_outreaches_them(ask, who, scope):
    status, body = await ask(who, "POST", "/keys", {"comment": "c", "scopes": ["usage:read", scope]})
    assert (status, body["category"]) == (403, "INSUFFICIENT_PERMISSIONS")


@pytest.mark.parametrize(("who", "scope"), [("admin", "owner"), ("member", "member"), ("narrow", "admin")])
async def test_nobody_invites_above_what_they_may(ask, who, scope):
    assert (await ask(who, "POST", "/invites", {"email": "new@x.io", "scope": scope}))[0] == 403


async def test_what_is_published_stays_possible(ask):
    for who, scope in (("owner", "owner"), ("admin", "admin"), ("admin", "member"), ("narrow", "member")):
        assert (await ask(who, "POST", "/invites", {"email": "new@x.io", "scope": scope}))[0] == 200
    for who, scope in (("owner", "owner"), ("admin", "admin"), ("member", "member"), ("narrow", "usage:write")):
        assert (await ask(who, "POST", "/keys", {"comment": "c", "scopes": [scope]}))[0] == 200
    assert (await ask("member", "POST", "/keys", {"comment": "c", "scopes": ["self-hosted:product:api"]}))[0] == 200
    assert (await ask("admin", "PUT", "/members/member/scopes", {"scope": "billing:read"}))[0] == 200
    assert (await ask("admin", "PUT", "/members/member/scopes", {"scope": "admin"}))[0] == 200
    assert (await ask("owner", "PUT", "/members/admin/scopes", {"scope": "owner"}))[0] == 200


async def test_a_members_key_reads_the_keys_that_it_lists(ask):
    status, listed = await ask("member", "GET", "/keys")
    assert (status, [one["api_key"]["api_key_id"] for one in listed["api_keys"]]) == (200, ["member"])
    assert (await ask("member", "GET", "/keys/member"))[0] == 200
    missing = await ask("member", "GET", "/keys/nobody")
    hidden = await ask("member", "GET", "/keys/owner")
    assert [(status, body["message"]) for status, body in (missing, hidden)] == [
        (404, "An API key with the submitted ID cannot be found.")
    ] * 2
    assert (await ask("owner", "GET", "/keys/member"))[0] == 200
