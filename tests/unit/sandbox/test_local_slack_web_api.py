"""What Slack's Web API answers, asked through slack_sdk, and how its refusals read."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.edge.tickets import Triggers
from dgbot.sandbox.slack.world.workspace import BOT, Channel
from dgbot.serving import serving

BUTTON = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": [BUTTON]}


class Clock:
    def __init__(self):
        self.time = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def slack(clock):
    local = LocalSlack(clock)
    local.web_api.scopes |= {"chat:write.public", "users:read.email", "channels:read", "groups:read"}
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


async def error(call):
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


async def test_the_token_decides_who_may_call(slack, client):
    me = await client.auth_test()
    assert (me["user_id"], me["team_id"], me["user"]) == (BOT, slack.team_id, "dgbot")
    assert "chat:write" in me.headers["x-oauth-scopes"].split(",")

    base = f"{slack.origin}/api/"
    assert await error(AsyncWebClient(token="xoxb-wrong", base_url=base).auth_test()) == "invalid_auth"
    assert await error(AsyncWebClient(base_url=base).auth_test()) == "not_authed"
    assert await error(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    assert await error(client.api_call("no.such")) == "unknown_method"
    slack.web_api.scopes -= {"users:read"}
    assert await error(client.users_info(user="UBOB00001")) == "missing_scope"


async def test_the_ledger_has_every_call_and_no_token(slack, client):
    await client.chat_postMessage(channel="COPS00001", text="hello")
    await error(client.chat_postMessage(channel="CNOWHERE1", text="hello"))
    first, second = slack.calls
    assert (first.method, first.ok, first.error) == ("chat.postMessage", True, "")
    assert first.arguments["text"] == "hello"
    assert (second.ok, second.error) == (False, "channel_not_found")
    assert slack.bot_token not in repr(slack.calls)


async def test_a_message_goes_to_a_channel_a_thread_or_a_person(slack, client):
    parent = await client.chat_postMessage(
        channel="CALERTS01", text="low", metadata={"event_type": "incident", "event_payload": {"id": "i1"}}
    )
    await client.chat_postMessage(channel="CALERTS01", text="lower", thread_ts=parent["ts"])
    direct = await client.chat_postMessage(channel="UALICE001", text="psst")
    opened = await client.conversations_open(users="UALICE001")

    assert parent["message"]["metadata"]["event_payload"] == {"id": "i1"}
    assert (slack.channel_texts("alerts"), slack.thread_texts("alerts")) == (["low"], ["lower"])
    assert slack.people["alice"].sees() == ["low", "lower", "psst"]
    assert slack.people["bob"].sees() == ["low", "lower"]
    assert direct["channel"] == opened["channel"]["id"]
    assert direct["channel"].startswith("D")
    link = await client.chat_getPermalink(channel="CALERTS01", message_ts=parent["ts"])
    assert link["permalink"].endswith(f"/CALERTS01/p{parent['ts'].replace('.', '')}")


async def test_what_cannot_be_posted_is_refused_with_a_pointer(slack, client):
    assert await error(client.api_call("chat.postMessage", json={"channel": "COPS00001"})) == "no_text"
    assert await error(client.chat_postMessage(channel="COPS00001", text="x" * 40_001)) == "msg_too_long"
    assert await error(client.chat_postMessage(channel="COPS00001", text="x", thread_ts="1.2")) == "thread_not_found"
    assert await error(client.chat_postMessage(channel=BOT, text="x")) == "channel_not_found"
    blocks = [{"type": "divider"}, {"type": "header", "text": {"type": "mrkdwn", "text": "no"}}]
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="COPS00001", text="x", blocks=blocks)
    assert refused.value.response["error"] == "invalid_blocks"
    (said,) = refused.value.response["response_metadata"]["messages"]
    assert "[json-pointer:/blocks/1/text]" in said
    assert slack.channel_texts("ops") == []


async def test_a_channel_the_bot_is_not_in_needs_the_public_scope(slack, client):
    slack.workspace.channels["CLOUNGE01"] = Channel("CLOUNGE01", "lounge", ("UALICE001",))
    slack.workspace.channels["CSECRET01"] = Channel("CSECRET01", "secret", ("UALICE001",), is_private=True)
    await client.chat_postMessage(channel="CLOUNGE01", text="public")
    assert await error(client.chat_postEphemeral(channel="CLOUNGE01", user="UALICE001", text="x")) == "not_in_channel"
    slack.web_api.scopes -= {"chat:write.public"}
    assert await error(client.chat_postMessage(channel="CLOUNGE01", text="x")) == "not_in_channel"
    assert await error(client.chat_postMessage(channel="CSECRET01", text="x")) == "channel_not_found"
    assert await error(client.conversations_info(channel="CSECRET01")) == "channel_not_found"
    assert not (await client.conversations_info(channel="CLOUNGE01"))["channel"]["is_member"]


async def test_an_edit_replaces_and_text_alone_removes_the_blocks(slack, client):
    posted = await client.chat_postMessage(channel="UBOB00001", text="x", blocks=[BUTTON])
    mark = slack.mark()
    assert await error(client.chat_update(channel="UBOB00001", ts=posted["ts"], text="y")) == "channel_not_found"
    assert await error(client.chat_update(channel=posted["channel"], ts="1.2", text="y")) == "message_not_found"
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="done")
    assert slack.people["bob"].sees(mark) == ["done"]
    slack.installed.messages_read_only = False
    await slack.people["bob"].says("mine", channel="dgbot")
    theirs = max(ts for channel, ts in slack.workspace.messages if channel == posted["channel"])
    assert await error(client.chat_update(channel=posted["channel"], ts=theirs, text="y")) == "cant_update_message"
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.people["bob"].sees() == ["mine"]


async def test_an_ephemeral_is_for_one_member_and_cannot_be_edited(slack, client):
    shown = await client.chat_postEphemeral(channel="CGENERAL1", user="UGINA0001", text="only you")
    assert slack.people["gina"].sees() == ["only you"]
    assert slack.people["alice"].sees() == []
    edit = client.chat_update(channel="CGENERAL1", ts=shown["message_ts"], text="x")
    assert await error(edit) == "message_not_found"
    other = client.chat_postEphemeral(channel="COPS00001", user="UGINA0001", text="x")
    assert await error(other) == "user_not_in_channel"


async def test_people_groups_and_channels_can_be_looked_up(client):
    gina = (await client.users_info(user="UGINA0001"))["user"]
    assert (gina["is_restricted"], gina["is_bot"], gina["deleted"]) == (True, False, False)
    assert gina["profile"]["email"] == "gina@acme.test"
    assert (await client.users_lookupByEmail(email="Bob@acme.test"))["user"]["id"] == "UBOB00001"
    assert await error(client.users_lookupByEmail(email="x@acme.test")) == "users_not_found"
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["id"], group["handle"]) == ("SKEYAPPR1", "key-approvers")
    assert group["users"] == ["UBOB00001", "UCAROL001"]
    members = (await client.usergroups_users_list(usergroup="SKEYAPPR1"))["users"]
    assert members == ["UBOB00001", "UCAROL001"]
    assert await error(client.usergroups_users_list(usergroup="SNONE0001")) == "no_such_subteam"
    keys = (await client.conversations_info(channel="CKEYAPPR1"))["channel"]
    assert (keys["name"], keys["is_private"], keys["is_member"]) == ("key-approvals", True, True)
    page = await client.conversations_members(channel="COPS00001", limit=3)
    rest = await client.conversations_members(channel="COPS00001", cursor=page["response_metadata"]["next_cursor"])
    assert [*page["members"], *rest["members"]] == ["UALICE001", "UBOB00001", "UCAROL001", BOT]
    assert rest["response_metadata"]["next_cursor"] == ""


async def test_a_trigger_opens_one_view_in_three_seconds(slack, client):
    now = 100.0
    triggers = Triggers(slack.workspace, monotonic=lambda: now)
    first, second = triggers.issue("UBOB00001"), triggers.issue("UBOB00001")
    assert triggers.exchange(first) == ("UBOB00001", "")
    assert triggers.exchange(first) == ("", "exchanged_trigger_id")
    now += 3.1
    assert triggers.exchange(second) == ("", "expired_trigger_id")
    assert await error(client.views_open(trigger_id="made.up", view=MODAL)) == "invalid_trigger_id"


@pytest.fixture
async def trigger(slack):
    """Return a function that gives a fresh trigger id of bob's, as a bot would have received it."""
    seen: asyncio.Queue[dict[bytes, bytes]] = asyncio.Queue()

    async def events(scope, receive, send):
        body = b""
        while (event := await receive()).get("more_body") or event.get("body"):
            body += event["body"]
            if not event.get("more_body"):
                break
        await seen.put(dict(part.split(b"=", 1) for part in body.split(b"&")))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def fresh():
        await slack.people["bob"].says("/deepgram form")
        return (await seen.get())[b"trigger_id"].decode()

    async with serving(events) as origin:
        slack.deliver_to(origin)
        yield fresh


