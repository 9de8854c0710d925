"""Files: announced, uploaded, shared; each step through slack_sdk or plain HTTP."""

from datetime import UTC, datetime

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.world.workspace import Channel
from dgbot.serving import serving

OPS = "COPS00001"


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    local.web_api.scopes |= {"files:write"}
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


async def error(call):
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


async def uploaded(client, content=b"day,hours\n", name="usage.csv"):
    announced = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with aiohttp.ClientSession() as session, session.post(announced["upload_url"], data=content) as answer:
        assert (answer.status, await answer.text()) == (200, f"OK - {len(content)}")
    return announced["file_id"]


async def test_a_file_becomes_a_message_of_the_channel(slack, client):
    answer = await client.files_upload_v2(
        channel=OPS, content=b"day,hours\n", filename="usage.csv", title="Usage", initial_comment="The *week*"
    )
    assert slack.channel_texts("ops") == ["The week\n📎 Usage (10 bytes)"]
    file = slack.files[answer["files"][0]["id"]]
    assert (file.content, file.title, file.shared) == (b"day,hours\n", "Usage", True)
    assert slack.bot_token not in repr(slack.ledger.exchanges())


async def test_a_picture_shows_what_its_alternative_text_says(slack, client):
    await client.files_upload_v2(channel=OPS, content=b"\x89PNG", filename="usage.png", alt_txt="Mon 3 h, Tue 5 h")
    assert slack.channel_texts("ops") == ["[image: Mon 3 h, Tue 5 h]"]


async def test_a_file_can_answer_in_a_thread_or_stay_private(slack, client):
    parent = await client.chat_postMessage(channel=OPS, text="card")
    file_id = await uploaded(client)
    files = [{"id": file_id}]
    lost = client.files_completeUploadExternal(files=files, channel_id=OPS, thread_ts="1.2")
    assert await error(lost) == "thread_not_found"
    await client.files_completeUploadExternal(files=files, channel_id=OPS, thread_ts=parent["ts"])
    assert slack.channel_texts("ops") == ["card"]
    assert slack.thread_texts("ops") == ["📎 usage.csv (10 bytes)"]
    private = await uploaded(client)
    await client.files_completeUploadExternal(files=[{"id": private}])
    assert len(slack.channel_texts("ops") + slack.thread_texts("ops")) == 2


async def test_a_file_is_shared_only_where_the_bot_is_a_member(slack, client):
    slack.web_api.scopes |= {"chat:write.public"}
    slack.workspace.channels["CLOUNGE01"] = Channel("CLOUNGE01", "lounge", ("UALICE001",))
    files = [{"id": await uploaded(client)}]
    for channel, expected in (("CLOUNGE01", "not_in_channel"), ("CNOWHERE1", "channel_not_found")):
        assert await error(client.files_completeUploadExternal(files=files, channel_id=channel)) == expected


async def test_only_what_was_uploaded_can_be_shared_and_only_once(slack, client):
    announced = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    early = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}], channel_id=OPS)
    assert await error(early) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        for content, status in ((b"toolong", 400), (b"abc", 200), (b"abc", 404)):
            async with session.post(announced["upload_url"], data=content) as answer:
                assert answer.status == status
    files = [{"id": announced["file_id"]}]
    await client.files_completeUploadExternal(files=files, channel_id=OPS)
    assert await error(client.files_completeUploadExternal(files=files, channel_id=OPS)) == "file_not_found"


async def test_a_markdown_block_beside_a_file_breaks_slack(client):
    body = {
        "files": [{"id": await uploaded(client)}],
        "channel_id": OPS,
        "blocks": [{"type": "markdown", "text": "x"}],
    }
    assert await error(client.api_call("files.completeUploadExternal", json=body)) == "internal_error"


async def test_a_file_without_the_scope_is_not_even_announced(slack, client):
    slack.web_api.scopes -= {"files:write"}
    assert await error(client.files_getUploadURLExternal(filename="a.csv", length=3)) == "missing_scope"
