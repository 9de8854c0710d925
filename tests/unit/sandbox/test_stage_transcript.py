from datetime import UTC, datetime

import pytest

from dgbot.sandbox.slack.server import LocalSlack
from dgbot.sandbox.slack.world.workspace import BOT
from dgbot.sandbox.transcript import listing, news, paragraph

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def slack():
    return LocalSlack(lambda: NOON)


def _shown(slack: LocalSlack, since: int) -> list[str]:
    return [paragraph(item) for item in news(slack.workspace, since)]


async def test_what_the_bot_posts_stands_under_its_channel(slack):
    since = slack.mark()
    slack.workspace.post("CALERTS01", BOT, "$42 left\nabout 2 days")
    assert _shown(slack, since) == ["  #alerts  dgbot: $42 left\n      about 2 days"]


async def test_what_one_person_alone_sees_says_so(slack):
    since = slack.mark()
    slack.workspace.post("COPS00001", BOT, "Invited.", only_for="UCAROL001")
    slack.workspace.post(slack.workspace.direct_channel("UBOB00001").channel_id, BOT, "Your turn.")
    slack.workspace.open_modal("UALICE001", {"title": {"type": "plain_text", "text": "Your new key"}, "blocks": []})
    assert _shown(slack, since) == [
        "  carol (only she sees it)  dgbot: Invited.",
        "  bob (only he sees it)  dgbot: Your turn.",
        "  alice (only she sees it)  modal: Your new key",
    ]


async def test_an_edited_message_is_news_again(slack):
    card = slack.workspace.post("CKEYAPPR1", BOT, "alice asks for a key")
    since = slack.mark()
    slack.workspace.edit(card, "approved by bob", [])
    assert _shown(slack, since) == ["  #key-approvals  dgbot (edited): approved by bob"]
    assert _shown(slack, slack.mark()) == []


async def test_what_a_person_typed_is_not_repeated(slack):
    since = slack.mark()
    await slack.people["carol"].says("hello")
    assert _shown(slack, since) == []


def test_a_listing_of_nothing_says_so():
    assert listing([]) == "    (nothing new)"
    assert listing(["a\nb", "c"]) == "    a\n      b\n    c"
