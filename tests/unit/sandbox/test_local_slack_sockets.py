"""Socket Mode as Slack keeps it: many connections, tickets for one use, farewells; and events that come again."""

import asyncio
import contextlib
from datetime import UTC, datetime

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.edge.delivery import SLACKS_RETRIES
from dgbot.serving import serving


class Pauses(list[float]):
    async def __call__(self, seconds):
        self.append(seconds)


@pytest.fixture
def pauses():
    return Pauses()


@pytest.fixture
async def slack(pauses):
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC), pause=pauses)
    local.installed.events = frozenset({"app_mention"})
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
async def dial(slack):
    """Return a function that opens one more connection and returns it with the hello that it got."""
    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:

        async def connect():
            url = (await apps.apps_connections_open(app_token=slack.app_token))["url"]
            socket = await stack.enter_async_context(session.ws_connect(url, autoping=False))
            return socket, await socket.receive_json()

        yield connect


async def acknowledge(socket):
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope


async def test_ten_connections_are_welcome_and_the_eleventh_is_sent_away(slack, dial):
    hellos = [(await dial())[1] for _ in range(10)]
    assert [hello["num_connections"] for hello in hellos] == list(range(1, 11))
    eleventh, said = await dial()
    assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")
    assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE
    assert slack.delivery.connections == 10


async def test_each_connection_gets_its_share_of_envelopes(slack, dial):
    sockets = [(await dial())[0] for _ in range(3)]
    for socket in sockets:
        said = asyncio.create_task(slack.people["alice"].says("/deepgram usage"))
        assert (await acknowledge(socket))["payload"]["text"] == "usage"
        assert (await said).acked


async def test_an_address_opens_one_connection(slack):
    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    url = (await apps.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_ping_is_answered_with_its_own_words(dial):
    socket, _ = await dial()
    await socket.ping(b"sdk-ping-pong:1")
    answer = await socket.receive()
    assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_a_warning_leaves_the_connection_open(slack, dial):
    socket, _ = await dial()
    await slack.delivery.sockets.disconnect("warning")
    said = await socket.receive_json()
    assert (said["type"], said["reason"]) == ("disconnect", "warning")
    command = asyncio.create_task(slack.people["alice"].says("/deepgram usage"))
    await acknowledge(socket)
    assert (await command).acked


async def test_a_refresh_closes_the_connection_and_loses_what_was_on_it(slack, dial):
    socket, _ = await dial()
    command = asyncio.create_task(slack.people["alice"].says("/deepgram usage"))
    assert (await socket.receive_json())["type"] == "slash_commands"
    await slack.delivery.sockets.disconnect("refresh_requested")
    assert (await socket.receive_json())["reason"] == "refresh_requested"
    assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert (await command).status == "nobody"
    assert slack.delivery.connections == 0


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_bot_that_is_asked_to_make_way_comes_back_and_works_on(slack, monkeypatch, reason):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    client = AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])
    bot = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @bot.command("/deepgram")
    async def command(ack):
        await ack(text="Here again.")

    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    handler = AsyncSocketModeHandler(bot, slack.app_token, web_client=apps)
    await handler.connect_async()
    sockets = slack.delivery.sockets
    while not sockets.opened:
        await asyncio.sleep(0.005)
    await sockets.disconnect(reason)
    alice = slack.people["alice"]
    async with asyncio.timeout(30):  # the client may open more than one connection until it is content
        while sockets.opened < 2 or not (await alice.says("/deepgram usage")).acked:
            await asyncio.sleep(0.005)
    assert alice.sees()[-1] == "Here again."
    await handler.close_async()


@contextlib.asynccontextmanager
async def answering(slack, *answers):
    """Serve a bot that gives these (status, headers), and yield the headers and bodies it was sent."""
    left, got = list(answers), []

    async def events(request: Request):
        got.append((dict(request.headers), await request.json()))
        status, headers = left.pop(0)
        return PlainTextResponse("", status, headers)

    async with serving(Starlette(routes=[Route("/", events, methods=["POST"])])) as origin:
        slack.deliver_to(f"{origin}/")
        yield got


async def test_an_event_is_tried_again_on_slacks_schedule_until_it_is_taken(slack, pauses):
    slack.delivery.retries = SLACKS_RETRIES
    async with answering(slack, (500, {}), (503, {}), (200, {})) as got:
        delivered = await slack.people["alice"].says("@dgbot hello")
    assert delivered.acked
    assert pauses == [0, 60]
    tries = [(sent.get("x-slack-retry-num"), sent.get("x-slack-retry-reason")) for sent, _ in got]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({body["event_id"] for _, body in got}) == 1


async def test_an_event_is_given_up_after_three_more_attempts(slack, pauses):
    slack.delivery.retries = SLACKS_RETRIES
    async with answering(slack, *[(500, {})] * 4) as got:
        delivered = await slack.people["alice"].says("@dgbot hello")
    assert (delivered.acked, delivered.status, len(got)) == (False, 500, 4)
    assert pauses == [0, 60, 300]


async def test_a_bot_may_ask_for_no_retry(slack, pauses):
    slack.delivery.retries = SLACKS_RETRIES
    async with answering(slack, (500, {"X-Slack-No-Retry": "1"})) as got:
        assert not (await slack.people["alice"].says("@dgbot hello")).acked
    assert (len(got), pauses) == (1, [])


async def test_nobody_at_the_address_is_told_as_a_failed_connection(slack):
    slack.delivery.retries = SLACKS_RETRIES
    slack.deliver_to("http://127.0.0.1:9/")
    await slack.people["alice"].says("@dgbot hello")
    reasons = [one.headers.get("x-slack-retry-reason") for one in slack.ledger.exchanges()]
    assert reasons == [None, *["connection_failed"] * 3]


async def test_commands_and_clicks_are_never_tried_again(slack, pauses):
    slack.delivery.retries = SLACKS_RETRIES
    assert (await slack.people["alice"].says("/deepgram usage")).status == "nobody"
    assert pauses == []


async def test_an_event_comes_again_on_another_connection_and_says_so(slack, dial, pauses):
    slack.delivery.retries, slack.delivery.ack_within = SLACKS_RETRIES, 0.2
    deaf, _ = await dial()
    awake, _ = await dial()
    said = asyncio.create_task(slack.people["alice"].says("@dgbot hello"))
    first, second = await deaf.receive_json(), await acknowledge(awake)
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "http_timeout")
    assert second["payload"]["event_id"] == first["payload"]["event_id"]
    assert (await said).acked
