"""What Slack refuses, refused by the local one too: asked over HTTP, and told by name and pointer."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.api.scopes import MANIFEST, PACKAGED, granted_scopes
from dgbot.sandbox.slack.world.workspace import BOT, Channel
from dgbot.serving import serving

DIVIDER = {"type": "divider"}
GENERAL, ALICE, BOB = "CGENERAL1", "UALICE001", "UBOB00001"


def plain(size=1):
    return {"type": "plain_text", "text": "x" * size}


def markdown(size):
    return {"type": "markdown", "text": "x" * size}


def button(**more):
    return {"type": "actions", "elements": [{"type": "button", "text": plain()} | more]}


def chart(index):
    data = [{"label": "Mon", "value": index + 1}]
    drawn = {"type": "bar", "series": [{"name": "s", "data": data}], "axis_config": {"categories": ["Mon"]}}
    return {"type": "data_visualization", "title": f"c{index}", "chart": drawn}


TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
MODAL = {"type": "modal", "title": plain(24), "close": plain(24), "blocks": [DIVIDER]}


class Seconds:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
async def slack(seconds):
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC), monotonic=seconds)
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


@pytest.fixture
async def trigger(slack):
    """Return a function that gives a fresh trigger id of alice's, as a Socket Mode bot would have received it."""
    apps = AsyncWebClient(token=slack.app_token, base_url=f"{slack.origin}/api/")
    url = (await apps.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"

        async def fresh():
            said = asyncio.create_task(slack.people["alice"].says("/deepgram form"))
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            await said
            return envelope["payload"]["trigger_id"]

        yield fresh


async def refused(call):
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


async def error(call):
    return (await refused(call))["error"]


@pytest.mark.parametrize(
    ("blocks", "pointer"),
    [
        ([DIVIDER] * 51, "/blocks"),
        ([DIVIDER, {"type": "header", "text": {"type": "mrkdwn", "text": "no"}}], "/blocks/1/text"),
        ([{"type": "header", "text": plain(151)}], "/blocks/0/text/text"),
        ([{"type": "section", "text": plain(3001)}], "/blocks/0/text/text"),
        ([button(value="x" * 2001)], "/blocks/0/elements/0/value"),
        ([button(style="loud")], "/blocks/0/elements/0/style"),
        ([{"type": "actions", "elements": [{"type": "plain_text_input"}]}], "/blocks/0/elements/0/type"),
        ([markdown(6001), markdown(6000)], "/blocks"),
        ([TABLE, TABLE], "/blocks"),
        ([chart(index) for index in range(3)], "/blocks"),
        ([{"type": "alert", "text": plain()}], "/blocks/0"),
    ],
)
async def test_a_message_beyond_a_limit_is_refused_and_leaves_nothing(slack, client, blocks, pointer):
    answer = await refused(client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert f"[json-pointer:{pointer}]" in answer["response_metadata"]["messages"][0]
    assert slack.channel_texts("general") == []
    validated = await refused(client.api_call("blocks.validate", json={"blocks": blocks}))
    assert (validated["error"], validated["errors"][0]["pointer"]) == ("invalid_blocks", pointer)
    assert set(validated["errors"][0]) == {"pointer", "code", "message"}


async def test_a_message_that_meets_the_limits_is_posted(client):
    await client.chat_postMessage(channel=GENERAL, text="x" * 40_000, blocks=[DIVIDER] * 50)
    await client.chat_postMessage(channel=GENERAL, text="x", blocks=[TABLE, chart(0), chart(1), markdown(12_000)])


async def test_blocks_that_are_no_json_are_told_apart_from_wrong_ones(client):
    posted = {"channel": GENERAL, "text": "x"}
    assert await error(client.api_call("chat.postMessage", data=posted | {"blocks": "[{"})) == "invalid_blocks_format"
    assert await error(client.api_call("chat.postMessage", json=posted | {"blocks": {}})) == "invalid_blocks_format"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain(25)}, "/view/title/text"),
        ({"submit": plain(25)}, "/view/submit/text"),
        ({"close": plain(25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"external_id": "x" * 256}, "/view/external_id"),
        ({"blocks": [DIVIDER] * 101}, "/view/blocks"),
        ({"blocks": [chart(0)]}, "/view/blocks/0"),
    ],
)
async def test_a_view_beyond_a_limit_is_refused_and_its_trigger_stays_good(slack, client, trigger, change, pointer):
    trigger_id = await trigger()
    answer = await refused(client.views_open(trigger_id=trigger_id, view=MODAL | change))
    assert answer["error"] == "invalid_arguments"
    assert f"[json-pointer:{pointer}]" in answer["response_metadata"]["messages"][0]
    await client.views_open(trigger_id=trigger_id, view=MODAL | {"private_metadata": "x" * 3000})