async def test_views_stack_to_three_and_a_stale_hash_is_refused(slack, client, trigger):
    root = (await client.views_open(trigger_id=await trigger(), view=MODAL | {"external_id": "one"}))["view"]
    assert slack.people["bob"].sees()[-1] == "Hello\n[Go]"
    newer = (await client.views_update(external_id="one", hash=root["hash"], view=MODAL))["view"]
    assert newer["id"] == root["id"]
    stale = client.views_update(view_id=root["id"], hash=root["hash"], view=MODAL)
    assert await error(stale) == "hash_conflict"
    for _ in range(2):
        pushed = (await client.views_push(trigger_id=await trigger(), view=MODAL))["view"]
        assert pushed["root_view_id"] == root["id"]
    assert await error(client.views_push(trigger_id=await trigger(), view=MODAL)) == "push_limit_reached"
    for _ in range(3):
        await slack.people["bob"].clicks("close")
    assert await error(client.views_update(view_id=root["id"], view=MODAL)) == "not_found"


async def test_a_view_slack_would_refuse_is_refused(slack, client, trigger):
    wrong = MODAL | {"title": {"type": "plain_text", "text": "x" * 25}}
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=await trigger(), view=wrong)
    assert refused.value.response["error"] == "invalid_arguments"
    assert "json-pointer:/view/title/text" in refused.value.response["response_metadata"]["messages"][0]
    home = {"type": "home", "blocks": []}
    assert await error(client.views_open(trigger_id=await trigger(), view=home)) == "invalid_arguments"
    slack.installed.home_tab = True
    await client.views_publish(user_id="UBOB00001", view=home | {"blocks": [BUTTON]})
    assert slack.people["bob"].sees()[-1] == "[Go]"


