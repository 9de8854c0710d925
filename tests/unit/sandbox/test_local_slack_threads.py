"""Replies that the whole channel sees too."""

from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.transcript import news
from dgbot.serving import serving

OPS = "COPS00001"


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


@pytest.fixture
async def root(client):
    return (await client.chat_postMessage(channel=OPS, text="$42 left"))["ts"]


async def test_a_broadcast_reply_names_its_root(client, root):
    posted = await client.chat_postMessage(channel=OPS, text="now $8", thread_ts=root, reply_broadcast=True)
    message = posted["message"]
    assert (message["subtype"], message["thread_ts"], message["root"]["ts"]) == ("thread_broadcast", root, root)


async def test_a_plain_reply_is_in_its_thread_alone(client, root):
    posted = await client.chat_postMessage(channel=OPS, text="now $8", thread_ts=root)
    assert "subtype" not in posted["message"]


async def test_what_answers_nothing_is_no_broadcast(client):
    posted = await client.chat_postMessage(channel=OPS, text="now $8", reply_broadcast=True)
    assert "subtype" not in posted["message"]


async def test_an_edit_can_broadcast_a_reply_and_keeps_one(client, root):
    posted = await client.chat_postMessage(channel=OPS, text="now $8", thread_ts=root)
    edited = await client.chat_update(channel=OPS, ts=posted["ts"], text="now $7", reply_broadcast=True)
    assert edited["message"]["subtype"] == "thread_broadcast"
    edited = await client.chat_update(channel=OPS, ts=posted["ts"], text="now $6")
    assert edited["message"]["subtype"] == "thread_broadcast"


async def test_scripts_see_a_broadcast_once(slack, client, root):
    mark = slack.mark()
    await client.chat_postMessage(channel=OPS, text="now $8", thread_ts=root, reply_broadcast=True)
    assert slack.channel_texts("ops", mark) == ["now $8"]
    assert slack.people["bob"].sees(mark) == ["now $8"]
    assert [item.text for item in news(slack.workspace, mark)] == ["now $8"]
