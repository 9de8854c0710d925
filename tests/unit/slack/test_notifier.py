"""What can't be drawn is not tried again, and whoever asked hears of it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.domain.charts import Chart, Series
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.domain.replies import Button, Buttons, Confirm, Reply, Table, Text
from dgbot.services.facts import facts_of
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


CHART = Chart("Spend", "bar", ("Mon", "Tue"), (Series("usd", (1.0, 3.0)),), "usd", sums=True)


@pytest.mark.parametrize("kind", ["message", "answer"])
async def test_where_slack_knows_no_charts_they_are_told_in_letters_from_then_on(notifier, slack, kind):
    said = Reply("Spending", (CHART,))
    told = Notice("ops:1", NoticeKind.OPS, "COPS00001", facts_of(reply=said))
    slack.faults.refuse("chat.postMessage", "invalid_blocks")
    for key in ("ops:1", "ops:2"):
        notice = (
            dataclasses.replace(told, key=key)
            if kind == "message"
            else reply_notice(key, said, user_id=ALICE, answer_to="")
        )
        await notifier.send(notice, None)
    drawn = [call.arguments["blocks"] for call in slack.calls if call.method == "chat.postMessage"]
    assert ["data_visualization" in str(blocks) for blocks in drawn] == [True, False, False]
    assert "▁█ Mon $1 to Tue $3" in str(drawn[-1])


async def test_a_chart_is_slacks_own_where_it_can_be(notifier, slack):
    await notifier.send(Notice("ops:1", NoticeKind.OPS, "COPS00001", facts_of(reply=Reply("Spending", (CHART,)))), None)
    [call] = [call for call in slack.calls if call.method == "chat.postMessage"]
    assert "data_visualization" in str(call.arguments["blocks"])
