"""The local Deepgram steered over HTTP: faults of every kind, the ledger, the balance, and who may steer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import aiohttp
import pytest

from dgbot.sandbox.deepgram import Body, Drop, LocalDeepgram, Status, Truncate
from dgbot.sandbox.deepgram.edge.fault_text import KINDS
from dgbot.serving import serving

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NEW_KEY = {"comment": "ci", "scopes": ["usage:read"]}


class Got(NamedTuple):
    """What came back."""

    status: int
    kind: str
    retry_after: str | None
    body: bytes


class Steered:
    """A local Deepgram on a socket, a client of its API and a client of its control interface."""

    def __init__(self, http: aiohttp.ClientSession):
        self.http = http
        self.deepgram = LocalDeepgram(lambda: NOW)
        self.origin = ""

    async def steer(self, method: str, path: str, json: Any = None, **more: Any) -> tuple[int, Any]:
        async with self.http.request(method, f"{self.origin}/sandbox{path}", json=json, **more) as answer:
            return answer.status, await answer.json()

    async def on(self, fault: str, **more: Any) -> int:
        status, answer = await self.steer("POST", "/faults", {"fault": fault, **more})
        assert status == 200, answer
        return int(answer["id"])

    async def ask(self, method: str = "GET", path: str = "/keys", json: Any = None) -> Got:
        url = f"{self.origin}/v1/projects/{self.deepgram.project_id}{path}"
        headers = {"Authorization": f"Token {self.deepgram.api_key}"}
        async with self.http.request(method, url, json=json, headers=headers) as answer:
            return Got(answer.status, answer.content_type, answer.headers.get("Retry-After"), await answer.read())

    def made(self) -> int:
        """How many keys were made over the wire."""
        return len(self.deepgram.issued_secrets)


@pytest.fixture
async def it() -> AsyncIterator[Steered]:
    async with aiohttp.ClientSession() as http:
        it = Steered(http)
        async with serving(it.deepgram.app) as it.origin:
            yield it


FORMS = {
    "modern": ("application/json", '"category":"SERVICE_UNAVAILABLE"'),
    "legacy": ("application/json", '"err_code":"SERVICE_UNAVAILABLE"'),
    "string": ("application/json", '"The service is temporarily unavailable."'),
    "array": ("application/json", '["The service is temporarily unavailable."]'),
    "text": ("text/plain", "The service is temporarily unavailable."),
    "html": ("text/html", "<h1>The service is temporarily unavailable.</h1>"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_an_error_takes_any_form(it, form):
    await it.on("status", status=503, form=form)
    answer = await it.ask()
    kind, text = FORMS[form]
    assert (answer.status, answer.kind) == (503, kind)
    assert text in answer.body.decode()


async def test_an_error_may_have_no_body_at_all(it):
    await it.on("status", status=500, form="empty")
    answer = await it.ask()
    assert (answer.status, answer.body) == (500, b"")


@pytest.mark.parametrize("after", [7, 1.5, "3", "Wed, 18 Nov 2026 12:00:07 GMT", None])
async def test_an_error_says_when_to_come_back_if_it_is_told_to(it, after):
    await it.on("status", status=429, retry_after=after)
    assert (await it.ask()).retry_after == (None if after is None else str(after))


@pytest.mark.parametrize("status", [418, 422, 507, 599])
@pytest.mark.parametrize("form", ["modern", "html", "text"])
async def test_the_words_of_an_error_do_not_repeat_its_number(it, status, form):
    await it.on("status", status=status, form=form)
    answer = await it.ask()
    assert answer.status == status
    assert str(status) not in answer.body.decode().partition("request_id")[0]


async def test_a_call_may_be_done_and_answered_with_an_error(it):
    await it.on("status", status=504, method="post", path="/v1/projects/*/keys", times=1, done=True)
    assert (await it.ask("POST", json=NEW_KEY)).status == 504
    assert it.made() == 1


async def test_a_fault_strikes_what_it_fits_and_so_often(it):
    await it.on("status", status=500, method="GET", path="/v1/projects/*/balances", times=2)
    assert (await it.ask()).status == 200
    assert [(await it.ask(path="/balances")).status for _ in range(3)] == [500, 500, 200]


async def test_a_dropped_call_is_not_done(it):
    await it.on("drop", times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await it.ask("POST", json=NEW_KEY)
    assert it.made() == 0


async def test_a_reset_comes_after_the_call_is_done(it):
    await it.on("reset", times=1)
    with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
        await it.ask("POST", json=NEW_KEY)
    assert it.made() == 1


async def test_a_truncated_answer_promises_more_than_it_sends(it):
    await it.on("truncate", times=1)
    with pytest.raises(aiohttp.ClientPayloadError, match="ContentLength"):
        await it.ask("POST", json=NEW_KEY)
    assert it.made() == 1
    assert it.deepgram.requests[-1].answered is None
    assert (await it.ask()).status == 200


BODIES = {
    "null": b"null",
    "object": b"{}",
    "array": b"[]",
    "string": b'"OK"',
    "text": b"OK",
    "empty": b"",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("done", [True, False])
async def test_a_success_may_say_nothing(it, kind, done):
    await it.on("body", body=kind, done=done)
    answer = await it.ask("POST", json=NEW_KEY)
    assert (answer.status, answer.body) == (200, BODIES[kind])
    assert it.made() == done


async def test_a_success_may_be_a_web_page(it):
    await it.on("body", body="html")
    answer = await it.ask()
    assert (answer.status, answer.kind) == (200, "text/html")


async def test_a_success_may_be_packed_wrongly(it):
    await it.on("body", body="gzip")
    with pytest.raises(aiohttp.ClientPayloadError, match="gzip"):
        await it.ask()


async def test_a_delay_comes_before_whatever_else_strikes(it):
    await it.on("status", status=500)
    await it.on("delay", seconds=60, times=1)
    slow = asyncio.create_task(it.ask())
    async with asyncio.timeout(10):
        while not it.deepgram.pending:
            await asyncio.sleep(0.001)
    assert not slow.done()
    assert (await it.ask()).status == 500, "the delay was for one call"
    slow.cancel()


async def test_faults_are_listed_and_cleared(it):
    first = await it.on("status", status=500, path="/v1/projects/*", times=3)
    second = await it.on("drop", method="POST")
    await it.ask()
    [one, two] = (await it.steer("GET", "/faults"))[1]["faults"]
    assert (one["id"], one["fault"], one["status"], one["times"], one["left"]) == (first, "status", 500, 3, 2)
    assert (two["id"], two["fault"], two["method"], two["left"]) == (second, "drop", "POST", None)

    assert await it.steer("DELETE", f"/faults/{first}") == (200, {})
    assert (await it.steer("DELETE", f"/faults/{first}"))[0] == 404
    assert (await it.ask()).status == 200
    assert await it.steer("DELETE", "/faults") == (200, {})
    assert await it.steer("GET", "/faults") == (200, {"faults": []})


async def test_a_test_in_process_switches_on_the_same_faults(it):
    it.deepgram.switch_on(Body(body="null", times=1))
    it.deepgram.switch_on(Truncate(times=1))
    it.deepgram.switch_on(Drop(times=1))
    it.deepgram.switch_on(Status(status=418, form="text", times=1))
    assert len((await it.steer("GET", "/faults"))[1]["faults"]) == 4
    assert (await it.ask()).status == 418
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await it.ask("POST", json=NEW_KEY)
    with pytest.raises(aiohttp.ClientPayloadError):
        await it.ask("POST", json=NEW_KEY)
    assert (await it.ask()).body == b"null"


async def test_the_ledger_is_read_and_forgotten_and_has_no_secret(it):
    await it.ask("POST", "/keys?a=1&a=2", json=NEW_KEY)
    status, answer = await it.steer("GET", "/requests")
    [seen] = answer["requests"]
    assert (status, seen["method"], seen["status"]) == (200, "POST", 200)
    assert (seen["query"], seen["body"]) == ({"a": ["1", "2"]}, NEW_KEY)
    assert seen["arrived"] == seen["answered"] == "2026-11-18T12:00:00Z"
    assert it.deepgram.api_key not in str(answer)
    assert it.deepgram.issued_secrets[0] not in str(answer)
    assert await it.steer("DELETE", "/requests") == (200, {})
    assert await it.steer("GET", "/requests") == (200, {"requests": []})


async def test_the_balance_can_be_set(it):
    assert await it.steer("PUT", "/balance", {"amount": 42.5}) == (200, {"amount": 42.5})
    assert it.deepgram.balance == 42.5
    staging = it.deepgram.staging.project_id
    assert (await it.steer("PUT", "/balance", {"amount": 7, "project_id": staging}))[0] == 200
    assert (it.deepgram.balance, it.deepgram.staging.left(NOW)) == (42.5, 7)


async def test_it_tells_what_it_can_and_every_field_of_a_fault(it):
    status, answer = await it.steer("GET", "")
    assert (status, "POST switches one on" in str(answer)) == (200, True)
    common = set(answer["faults"].pop("every fault"))
    for kind, fields in answer["faults"].items():
        assert common | set(fields) == {*KINDS[kind].__struct_fields__, "what happens"}
    assert set(answer["faults"]) == set(KINDS)
    await it.on(**answer["example of a fault"])
    assert (await it.ask(path="/balances")).status == 429


async def test_it_tells_so_on_lines_that_fit_a_terminal(it):
    async with it.http.get(f"{it.origin}/sandbox") as answer:
        lines = (await answer.text()).splitlines()
    assert len(lines) > 20
    assert max(map(len, lines)) < 160


NONSENSE = [
    ("/faults", {"status": 500}, "status, delay, drop, reset, truncate, body"),
    ("/faults", {"fault": "flood"}, "'flood' is none of status, delay, drop, reset, truncate, body"),
    ("/faults", {"fault": ["drop"]}, "is none of"),
    ("/faults", {"fault": "status"}, "status"),
    ("/faults", {"fault": "status", "status": 200}, "200 is not a failure"),
    ("/faults", {"fault": "status", "status": "500"}, "$.status"),
    (
        "/faults",
        {"fault": "status", "status": 500, "form": "xml"},
        "'xml' is none of modern, legacy, string, array, text, html, empty",
    ),
    ("/faults", {"fault": "status", "status": 500, "retry_after": "1\r\nX: y"}, "retry_after"),
    ("/faults", {"fault": "status", "status": 500, "retry_after": "soon"}, "give seconds such as 2, or a date"),
    ("/faults", {"fault": "status", "status": 500, "retry_after": -1}, "retry_after"),
    ("/faults", {"fault": "status", "status": 500, "retry_after": "Wed, 99 Nov 2026 12:00:07 GMT"}, "retry_after"),
    ("/faults", {"fault": "delay", "seconds": -1}, "-1.0 seconds"),
    ("/faults", {"fault": "drop", "times": 0}, "times=0"),
    ("/faults", {"fault": "drop", "times": 10**18}, "a billion"),
    ("/faults", {"fault": "drop", "path": "v1/projects"}, "begin with /"),
    ("/faults", {"fault": "drop", "path": "/v1/pro*"}, "whole ones"),
    ("/faults", {"fault": "drop", "path": "/*" * 300}, "500 characters"),
    ("/faults", {"fault": "drop", "method": "GET /"}, "method"),
    ("/faults", {"fault": "drop", "method": "FETCH"}, "'FETCH' is none of GET, POST"),
    ("/faults", {"fault": "drop", "colour": "red"}, "'colour' is no field of the fault drop, which has method, path"),
    (
        "/faults",
        {"fault": "body", "body": "soup"},
        "text, null, object, array, string, empty, gzip, lists",
    ),
    ("/faults", ["drop"], "object"),
    ("/balance", {"amount": -1}, "-1 is no balance"),
    ("/balance", {"amount": "NaN"}, "NaN is no balance"),
    ("/balance", {"amount": 1, "project_id": "nobody's"}, "nobody's"),
    ("/balance", {}, "amount"),
]


@pytest.mark.parametrize(("path", "body", "word"), NONSENSE)
async def test_a_call_that_makes_no_sense_is_told_so_in_a_sentence(it, path, body, word):
    status, answer = await it.steer("PUT" if path == "/balance" else "POST", path, body)
    assert (status, word in answer["error"], answer["error"][-1]) == (400, True, "."), answer
    assert await it.steer("GET", "/faults") == (200, {"faults": []})


UNREADABLE = [
    b"",
    b"{",
    b"[" * 100_000,
    b"\xff",
    b'{"fault": "drop", "path": "/\xff"}',
    b'{"fault": "delay", "seconds": 1e99999999999999999999}',
    b'{"fault": "delay", "seconds": 1e999}',
    b'{"fault": "drop", "times": ' + b"9" * 4000 + b"}",
]


@pytest.mark.parametrize("body", UNREADABLE)
async def test_a_body_that_is_no_json_is_refused(it, body):
    headers = {"Content-Type": "application/json"}
    async with it.http.post(f"{it.origin}/sandbox/faults", data=body, headers=headers) as answer:
        assert answer.status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_only_json_is_taken(it, kind):
    body = b'{"fault": "drop"}'
    async with it.http.post(f"{it.origin}/sandbox/faults", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Host": "evil.test"},
        {"Host": "127.0.0.1.evil.test:80"},
        {"Host": "[::"},
        {"Host": "[::1]evil.test"},
        {"Host": "evil.test@localhost"},
        {"Host": "localhost/evil.test"},
        {"Host": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_no_web_page_may_steer(it, header):
    assert (await it.steer("POST", "/faults", {"fault": "drop"}, headers=header))[0] == 403
    assert (await it.steer("GET", "/requests", headers=header))[0] == 403
    assert await it.steer("GET", "/faults") == (200, {"faults": []})


async def test_faults_never_strike_the_hand_that_steers(it):
    await it.on("drop")
    assert (await it.steer("GET", "/faults"))[0] == 200
    assert it.deepgram.requests == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/fault"), ("PATCH", "/faults"), ("DELETE", "/faults/x")])
async def test_what_is_not_there_is_not_found(it, method, path):
    status, answer = await it.steer(method, path)
    assert (status, "GET /sandbox lists" in answer["error"]) == (404, True)
