"""The HTTP door as Slack finds it: guard, Bolt and inbox together."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from urllib.parse import quote_plus, urlencode

import aiohttp
import pytest

from dgbot.adapters.slack import transport
from dgbot.adapters.storage import OutcomeUnknown, StoreBusy
from tests.office import ALICE, BOB
from tests.unit.slack.signing import signed
from tests.unit.slack.test_guard import CLICK, COMMAND, FORM

HELP = urlencode(COMMAND | {"text": "help", "user_id": ALICE}).encode()


@pytest.fixture
def post(office, loopback):
    async def post(raw: bytes, *, sign=True, headers=(), kind=b"application/x-www-form-urlencoded", method="POST"):
        own = signed(raw, secret=office.slack.signing_secret.encode(), stamp=int(time.time()), kind=kind)
        sent = [(name.decode(), value.decode()) for name, value in [*(own if sign else ()), *headers]]
        async with (
            aiohttp.ClientSession(headers=sent) as session,
            session.request(method, f"{loopback.bot.origin}/slack/events", data=raw) as answer,
        ):
            return answer.status, await answer.text()

    return post


async def test_a_hundred_copies_of_one_request_have_one_effect(office, post):
    answers = await asyncio.gather(*(post(HELP, headers=[(b"x-slack-retry-num", b"1")]) for _ in range(100)))
    await office.settle()
    assert {status for status, _ in answers} == {200}
    assert [action for _, action, _ in await office.audit_log()] == ["command.run"]


async def test_one_event_that_came_in_two_envelopes_has_one_effect(office, post):
    await post(HELP)
    await post(HELP + b"&extra=1")
    await office.settle()
    assert [action for _, action, _ in await office.audit_log()] == ["command.run"]


async def test_nothing_unsigned_reaches_the_inbox_and_nothing_of_it_the_log(office, post, caplog):
    status, body = await post(HELP, sign=False)
    assert (status, body) == (401, "")
    assert (await post(b"y" * 300_000, sign=False))[0] == 413
    assert (await office.store.backlog(office.clock.now())).inbox == 0
    assert "yyy" not in caplog.text
    assert await office.audit_log() == []


async def test_nothing_that_people_type_is_logged_at_any_level(office, post, caplog):
    with caplog.at_level(logging.DEBUG):
        await post(urlencode(COMMAND | {"text": "help my-secret-plan", "user_id": ALICE}).encode())
        await office.settle()
    assert "my-secret-plan" not in caplog.text
    assert len(await office.audit_log()) == 1


async def test_slack_is_answered_when_it_asks_for_the_address(post):
    question = json.dumps({"type": "url_verification", "challenge": "say this"}).encode()
    assert await post(question, kind=b"application/json") == (200, "say this")
    assert (await post(b"ssl_check=1"))[0] == 200


async def test_only_posts_are_answered(post):
    assert (await post(b"", method="GET"))[0] == 405


async def test_a_command_that_is_not_ours_is_not_acknowledged(office, post):
    status, _ = await post(urlencode(COMMAND | {"command": "/other"}).encode())
    assert status == 404


ODD = [
    {"channel": "C1"}, {"channel": {"id": 7}}, {"response_url": 5}, {"trigger_id": []}, {"view": 1},
    {"message": []}, {"authorizations": 3}, {"authorizations": [None]}, {"enterprise": 1}, {"event": 1},
    {"container": []}, {"is_enterprise_install": []}, {"bot_id": {}}, {"function_data": 1}, {"channel_id": 1},
    {"event": {"type": 1}}, {"user": {"id": BOB, "team_id": 5}}, {"actions": [{"action_id": "dg:", "value": []}]},
]  # fmt: skip


@pytest.mark.parametrize("whole", [CLICK, FORM])
async def test_odd_fields_in_a_signed_request_are_no_error(post, whole):
    for odd in ODD:
        status, _ = await post(b"payload=" + quote_plus(json.dumps(whole | odd)).encode())
        assert status in {200, 400, 404}, odd


async def test_what_cant_be_stored_is_not_acknowledged(office, post, monkeypatch):
    async def full(_):
        raise OSError("disk full")

    monkeypatch.setattr(office.parts.inbox._store, "receive", full)
    status, _ = await post(HELP)
    assert status == 500


def unkept(office, monkeypatch, error):
    async def fail(_):
        raise error

    monkeypatch.setattr(office.parts.inbox._store, "receive", fail)


async def test_a_command_that_the_database_cant_keep_is_answered_and_not_done(office, post, monkeypatch, logged):
    unkept(office, monkeypatch, StoreBusy("Another process keeps the database locked."))
    status, body = await post(HELP)
    assert (status, json.loads(body)) == (
        200,
        {
            "text": "The bot can't keep this right now, so nothing was done. Try again in a minute.",
            "response_type": "ephemeral",
        },
    )
    assert [event["event"] for event in logged] == ["delivery not kept"]


@pytest.mark.parametrize("whole", [CLICK, FORM])
async def test_a_click_that_the_database_cant_keep_fails_with_one_line_in_the_log(
    office, post, monkeypatch, logged, caplog, whole
):
    unkept(office, monkeypatch, StoreBusy("Another process keeps the database locked."))
    status, _ = await post(b"payload=" + quote_plus(json.dumps(whole)).encode())
    assert status == 503
    assert [event["event"] for event in logged] == ["delivery not kept"]
    assert "Traceback" not in caplog.text


async def test_nobody_is_told_that_nothing_was_done_when_nobody_knows(office, post, monkeypatch):
    unkept(office, monkeypatch, OutcomeUnknown("The commit failed."))
    assert await post(HELP) == (503, "")


async def test_a_body_that_never_ends_is_not_waited_for(office, loopback, monkeypatch):
    monkeypatch.setattr(transport, "READ_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection(*loopback.bot.origin.removeprefix("http://").split(":"))
    writer.write(b"POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 10\r\n\r\nx")
    async with asyncio.timeout(3):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
