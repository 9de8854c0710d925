"""The wire on the page: every exchange of both sides, bounded, and no secret in any form in which text travels."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from dgbot.sandbox.page import wire
from dgbot.sandbox.page.wire import KEPT, SENT_AT_FIRST
from dgbot.sandbox.slack.edge.ledger import Exchange, shown
from tests.e2e.leaks import leaks
from tests.unit.sandbox.pages import NOON, Told, office


@pytest.fixture
async def acme():
    async with office() as opened:
        yield opened


async def summaries(acme, count: int, after: int = 0) -> list[Told]:
    """Return *count* summaries as the feed sends them."""
    shown: list[Told] = []
    async with acme.session.ws_connect(f"/page/wire?after={after}") as feed:
        while len(shown) < count:
            shown += (await feed.receive_json(timeout=10))["exchanges"]
    return shown


async def details(acme, number: int) -> Told:
    async with acme.session.get(f"/page/wire/{number}") as answer:
        told: Told = await answer.json()
    return told


async def test_both_sides_are_on_one_wire_in_order(acme):
    await acme.bot.chat_postMessage(channel="COPS00001", text="hello")
    await acme.calls("GET", "/v1/projects")
    await acme.slack.people["alice"].says("/deepgram usage --last 7d")
    posted, asked, typed = await summaries(acme, 3)
    assert [one["number"] for one in (posted, asked, typed)] == [1, 2, 3]
    assert (posted["side"], posted["way"], posted["kind"], posted["status"]) == (
        "Slack",
        "to Slack",
        "chat.postMessage",
        200,
    )
    assert posted["gist"] == "hello"
    assert (asked["side"], asked["kind"], asked["status"]) == ("Deepgram", "GET /v1/projects", 200)
    assert asked["at"] == NOON.timestamp()
    assert asked["ms"] >= 0
    assert (typed["way"], typed["status"], typed["bad"]) == ("to the bot", "nobody", True)
    assert typed["gist"] == "/deepgram usage --last 7d"


async def test_an_exchange_is_told_in_full_to_whoever_opens_it(acme):
    project = acme.deepgram.project_id
    await acme.calls("POST", f"/v1/projects/{project}/invites", json={"email": "dave@acme.test", "scope": "member"})
    await acme.calls("GET", f"/v1/projects/{project}/usage?start=2026-11-21")
    await acme.bot.auth_test()
    invited, used, tested = [await details(acme, number) for number in (1, 2, 3)]
    assert (invited["payload"], invited["query"]) == ({"email": "dave@acme.test", "scope": "member"}, "")
    assert invited["headers"]["content-type"] == "application/json"
    assert "sent to dave@acme.test" in invited["answer"]["message"]
    assert "dg-request-id" in invited["answer_headers"]
    assert (used["payload"], used["query"]) == ({}, "start=2026-11-21")
    assert used["answer"]["resolution"] == {"units": "day", "amount": 1}
    assert isinstance(used["answer"]["results"][0]["hours"], float)
    assert tested["answer_headers"]["x-oauth-scopes"]


async def test_no_secret_is_on_the_wire_in_any_form(acme):
    project = acme.deepgram.project_id
    made = await acme.calls("POST", f"/v1/projects/{project}/keys", json={"comment": "ci", "scopes": ["usage:read"]})
    key = made["key"]
    forms = [
        key,
        base64.b64encode(key.encode()).decode(),
        base64.b64encode(f"x{key}".encode()).decode(),
        base64.urlsafe_b64encode(f"Token {key}".encode()).decode(),
        key.encode().hex(),
        key.encode().hex().upper(),
        "".join(f"%{byte:02X}" for byte in key.encode()),
        quote(f"key={key}"),
    ]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": " ".join(forms)}}]
    await acme.bot.chat_postMessage(channel="COPS00001", text=f"{key} {acme.slack.bot_token}", blocks=blocks)
    await acme.calls("GET", f"/v1/projects/{project}/usage", params={"tag": key, key: "true"})
    await acme.calls("GET", f"/v1/projects/{key}/keys")
    await acme.calls("DELETE", f"/v1/projects/{project}/keys/x", headers={"x-note": key})
    async with acme.session.post(f"/api/{key}", headers={"authorization": f"Bearer {key}"}) as answer:
        assert answer.status == 200
    await acme.slack.people["alice"].says(f"/deepgram revoke-key {key}")
    count = 7
    places = {"the feed": json.dumps(await summaries(acme, count)).encode()}
    for number in range(1, count + 1):
        places[f"exchange {number}"] = json.dumps(await details(acme, number)).encode()
    places["the world"] = json.dumps(await acme.first("/page/world")).encode()
    secrets = {
        "the new key": key,
        "the bot's key": acme.deepgram.api_key,
        "the bot token": acme.slack.bot_token,
        "the signing secret": acme.slack.signing_secret,
    }
    assert leaks(places, secrets) == []
    assert json.loads(places["exchange 1"])["answer"]["key"] == "***"
    assert json.loads(places["exchange 1"])["headers"]["authorization"] == "***"
    assert json.loads(places["exchange 2"])["payload"]["blocks"][0]["text"]["text"].count("***") >= len(forms)


async def test_what_became_of_a_call_that_was_spoilt_is_told(acme):
    acme.deepgram.fail("POST", "/v1/projects", 0, times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await acme.calls("POST", "/v1/projects")
    acme.deepgram.fail("GET", "/v1/projects", 503, times=1)
    await acme.calls("GET", "/v1/projects")
    acme.slack.faults.refuse("chat.postMessage", "channel_not_found")
    with pytest.raises(Exception, match="channel_not_found"):
        await acme.bot.chat_postMessage(channel="COPS00001", text="hello")
    dropped, failed, refused = await summaries(acme, 3)
    assert [one["status"] for one in (dropped, failed, refused)] == ["dropped", 503, 200]
    assert all(one["bad"] for one in (dropped, failed, refused))
    assert refused["gist"] == "channel_not_found"


async def test_ten_thousand_exchanges_leave_the_newest_ones_alone(acme):
    for number in range(10_000):
        acme.slack.ledger.note(
            "to Slack", f"call {number}", status=200, seconds=0, payload={}, answer={}, headers={}
        )  # fmt: skip
    shown = await summaries(acme, SENT_AT_FIRST)
    assert [one["number"] for one in shown] == list(range(10_001 - SENT_AT_FIRST, 10_001))
    assert (await details(acme, 10_001 - KEPT))["kind"] == f"call {10_000 - KEPT}"
    for gone in (1, 10_000 - KEPT, 10_001):
        assert (await details(acme, gone))["error"] == "This exchange is no longer kept."


async def test_a_page_that_comes_back_is_told_what_it_missed(acme):
    for _ in range(5):
        await acme.bot.auth_test()
    assert [one["number"] for one in await summaries(acme, 2, after=3)] == [4, 5]


async def test_a_page_of_an_earlier_demo_begins_anew(acme):
    await acme.bot.auth_test()
    async with acme.session.ws_connect("/page/wire?after=900") as feed:
        told = await feed.receive_json(timeout=10)
    assert told["fresh"] is True
    assert [one["number"] for one in told["exchanges"]] == [1]


async def test_the_feed_follows_what_comes(acme):
    async with acme.session.ws_connect("/page/wire?after=nonsense") as feed:
        await acme.bot.auth_test()
        assert (await feed.receive_json(timeout=10))["exchanges"][0]["kind"] == "auth.test"
        await acme.calls("GET", "/v1/models")
        assert (await feed.receive_json(timeout=10))["exchanges"][0]["kind"] == "GET /v1/models"


async def test_of_a_huge_body_the_size_is_kept(acme):
    huge: Mapping[str, Any] = {"email": "x" * 100_000, "scope": "member"}
    await acme.calls("POST", f"/v1/projects/{acme.deepgram.project_id}/invites", json=huge)
    assert (await details(acme, 1))["payload"] == f"{len(json.dumps(huge))} bytes"


async def test_text_that_is_no_text_is_told_too(acme):
    acme.slack.ledger.note(
        "to Slack", "chat.postMessage", status=200, seconds=0, payload={"text": "\ud800"}, answer={}, headers={}
    )
    [one] = await summaries(acme, 1)
    assert one["gist"] == "\ud800"
    assert (await details(acme, 1))["payload"] == {"text": "\ud800"}


async def test_one_odd_body_is_one_odd_line(acme):
    odd: list[Mapping[str, Any]] = [{"actions": [1]}, {"actions": "x"}, {"event": 5}, {"text": {}}, {"command": [1]}]
    for body in odd:
        async with acme.session.post("/response/nope", json=body) as answer:
            assert answer.status == 404
    assert [one["number"] for one in await summaries(acme, 5)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("digits", ["9" * 5000, "²", "-1", "1.5", "%20"])
async def test_a_number_that_is_none_names_no_exchange(acme, digits):
    await acme.bot.auth_test()
    async with acme.session.get(f"/page/wire/{digits}") as answer:
        assert (answer.status, (await answer.json())["ok"]) == (404, False)
    async with acme.session.ws_connect(f"/page/wire?after={digits}") as feed:
        assert (await feed.receive_json(timeout=10))["exchanges"][0]["number"] == 1


async def test_a_summary_is_made_once_until_there_is_another_secret(acme, monkeypatch):
    looked = []

    def looking(one: Exchange, without: Callable[[str], str]) -> Exchange:
        looked.append(one)
        return shown(one, without)

    monkeypatch.setattr(wire, "shown", looking)
    for _ in range(3):
        await acme.bot.auth_test()
    for _ in range(4):
        await summaries(acme, 3)
    assert len(looked) == 3
    project = acme.deepgram.project_id
    await acme.calls("POST", f"/v1/projects/{project}/keys", json={"comment": "ci", "scopes": ["usage:read"]})
    await summaries(acme, 4)
    assert len(looked) == 3 + 4


@pytest.mark.parametrize("path", ["/page/screen?who=alice", "/page/world", "/page/holdings", "/page/wire"])
async def test_bytes_on_a_feed_are_heard_and_forgotten(acme, path):
    await acme.bot.auth_test()
    async with acme.session.ws_connect(path) as feed:
        await feed.send_bytes(b"\xff\x00")
        await feed.receive_json(timeout=10)
        await feed.send_bytes(b"\xff")
        await acme.post("/page/clock", by="3h")
        await acme.bot.chat_postMessage(channel="COPS00001", text="news")
        if path != "/page/holdings":
            await feed.receive_json(timeout=10)
        assert not feed.closed