async def test_blocks_can_be_validated_without_being_shown(slack, client):
    assert (await client.api_call("blocks.validate", json={"blocks": [BUTTON]}))["ok"]
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("blocks.validate", json={"message": {"blocks": [{"type": "banner"}]}})
    assert refused.value.response["error"] == "invalid_message"
    assert refused.value.response["errors"][0]["pointer"] == "/message/blocks/0/type"
    assert await error(client.api_call("blocks.validate", json={})) == "invalid_arguments"
    assert slack.mark() == 0


@pytest.fixture
def respond(slack):
    path = slack.response_urls.issue("UALICE001", "CGENERAL1")
    return AsyncWebhookClient(slack.origin + path)


async def test_a_response_url_is_good_for_five_answers(slack, respond):
    assert (await respond.send(text="psst")).status_code == 200
    assert (await respond.send(text="hear", response_type="in_channel")).status_code == 200
    assert slack.people["alice"].sees() == ["psst", "hear"]
    assert slack.people["bob"].sees() == ["hear"]
    assert (await respond.send(text="")).status_code == 400
    statuses = [(await respond.send(text="more")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 404]


async def test_a_response_url_keeps_to_the_limits_of_a_message(slack, respond):
    for answer, error in (
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ):
        refused = await respond.send_dict(answer)
        assert (refused.status_code, error in refused.body) == (400, True)
    assert slack.people["alice"].sees() == []


async def test_a_response_url_ends_after_half_an_hour_of_sandbox_time(slack, clock, respond):
    clock.time += timedelta(minutes=30)
    assert (await respond.send(text="still")).status_code == 200
    clock.time += timedelta(seconds=1)
    late = await respond.send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_a_response_url_replaces_or_deletes_its_message(slack, client):
    posted = await client.chat_postMessage(channel="COPS00001", text="card")
    message = slack.workspace.messages["COPS00001", posted["ts"]]
    respond = AsyncWebhookClient(slack.origin + slack.response_urls.issue("UBOB00001", "COPS00001", message))
    await respond.send(text="done", replace_original=True)
    assert slack.channel_texts("ops") == ["done"]
    await respond.send(delete_original=True)
    assert slack.channel_texts("ops") == []


async def test_broken_requests_get_an_answer(slack):
    headers = {"authorization": f"Bearer {slack.bot_token}", "content-type": "application/json"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.origin}/api/auth.test", data=b"{", headers=headers) as answer:
            assert (await answer.json())["error"] == "invalid_json"
        async with session.post(f"{slack.origin}/api/auth.test", data={"token": slack.bot_token}) as answer:
            assert (await answer.json())["ok"]
        async with session.post(f"{slack.origin}/response/NOPE", json={"text": "x"}) as answer:
            assert answer.status == 404
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{slack.origin}/socket?ticket=forged")


async def test_waiting_for_a_change_needs_no_polling(slack, client):
    before = slack.mark()
    waiting = asyncio.create_task(slack.next_change(before))
    await client.chat_postMessage(channel="COPS00001", text="now")
    assert await asyncio.wait_for(waiting, 2) == before + 1