async def test_a_trigger_is_spent_once_and_expires_after_three_seconds(client, trigger, seconds):
    spent, late = await trigger(), await trigger()
    await client.views_open(trigger_id=spent, view=MODAL)
    assert await error(client.views_open(trigger_id=spent, view=MODAL)) == "exchanged_trigger_id"
    assert await error(client.views_push(trigger_id=spent, view=MODAL)) == "exchanged_trigger_id"
    seconds.now += 3.1
    assert await error(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    assert await error(client.views_open(trigger_id="made.up", view=MODAL)) == "invalid_trigger_id"


async def test_an_external_id_names_one_view_and_a_stale_hash_changes_nothing(slack, client, trigger):
    named = MODAL | {"external_id": "pane-1"}
    first = (await client.views_open(trigger_id=await trigger(), view=named))["view"]
    assert await error(client.views_push(trigger_id=await trigger(), view=named)) == "duplicate_external_id"
    await client.views_update(external_id="pane-1", hash=first["hash"], view=named)
    stale = client.views_update(external_id="pane-1", hash=first["hash"], view=MODAL | {"title": plain(3)})
    assert await error(stale) == "hash_conflict"
    assert slack.people["alice"].sees()[-1].startswith("x" * 24)
    assert await error(client.views_update(external_id="pane-2", view=MODAL)) == "not_found"


async def test_a_home_is_published_against_its_hash(slack, client):
    home = {"type": "home", "blocks": [DIVIDER]}
    assert await error(client.views_publish(user_id=ALICE, view=home)) == "not_enabled"
    slack.installed.home_tab = True
    first = (await client.views_publish(user_id=ALICE, view=home))["view"]
    await client.views_publish(user_id=ALICE, view=home, hash=first["hash"])
    assert await error(client.views_publish(user_id=ALICE, view=home, hash=first["hash"])) == "hash_conflict"
    assert await error(client.views_publish(user_id="UNOBODY01", view=home)) == "user_not_found"
    assert await error(client.views_publish(user_id=ALICE, view=MODAL)) == "invalid_arguments"


async def test_the_app_has_the_scopes_of_its_manifests_and_no_others(client):
    said = (await client.auth_test()).headers["x-oauth-scopes"]
    for name in ("slack-manifest.socket.yaml", "slack-manifest.http.yaml"):
        manifest = MANIFEST.with_name(name)
        asked = yaml.safe_load(manifest.read_text())["oauth_config"]["scopes"]["bot"]
        assert granted_scopes(manifest) == set(asked) == set(said.split(",")) == PACKAGED


def test_an_installed_package_has_no_manifest_and_the_same_scopes(tmp_path: Path):
    assert granted_scopes(tmp_path / "slack-manifest.socket.yaml") == granted_scopes()


async def test_what_the_manifest_does_not_ask_for_is_missing(slack, client):
    slack.web_api.scopes -= {"users:read.email"}
    answer = await refused(client.users_lookupByEmail(email="bob@acme.test"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
    assert "chat:write" in answer["provided"].split(",")
    assert await error(client.conversations_info(channel=GENERAL)) == "missing_scope"
    assert await error(client.files_getUploadURLExternal(filename="a.csv", length=3)) == "missing_scope"
    assert "email" not in (await client.users_info(user=BOB))["user"]["profile"]
    slack.workspace.channels["CLOUNGE01"] = Channel("CLOUNGE01", "lounge", (ALICE,))
    assert await error(client.chat_postMessage(channel="CLOUNGE01", text="x")) == "not_in_channel"


async def test_each_type_of_conversation_needs_its_own_scope(slack, client):
    slack.web_api.scopes |= {"channels:read"}
    assert [one["name"] for one in (await client.conversations_list())["channels"]] == ["general", "alerts", "ops"]
    private = await refused(client.conversations_info(channel="CKEYAPPR1"))
    assert (private["error"], private["needed"]) == ("missing_scope", "groups:read")
    assert await error(client.conversations_list(types="private_channel")) == "missing_scope"
    assert await error(client.conversations_list(types="moon")) == "invalid_types"
    slack.web_api.scopes |= {"groups:read"}
    found = (await client.conversations_list(types="public_channel,private_channel", limit=2))["channels"]
    assert [one["name"] for one in found] == ["general", "alerts"]


async def test_people_are_listed_a_page_at_a_time(client):
    page = await client.users_list(limit=4)
    rest = await client.users_list(cursor=page["response_metadata"]["next_cursor"])
    assert [one["id"] for one in [*page["members"], *rest["members"]]][:2] == [ALICE, BOB]
    assert len(page["members"]) + len(rest["members"]) == 6
    assert await error(client.users_list(limit=1001)) == "invalid_limit"
    assert await error(client.users_info(user="UNOBODY01")) == "user_not_found"


async def test_a_direct_conversation_is_opened_with_one_person(client):
    opened = await client.api_call("conversations.open", json={"users": [ALICE]})
    assert opened["channel"]["id"].startswith("D")
    assert await error(client.conversations_open(users="UNOBODY01")) == "user_not_found"
    assert await error(client.conversations_open(users=BOT)) == "cannot_dm_bot"


async def test_a_thread_hangs_from_a_message_that_everybody_sees(client):
    private = await client.chat_postEphemeral(channel=GENERAL, user=ALICE, text="x")
    under = client.chat_postMessage(channel=GENERAL, text="y", thread_ts=private["message_ts"])
    assert await error(under) == "thread_not_found"
    nowhere = client.chat_postEphemeral(channel=GENERAL, user=ALICE, text="y", thread_ts="1.2")
    assert await error(nowhere) == "thread_not_found"
