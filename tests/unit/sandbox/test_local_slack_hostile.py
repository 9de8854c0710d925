"""What a bot sends that nobody could read again is refused at every door, and nobody else notices."""

import asyncio
import io
import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from dgbot.sandbox.slack import LocalSlack, NotAccepted
from dgbot.sandbox.slack.edge.reading import DEEPEST, KEPT_WHOLE, LARGEST, Unreadable, read_json
from dgbot.sandbox.slack.people.interactions import TROUBLE
from dgbot.serving import serving

STRANGE = {
    "no number": '{"zz": NaN}',
    "beyond all floats": '{"zz": 1e400}',
    "a whole number beyond all floats": '{"zz": 1' + "0" * 400 + "}",
    "half a character": r'{"zz": "lone \ud800 end"}',
    "too deep": '{"zz": ' + "[" * DEEPEST + "]" * DEEPEST + "}",
    "far too deep": "[" * 100_000,
}
strange = pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
OPS = "COPS00001"
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Deny"},
    "submit": {"type": "plain_text", "text": "Deny it"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
HOME = {"type": "home", "blocks": []}


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
async def session(slack):
    async with aiohttp.ClientSession(slack.origin) as opened:
        yield opened


@pytest.fixture
async def acks(slack):
    """A bot that acknowledges with whatever bytes the test puts in here."""
    said: dict[str, Any] = {"body": b"", "type": "application/json"}

    async def answer(_):
        return Response(said["body"], media_type=said["type"])

    async with serving(Starlette(routes=[Route("/", answer, methods=["POST"])])) as origin:
        slack.deliver_to(f"{origin}/")
        yield said


async def call(session, slack, method, body, kind="application/json"):
    headers = {"authorization": f"Bearer {slack.bot_token}", "content-type": kind}
    async with session.post(f"/api/{method}", data=body, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("body", ["[" * DEEPEST + "]" * DEEPEST, '"\\ud83d\\ude00"', "1e308", "9" * 300, "{}"])
def test_what_everybody_can_read_is_read(body):
    assert read_json(body) == json.loads(body)


@strange
def test_what_nobody_could_read_again_is_not_read(body):
    with pytest.raises(Unreadable):
        read_json(body)


@strange
async def test_strange_json_is_refused_by_the_web_api_and_nothing_is_posted(slack, session, body):
    assert await call(session, slack, "chat.postMessage", body) == (200, {"ok": False, "error": "invalid_json"})
    blocks = {"channel": OPS, "text": "x", "blocks": f'[{{"type": "divider", "zz": {body}}}]'}
    status, answer = await call(session, slack, "chat.postMessage", json.dumps(blocks))
    assert (status, answer["error"]) == (200, "invalid_blocks_format")
    assert slack.channel_texts("ops") == []


@strange
async def test_strange_json_is_refused_at_a_response_url_and_leaves_it_good(slack, session, body):
    path = slack.response_urls.issue("UALICE001", OPS)
    async with session.post(path, data=body) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_payload")
    async with session.post(path, json={"text": "good", "thread_ts": [1]}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_thread_ts")
    async with session.post(path, json={"text": "good"}) as answer:
        assert answer.status == 200
    assert slack.people["alice"].sees() == ["good"]


@strange
async def test_nobody_without_a_token_brings_strange_json_in(slack, session, body):
    for path, status in (("/api/x", 200), ("/response/X", 404), ("/upload/X", 404)):
        async with session.post(path, data=body, headers={"content-type": "application/json"}) as answer:
            assert answer.status == status
    assert all(isinstance(json.dumps(one.payload, allow_nan=False), str) for one in slack.ledger.exchanges())


@strange
async def test_a_frame_that_can_not_be_read_acknowledges_nothing_and_the_line_stays(slack, session, body):
    headers = {"authorization": f"Bearer {slack.app_token}"}
    async with session.post("/api/apps.connections.open", headers=headers) as answer:
        url = (await answer.json())["url"]
    async with session.ws_connect(url) as socket:
        await socket.receive_json()
        said = asyncio.create_task(slack.people["alice"].says("/deepgram usage"))
        envelope = await socket.receive_json()
        for frame in (body, '{"envelope_id": [1]}', "[]", "x" * (LARGEST + 1)):
            await socket.send_str(frame)
        await socket.send_bytes(b"\xff")
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await said).status == "acked"


@pytest.mark.parametrize("path", ["/api/chat.postMessage", "/response/X", "/upload/X"])
async def test_a_body_without_end_is_refused(slack, session, path):
    most = 32 * LARGEST if path == "/upload/X" else LARGEST
    async with session.post(path, data=io.BytesIO(b"x" * (most + 1))) as answer:
        assert (answer.status, (await answer.json())["error"]) == (413, "request_too_large")
    [one] = slack.ledger.exchanges()
    assert (one.status, one.payload) == (413, {"bytes": most + 1})


async def test_of_a_large_call_the_size_is_remembered(slack, session):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 30
    body = json.dumps({"channel": OPS, "text": "large", "blocks": blocks})
    assert len(body) > KEPT_WHOLE
    assert (await call(session, slack, "chat.postMessage", body))[1]["ok"]
    assert slack.calls[-1].arguments == {"bytes": len(body)}
    [one] = slack.ledger.exchanges()
    assert (one.payload, one.answer) == ({"bytes": len(body)}, {"bytes": len(body)})


async def test_a_file_may_not_fill_the_memory(slack, session):
    for length, error in (("9" * 5000, "invalid_arguments"), ("²", "invalid_arguments"), ("0", "invalid_arguments")):
        body = {"filename": "x", "length": length}
        slack.web_api.scopes |= {"files:write"}
        assert (await call(session, slack, "files.getUploadURLExternal", json.dumps(body)))[1]["error"] == error
    large = {"filename": "x", "length": 32 * LARGEST + 1}
    answer = (await call(session, slack, "files.getUploadURLExternal", json.dumps(large)))[1]
    assert answer["error"] == "file_upload_size_restricted"


@pytest.mark.parametrize(
    ("given", "error"),
    [({"limit": "²"}, "invalid_limit"), ({"limit": "9" * 5000}, "invalid_limit"), ({"cursor": "²"}, "invalid_cursor")],
)
async def test_a_page_is_counted_in_plain_digits(slack, session, given, error):
    assert (await call(session, slack, "users.list", json.dumps(given)))[1]["error"] == error


async def test_one_person_is_opened_by_an_id_alone(slack, session):
    answer = (await call(session, slack, "conversations.open", json.dumps({"users": [["U"]]})))[1]
    assert answer["error"] == "user_not_found"


async def test_a_token_in_the_address_opens_nothing(slack, session):
    params = {"token": slack.bot_token, "channel": OPS, "text": "planted"}
    for calling in (session.get, session.post):
        async with calling("/api/chat.postMessage", params=params) as answer:
            assert (await answer.json())["error"] == "not_authed"
    assert slack.channel_texts("ops") == []
    assert slack.bot_token not in repr(slack.calls)


# What it answers to what a person did


@pytest.mark.parametrize("body", [*(one.encode() for one in STRANGE.values()), b"\xff\xfe", b"[]", b"plain words"])
async def test_an_acknowledgement_that_is_no_json_is_a_text_that_can_be_read(slack, acks, body):
    acks["body"] = body
    acks["type"] = "text/plain; charset=no-such-charset"
    assert (await slack.people["alice"].says("/deepgram usage")).acked
    json.dumps(slack.people["alice"].sees(), ensure_ascii=False).encode()


async def test_an_acknowledgement_without_end_is_a_failure(slack, acks):
    acks["body"] = b"x" * (LARGEST + 1)
    assert (await slack.people["alice"].says("/deepgram usage")).status == "too large"
    assert slack.people["alice"].sees() == ['/deepgram failed with the error "dispatch_failed"']


async def test_a_command_may_not_answer_with_more_than_a_message_holds(slack, acks):
    acks["body"] = json.dumps({"text": "x" * 40_001}).encode()
    await slack.people["alice"].says("/deepgram usage")
    assert slack.people["alice"].sees() == ['/deepgram failed with the error "msg_too_long"']


BAD = {
    "errors that are a list": {"response_action": "errors", "errors": [1]},
    "errors that are a word": {"response_action": "errors", "errors": "abc"},
    "errors that are a number": {"response_action": "errors", "errors": 5},
    "no errors": {"response_action": "errors", "errors": {}},
    "an error of no field": {"response_action": "errors", "errors": {"elsewhere": "no"}},
    "an error without words": {"response_action": "errors", "errors": {"why": {}}},
    "an update to nothing": {"response_action": "update"},
    "an update to a home": {"response_action": "update", "view": HOME},
    "a push of a home": {"response_action": "push", "view": HOME},
    "a chart in a modal": {
        "response_action": "update",
        "view": FORM | {"blocks": [{"type": "data_visualization", "title": "x", "chart": {"series": [{"name": {}}]}}]},
    },
    "an action that is none": {"response_action": "vanish"},
    "an action that is no word": {"response_action": [1]},
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_a_form_stays_when_its_answer_makes_no_sense(slack, acks, body):
    acks["body"] = json.dumps(body).encode()
    view = slack.workspace.open_modal("UALICE001", FORM)
    await slack.people["alice"].submits({"Reason": "because"})
    assert slack.workspace.open_modal_of("UALICE001").view_id == view.view_id
    assert slack.people["alice"].sees()[-1] == TROUBLE


async def test_an_answer_lays_no_fourth_window_on_three(slack, acks):
    acks["body"] = json.dumps({"response_action": "push", "view": FORM}).encode()
    slack.workspace.open_modal("UALICE001", FORM)
    for _ in range(5):
        await slack.people["alice"].submits({"Reason": "because"})
    assert len(slack.workspace.modals["UALICE001"]) == 3
    assert TROUBLE in slack.people["alice"].sees()


async def test_errors_that_name_a_field_are_shown_at_it(slack, acks):
    acks["body"] = json.dumps({"response_action": "errors", "errors": {"why": "Say more."}}).encode()
    slack.workspace.open_modal("UALICE001", FORM)
    with pytest.raises(NotAccepted, match="Say more"):
        await slack.people["alice"].submits({"Reason": "because"})


# What it posts that was not read, because Slack reads little of what lies deep


@pytest.mark.parametrize(
    "block",
    [
        {"type": "data_visualization", "title": "x", "chart": "abc"},
        {"type": "plan", "title": "x", "tasks": [1]},
        {"type": "rich_text", "elements": [5]},
        {"type": "table", "rows": [[{}], 7]},
        {"type": "actions", "elements": [{"type": "datetimepicker", "initial_date_time": 1e300}]},
        {"type": "actions", "elements": [{"type": "datetimepicker", "initial_date_time": "soon"}]},
    ],
)
async def test_a_block_that_can_not_be_read_costs_itself_alone(slack, block):
    good = {"type": "section", "text": {"type": "mrkdwn", "text": "*still here*"}}
    slack.workspace.post(OPS, "UDGBOT001", "x", [block, good])
    [seen] = slack.people["alice"].sees()
    assert seen.split("\n")[-1] == "still here"
    assert f"[{block['type']}: it can't be read]" in seen


@pytest.mark.parametrize("stamp", ["²", "9" * 30, "9" * 5000, "-1e9", "x"])
async def test_a_date_that_is_none_is_read_as_its_fallback(slack, stamp):
    slack.workspace.post(OPS, "UDGBOT001", f"due <!date^{stamp}^{{date}}|one day>")
    assert slack.people["alice"].sees() == ["due one day"]
