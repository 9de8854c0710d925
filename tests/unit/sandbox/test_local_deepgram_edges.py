"""Calls that nobody means: the local Deepgram refuses them in good order and logs nothing."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from yarl import URL

from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world import history
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


class Line:
    """A local Deepgram on a socket, and a client that sends targets as they are."""

    def __init__(self, http: aiohttp.ClientSession, deepgram: LocalDeepgram, origin: str):
        self.http = http
        self.deepgram = deepgram
        self.origin = origin

    async def ask(self, method: str, target: str, **more) -> tuple[int, str]:
        if not target.startswith("/v1"):
            target = f"/v1/projects/{self.deepgram.project_id}{target}"
        headers = {"Authorization": f"Token {self.deepgram.api_key}"}
        url = URL(self.origin + target, encoded=True)
        async with self.http.request(method, url, headers=headers, **more) as answer:
            self.allowed = answer.headers.get("Allow")
            return answer.status, await answer.text()


async def line_of(wire: Wire, *, lenient: bool = False) -> AsyncIterator[Line]:
    deepgram = LocalDeepgram(lambda: NOW, wire=wire, lenient=lenient)
    async with aiohttp.ClientSession() as http, serving(deepgram.app) as origin:
        yield Line(http, deepgram, origin)


@pytest.fixture
async def line(caplog) -> AsyncIterator[Line]:
    async for line in line_of("current"):
        yield line
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.fixture
async def older() -> AsyncIterator[Line]:
    async for line in line_of("legacy"):
        yield line


@pytest.fixture
async def lenient() -> AsyncIterator[Line]:
    async for line in line_of("current", lenient=True):
        yield line


@pytest.mark.parametrize(
    "target",
    [
        "/keys/" + "f" * 4000,
        "/keys/" + "%F0%9F%94%91" * 50,
        "/keys/%FF%FE",
        "/keys/%00",
        "/keys/..",
        "/keys/%2e%2e",
        "/keys/",
        "//keys",
        "/keys%2F1234",
        "/v1/projects/" + "9" * 3000 + "/keys",
        "/v1/projects//keys",
        "/v1",
        "/v1/projects/",
        "/requests/ffffffff-0001-4000-8000-000000000000",
        "/requests/0037b9db-0001-4000-8000-000000000000",
        "/requests/00000000-0001-4000-8000-000000000000",
        "/balances/%",
        "/agents/1",
        "/agent-variables/1",
        "/self-hosted/distribution/credentials/1",
        "/v1/models/nova",
    ],
)
async def test_what_has_no_such_id_is_not_found(line, target):
    assert (await line.ask("GET", target))[0] == 404


async def test_an_escaped_slash_stays_inside_its_part(line):
    key = line.deepgram.keys[0].api_key_id
    assert (await line.ask("GET", f"/keys/{key}"))[0] == 200
    assert (await line.ask("GET", f"/keys%2F{key}"))[0] == 404
    assert (await line.ask("GET", f"/keys/x%2F..%2F{key}"))[0] == 404
    assert (await line.ask("GET", "/%6Bey%73"))[0] == 200, "escaping what needs none changes nothing"


@pytest.mark.parametrize("email", ["dan%2Bnew@acme.test", "dan+new@acme.test"])
async def test_a_plus_in_an_address_is_a_plus(line, email):
    assert (await line.ask("POST", "/invites", json={"email": "dan+new@acme.test", "scope": "member"}))[0] == 200
    assert (await line.ask("DELETE", f"/invites/{email}"))[0] == 200
    assert line.deepgram.invites == ()


async def test_an_address_with_a_slash_can_be_invited_and_uninvited(line):
    assert (await line.ask("POST", "/invites", json={"email": "a/b@acme.test", "scope": "member"}))[0] == 200
    assert (await line.ask("DELETE", "/invites/a/b@acme.test"))[0] == 404
    assert (await line.ask("DELETE", "/invites/a%2Fb@acme.test"))[0] == 200


async def test_a_get_with_a_body_is_refused_today_and_overlooked_by_the_older_wire(line, older):
    assert (await line.ask("GET", "/models", json={"include_outdated": True}))[0] == 415
    status, body = await older.ask("GET", "/models", json={"include_outdated": True})
    assert (status, body) == await older.ask("GET", "/models")


async def test_a_body_beyond_a_megabyte_is_refused(line):
    before = line.deepgram.keys
    status, body = await line.ask("POST", "/keys", data=io.BytesIO(b" " * (1024 * 1024 + 1)))
    assert (status, "PAYLOAD_TOO_LARGE" in body) == (413, True)
    assert (await line.ask("POST", "/keys", json={"comment": "c" * 900_000, "scopes": ["usage:read"]}))[0] == 200
    assert len(line.deepgram.keys) == len(before) + 1


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nothing",
        b"\xff\xfe",
        b'{"comment": "\xff", "scopes": ["usage:read"]}',
        b'{"comment": "c", "scopes": ["usage:read"], "time_to_live_in_seconds": 1e99999999999999999999}',
        b"[" * 100_000,
        b'{"a":' * 5000,
        b'"\\ud800"',
        b"1e999999",
        b"1e99999999999999999999",
        b"null",
        b"\x00",
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(line, body):
    status, answer = await line.ask("POST", "/keys", data=body)
    assert (status, "INVALID_JSON" in answer) == (400, True)


async def test_a_stored_number_beyond_all_counting_is_refused(line):
    body = {"config": '{"temperature": 1e99999999999999999999}'}
    assert (await line.ask("POST", "/agents", json=body))[0] == 400
    assert (await line.ask("POST", "/agent-variables", data=b'{"key": "DG_A", "value": 1e99999999999999999999}'))[
        0
    ] == 400
    status, made = await line.ask("POST", "/agent-variables", data=b'{"key": "DG_A", "value": ' + b"9" * 40 + b"}")
    assert (status, "9" * 40 in made) == (200, True)


async def test_a_balance_beyond_all_counting_is_refused(line):
    before = line.deepgram.balance
    headers = {"Content-Type": "application/json"}
    for amount in (b"1e99999999999999999999", b"1e99999999", b"1e15", b"1e-999999"):
        sent = line.http.put(f"{line.origin}/sandbox/balance", data=b'{"amount": %s}' % amount, headers=headers)
        async with sent as answer:
            assert answer.status == 400
    assert line.deepgram.balance == before


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/listen", "/sandbox"])
async def test_a_websocket_is_refused(line, path):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await line.http.ws_connect(line.origin + path)
    assert refused.value.status == 403


async def test_an_address_beyond_eight_kilobytes_is_refused(line):
    assert (await line.ask("GET", "/usage?tag=" + "x" * 9000))[0] == 414
    assert (await line.ask("GET", "/keys/" + "x" * 9000))[0] == 414
    assert [(len(seen.path) <= 1000, seen.query) for seen in line.deepgram.requests] == [(True, {}), (True, {})]


async def test_a_token_may_live_for_a_part_of_a_second(line):
    status, body = await line.ask("POST", "/v1/auth/grant", json={"ttl_seconds": 1.5})
    assert (status, '"expires_in":1.5' in body) == (200, True)
    for wrong in (0.5, 3600.5, "30", True):
        assert (await line.ask("POST", "/v1/auth/grant", json={"ttl_seconds": wrong}))[0] == 400


async def test_a_page_beyond_the_last_is_empty_without_looking_at_the_others(line, monkeypatch):
    def looked(*_: object, **__: object) -> None:
        raise AssertionError("every request was worked out")

    monkeypatch.setattr(history, "_of_day", looked)
    status, body = await line.ask("GET", "/requests?page=1000000&limit=1000")
    assert (status, '"requests":[]' in body) == (200, True)


@pytest.mark.slow
async def test_the_last_page_is_found(line):
    found, page = 1000, 0
    while found == 1000:
        found = (await line.ask("GET", f"/requests?page={page}&limit=1000"))[1].count('"request_id"')
        page += 1
    assert page > 1
    assert found > 0


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59-23:59", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"])
async def test_a_date_beyond_the_calendar_is_refused(line, date):
    body = {"comment": "ci", "scopes": ["usage:read"], "expiration_date": date}
    assert (await line.ask("POST", "/keys", json=body))[0] == 400
    assert (await line.ask("GET", f"/requests?start={date.replace('+', '%2B')}"))[0] == 400


@pytest.mark.parametrize(
    "query",
    ["limit=" + "9" * 5000, "limit=1.0", "limit=+1", "limit=%D9%A1", "page=-1", "page=" + "9" * 5000, "status=maybe"],
)
async def test_a_page_that_is_no_number_is_refused(line, query):
    assert (await line.ask("GET", f"/requests?{query}"))[0] == 400


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "TRACE"])
async def test_a_verb_that_a_path_does_not_know_is_not_allowed(line, method):
    assert (await line.ask(method, "/keys"))[0] == 405
    assert line.allowed == "GET, POST"


async def test_the_year_one_to_the_year_9999_is_every_day_there_is(line):
    status, body = await line.ask("GET", "/usage?start=0001-01-01&end=9999-12-31")
    assert (status, '"start":"0001-01-01"' in body) == (200, True)


async def test_the_lenient_accept_any_scope(line, lenient):
    for where, expected in ((line, 400), (lenient, 200)):
        invite = {"email": "a@x.io", "scope": "usage:read"}
        assert (await where.ask("POST", "/invites", json=invite))[0] == expected
        assert (await where.ask("POST", "/keys", json={"comment": "c", "scopes": ["manage:read"]}))[0] == expected
        member = next(one for one in where.deepgram.members if one.role == "member")
        path = f"/members/{member.member_id}/scopes"
        assert (await where.ask("PUT", path, json={"scope": "manage:read"}))[0] == expected
    assert '"scope":"usage:read"' in (await lenient.ask("GET", "/invites"))[1]
    assert (await lenient.ask("DELETE", "/invites/a@x.io"))[0] == 200


async def test_a_company_is_told_by_the_older_wire_alone(line, older):
    for where in (line, older):
        assert (await where.ask("PATCH", "", json={"company": "Acme"}))[0] == 200
        assert (await where.ask("PATCH", "", json={}))[0] == 400
        assert where.deepgram.production.name == "acme-prod"
    assert "Acme" not in (await line.ask("GET", ""))[1]
    assert '"company":"Acme"' in (await older.ask("GET", ""))[1]
