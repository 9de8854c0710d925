"""A bad day at Slack, on request: what a bot's client meets, and what was done all the same."""

from datetime import UTC, datetime

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from dgbot.sandbox.slack import LocalSlack
from dgbot.sandbox.slack.edge.faults import Faults
from dgbot.serving import serving

OPS, GENERAL, ALICE = "COPS00001", "CGENERAL1", "UALICE001"


class Seconds:
    def __init__(self):
        self.now = 100.0
        self.waited = []

    def __call__(self):
        return self.now

    async def pause(self, seconds):
        self.waited.append(seconds)


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
async def slack(seconds):
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC), monotonic=seconds, pause=seconds.pause)
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


async def refused(call):
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


async def test_a_rate_limit_says_when_to_come_back_and_strikes_so_often(slack, client):
    slack.faults.rate_limit("chat.postMessage", retry_after=7, times=2)
    for _ in range(2):
        answer = await refused(client.chat_postMessage(channel=OPS, text="x"))
        assert (answer.status_code, answer["error"], answer.headers["retry-after"]) == (429, "ratelimited", "7")
    await client.auth_test()
    await client.chat_postMessage(channel=OPS, text="through")
    assert slack.channel_texts("ops") == ["through"]
    assert [call.error for call in slack.calls] == ["ratelimited", "ratelimited", "", ""]


async def test_a_server_error_is_no_json_and_may_hide_work_that_was_done(slack, client):
    slack.faults.fail("chat.postMessage", status=503)
    slack.faults.fail("chat.postMessage", performed=True)
    assert (await refused(client.chat_postMessage(channel=OPS, text="lost"))).status_code == 503
    assert slack.channel_texts("ops") == []
    assert (await refused(client.chat_postMessage(channel=OPS, text="done"))).status_code == 500
    assert slack.channel_texts("ops") == ["done"]


async def test_a_dropped_connection_may_hide_work_that_was_done(slack, client):
    slack.faults.drop("chat.postMessage")
    slack.faults.drop("chat.postMessage", performed=True)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.chat_postMessage(channel=OPS, text="said once")
    assert slack.channel_texts("ops") == ["said once"]
    assert [one.status for one in slack.ledger.exchanges()] == ["dropped", "dropped"]


async def test_a_slow_answer_is_right_in_the_end(slack, client, seconds):
    slack.faults.delay(seconds=8)
    assert (await client.auth_test())["ok"]
    assert (await client.auth_test())["ok"]
    assert seconds.waited == [8]


async def test_an_edit_can_find_its_message_gone(slack, client):
    posted = await client.chat_postMessage(channel=OPS, text="card")
    slack.faults.refuse("chat.update", "message_not_found")
    edit = {"channel": OPS, "ts": posted["ts"], "text": "new"}
    assert (await refused(client.chat_update(**edit)))["error"] == "message_not_found"
    await client.chat_update(**edit)
    assert slack.channel_texts("ops") == ["new"]


async def test_a_group_may_be_beyond_the_plan_until_the_lever_is_taken_back(slack, client):
    slack.faults.refuse("usergroups.users.list", "plan_upgrade_required", times=None)
    for _ in range(3):
        answer = await refused(client.usergroups_users_list(usergroup="SKEYAPPR1"))
        assert answer["error"] == "plan_upgrade_required"
    slack.faults.clear()
    assert (await client.usergroups_users_list(usergroup="SKEYAPPR1"))["users"]


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive"])
async def test_a_token_that_was_taken_away_opens_nothing(slack, client, word):
    slack.faults.revoke(word)
    assert (await refused(client.auth_test()))["error"] == word
    assert (await refused(client.chat_postMessage(channel=OPS, text="x")))["error"] == word
    slack.faults.clear()
    assert (await client.auth_test())["ok"]


async def test_levers_strike_in_the_order_they_were_pulled_one_a_call():
    faults = Faults()
    faults.refuse("chat.update", "first")
    faults.refuse("*", "second")

    async def work():
        return {}

    errors = []
    for method in ("auth.test", "chat.update", "chat.update"):
        try:
            await faults.around(method, work)
        except Exception as refusal:
            errors.append(str(refusal))
    assert errors == ["second", "first"]


async def test_a_response_url_has_bad_days_too(slack):
    respond = AsyncWebhookClient(slack.origin + slack.response_urls.issue(ALICE, GENERAL), retry_handlers=[])
    slack.faults.rate_limit("response_url", retry_after=3)
    slack.faults.fail("response_url", status=502)
    slack.faults.drop("response_url", performed=True)
    limited = await respond.send(text="x")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert (await respond.send(text="x")).status_code == 502
    with pytest.raises(aiohttp.ClientConnectionError):
        await respond.send(text="said once")
    assert slack.people["alice"].sees() == ["said once"]
    assert [one.status for one in slack.ledger.exchanges()] == [429, 502, "dropped"]


async def test_limits_of_rate_are_off_until_somebody_switches_them_on(slack, client, seconds):
    for _ in range(3):
        await client.chat_postMessage(channel=OPS, text="x")
    slack.rates.enforced = True
    await client.chat_postMessage(channel=OPS, text="one a second")
    too_soon = await refused(client.chat_postMessage(channel=OPS, text="too soon"))
    assert (too_soon.status_code, too_soon["error"], too_soon.headers["retry-after"]) == (429, "ratelimited", "1")
    await client.chat_postMessage(channel=GENERAL, text="another channel")
    seconds.now += 1
    await client.chat_postMessage(channel=OPS, text="a second later")


async def test_a_method_has_its_tier_of_calls_a_minute(slack, client, seconds):
    slack.rates.enforced = True
    for _ in range(20):
        await client.usergroups_users_list(usergroup="SKEYAPPR1")
        seconds.now += 1
    beyond = await refused(client.usergroups_users_list(usergroup="SKEYAPPR1"))
    assert beyond.headers["retry-after"] == "40"
    await client.users_info(user=ALICE)
    seconds.now += 40
    await client.usergroups_users_list(usergroup="SKEYAPPR1")
