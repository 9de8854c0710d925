"""What a panel may show of the wire: everything that went over it, and nothing secret."""

from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.edge.ledger import Ledger
from dgbot.serving import serving

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: NOON)
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


async def test_a_call_is_kept_with_its_headers_payload_answer_and_status(slack, client):
    await client.chat_postMessage(channel="COPS00001", text="hello")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="CNOWHERE1", text="hello")
    posted, refused = slack.ledger.exchanges()
    assert (posted.way, posted.kind, posted.status, posted.at) == ("to Slack", "chat.postMessage", 200, NOON)
    assert posted.payload["text"] == "hello"
    assert posted.answer["ok"] is True
    assert posted.headers["authorization"] == "***"
    assert "slack" in posted.headers["user-agent"].lower()
    assert posted.seconds > 0
    assert (refused.answer["ok"], refused.answer["error"]) == (False, "channel_not_found")


async def test_a_delivery_is_kept_with_what_the_bot_answered(slack):
    async def events(request):
        return JSONResponse({"text": "Working on it."})

    async with serving(Starlette(routes=[Route("/", events, methods=["POST"])])) as origin:
        slack.deliver_to(f"{origin}/")
        await slack.people["alice"].says("/deepgram usage")
    slack.deliver_to(None)
    await slack.people["alice"].says("/deepgram usage")
    delivered, lost = slack.ledger.exchanges()
    assert (delivered.way, delivered.kind, delivered.status) == ("to the bot", "slash_commands", 200)
    assert delivered.answer == {"text": "Working on it."}
    assert delivered.payload["text"] == "usage"
    assert delivered.headers["x-slack-signature"] == "***"
    assert delivered.headers["x-slack-request-timestamp"].isdigit()
    assert lost.status == "nobody"


async def test_addresses_and_tokens_that_open_something_are_masked(slack, client):
    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    url = (await apps.apps_connections_open(app_token=slack.app_token))["url"]
    await slack.people["alice"].says("/deepgram usage")
    await client.chat_postMessage(channel="COPS00001", text=f"my token is {slack.bot_token}")
    path = slack.response_urls.issue("UALICE001", "CGENERAL1")
    await AsyncWebhookClient(slack.origin + path).send(text="psst")
    shown = slack.ledger.exchanges()
    assert [one.kind for one in shown] == [
        "apps.connections.open",
        "slash_commands",
        "chat.postMessage",
        "response_url",
    ]
    assert shown[1].payload["response_url"] == f"{slack.origin}/response/***"
    assert (shown[3].payload["text"], shown[3].status) == ("psst", 200)
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, url.partition("ticket=")[2], path):
        assert secret not in repr(shown)


async def test_a_secret_that_is_named_later_is_masked_in_what_was_kept(slack, client):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "`0123456789abcdef`"}}]
    await client.chat_postMessage(channel="COPS00001", text="key", blocks=blocks)
    assert "0123456789abcdef" in repr(slack.ledger.exchanges())
    slack.ledger.secrets = lambda: ["0123456789abcdef"]
    assert "0123456789abcdef" not in repr(slack.ledger.exchanges())


def test_a_full_ledger_forgets_the_oldest_and_goes_on_counting():
    ledger = Ledger(lambda: NOON, kept=2)
    for number in range(3):
        ledger.note("to Slack", f"call {number}", status=200, seconds=0, payload={}, answer={}, headers={})
    assert [one.kind for one in ledger.exchanges()] == ["call 1", "call 2"]
    assert ledger.count == 3
