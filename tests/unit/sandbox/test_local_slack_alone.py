"""The local Slack with no bot behind it: what people can and cannot do on their own."""

from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack import LocalSlack, NoSuchThing
from dgbot.serving import serving

CARD = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": word, "text": {"type": "plain_text", "text": word}}
            for word in ("Approve", "Deny…")
        ],
    }
]


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: datetime(2026, 11, 22, 14, 2, tzinfo=UTC))
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])


async def test_without_a_bot_the_person_reads_what_slack_says(slack):
    delivered = await slack.people["alice"].says("/deepgram usage")
    assert (delivered.acked, delivered.status) == (False, "nobody")
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    assert (await slack.people["alice"].says("/deepgram usage")).status == "nobody"
    assert slack.people["alice"].sees() == ['/deepgram failed with the error "dispatch_failed"'] * 2
    assert slack.people["bob"].sees() == []


async def test_a_missing_button_is_answered_with_those_in_sight(slack, client):
    await client.chat_postMessage(channel="COPS00001", text="card", blocks=CARD)
    with pytest.raises(NoSuchThing, match=r"'Reveal'.*Approve, Deny…"):
        await slack.people["bob"].clicks("Reveal")
    with pytest.raises(NoSuchThing, match="no buttons"):
        await slack.people["gina"].clicks("Approve")
    with pytest.raises(NoSuchThing, match="gina is in no channel #ops"):
        await slack.people["gina"].says("/deepgram usage", channel="ops")


async def test_a_command_nobody_registered_is_refused_by_slack_itself(slack):
    assert (await slack.people["alice"].says("/depgram usage")).status == "unsent"
    assert slack.people["alice"].sees() == ["/depgram is not a valid command."]


def test_the_same_seed_gives_the_same_ids_and_tokens_that_nobody_can_guess():
    one, same, other = (LocalSlack(lambda: datetime(2026, 11, 22, tzinfo=UTC), seed=seed) for seed in (1, 1, 2))
    ids = [slack.workspace.new_id("V0") for slack in (one, same, other)]
    assert ids[0] == ids[1] != ids[2]
    for token in ("bot_token", "app_token", "signing_secret"):
        assert len({getattr(slack, token) for slack in (one, same, other)}) == 3
    assert (one.bot_token[:5], one.app_token[:5]) == ("xoxb-", "xapp-")
