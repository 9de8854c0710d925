"""What can't be drawn is not tried again, and whoever asked hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.domain.replies import Button, Buttons, Confirm, Reply, Table, Text
from dgbot.services.notices import reply_notice
from tests.office import ALICE

ODD: Any = 5
TEXT: Any = "5"


@pytest.fixture
def notifier(client, slack) -> SlackNotifier:
    return SlackNotifier(client, SlackDirectory(client, slack.team_id), answer_origin=slack.origin)


@pytest.mark.parametrize(
    "part",
    [
        Table(("a",), ((ODD,),)),
        Table(("a",), (("1",),), more=TEXT),
        Text((ODD,)),
        Buttons((Button("x", "v", "x", confirm=Confirm("x", "x", ODD)),)),
        Text((datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),)),
    ],
)
async def test_whoever_asked_hears_that_the_answer_cant_be_shown(notifier, slack, logged, part):
    notice = reply_notice("0123456789abcdef", Reply("Usage", (part,)), user_id=ALICE, answer_to="")
    assert await notifier.send(notice, None) is None
    [call] = [call for call in slack.calls if call.method == "chat.postMessage"]
    assert call.arguments["text"] == "The answer could not be shown (id 01234567)."
    [event] = logged
    assert (event["event"], event["error_id"]) == ("reply not drawn", "01234567")


async def test_any_other_notice_that_cant_be_drawn_is_given_up(notifier, slack):
    with pytest.raises(NotDelivered, match="can't be drawn: KeyError") as caught:
        await notifier.send(Notice("card:1", NoticeKind.CARD, "C1", {}), None)
    assert caught.value.again_in is None


@pytest.mark.parametrize(
    "url", ["https://[", "https://hooks.slack.com:99999/", "https://x:y/", "https://evil.example/"]
)
async def test_an_address_that_is_not_slacks_is_never_written_to(notifier, url):
    with pytest.raises(NotDelivered, match="not Slack's") as caught:
        await notifier.send(reply_notice("1", Reply("Done."), user_id=ALICE, answer_to=url), None)
    assert caught.value.again_in is None
