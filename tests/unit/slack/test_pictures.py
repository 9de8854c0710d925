"""Pictures of charts: an extra in the thread of an alert's message, and nothing where something stands in its way."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters import pictures
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.adapters.slack.pictures import Pictures
from dgbot.domain.charts import Chart, Series
from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind
from dgbot.domain.replies import Reply
from dgbot.sandbox.slack import LocalSlack
from dgbot.services.facts import facts_of
from dgbot.serving import serving
from tests.office import ALERTS

NOON = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
CHART = Chart(
    "Balance and forecast, US dollars",
    "line",
    tuple(f"{(NOON + timedelta(days=day)).day} Nov" for day in range(5)),
    (Series("if spent fast", (40, 30, 10, 0, 0)), Series("balance", (40, 30, 20, 10, -5))),
    "usd",
)
CARD = Notice("alert:1", NoticeKind.ALERT, ALERTS, facts_of(reply=Reply("🟡 $40 left", (CHART,))), about="incident:1")


@pytest.fixture
async def slack():
    local = LocalSlack(lambda: NOON)
    local.web_api.scopes |= {"files:write"}
    async with serving(local.app) as local.origin:
        yield local


@pytest.fixture
def notifier(slack) -> SlackNotifier:
    client = AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])
    drawn = Pictures(client, pictures.draw)
    return SlackNotifier(client, SlackDirectory(client, slack.team_id), answer_origin=slack.origin, pictures=drawn)


def methods(slack) -> list[str]:
    return [call.method for call in slack.calls]


async def test_a_new_message_has_a_picture_in_its_thread_with_its_numbers(notifier, slack):
    standing = await notifier.send(CARD, None)
    [file] = slack.files.values()
    assert file.content.startswith(b"\x89PNG")
    assert "22 Nov $40 to 26 Nov -$5" in file.alt_text
    [shared] = [one for one in slack.workspace.messages.values() if one.thread_ts]
    assert shared.thread_ts == standing.ts


async def test_an_edit_brings_no_second_picture(notifier, slack):
    standing = await notifier.send(CARD, None)
    await notifier.send(CARD, standing)
    assert len(slack.files) == 1


async def test_without_the_scope_it_is_asked_once_and_never_again(notifier, slack):
    slack.web_api.scopes -= {"files:write"}
    assert await notifier.send(CARD, None) is not None
    assert await notifier.send(CARD, None) is not None
    assert methods(slack).count("chat.postMessage") == 2
    assert methods(slack).count("files.getUploadURLExternal") == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_an_upload_that_fails_neither_keeps_the_message_back_nor_sends_it_twice(notifier, slack, method):
    slack.faults.fail(method)
    assert isinstance(await notifier.send(CARD, None), MessageRef)
    assert methods(slack).count("chat.postMessage") == 1
    await notifier.send(CARD, None)
    assert len([one for one in slack.files.values() if one.shared]) == 1


async def test_a_chart_that_cant_be_drawn_is_left_out(slack, logged):
    client = AsyncWebClient(token=slack.bot_token, base_url=f"{slack.origin}/api/", retry_handlers=[])

    def broken(chart):
        raise ZeroDivisionError

    people = SlackDirectory(client, slack.team_id)
    notifier = SlackNotifier(client, people, answer_origin=slack.origin, pictures=Pictures(client, broken))
    assert await notifier.send(CARD, None) is not None
    assert [event["event"] for event in logged] == ["picture not drawn"]


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_a_picture_is_as_large_as_it_should_be_and_shows_every_series(kind):
    chart = Chart(CHART.title, kind, CHART.points, CHART.series, "usd")
    with Image.open(io.BytesIO(pictures.draw(chart))) as image:
        assert image.size == (960, 420)
        pixels = image.convert("RGB").tobytes()
    colours = {pixels[at : at + 3] for at in range(0, len(pixels), 3)}
    for wanted in pictures.COLOURS[:2]:
        rgb = bytes.fromhex(wanted[1:])
        assert any(max(abs(a - b) for a, b in zip(rgb, found, strict=True)) < 12 for found in colours)


@pytest.mark.parametrize("values", [(0.0,), (5.0, 5.0), (-3.0, -1.0), (1e9, 0.0)])
def test_odd_numbers_are_drawn_too(values):
    chart = Chart("odd", "line", tuple(map(str, range(len(values)))), (Series("one", values),), "usd")
    assert pictures.draw(chart).startswith(b"\x89PNG")


def test_without_the_extra_nothing_is_drawn(monkeypatch):
    assert pictures.drawer() is pictures.draw
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert pictures.drawer() is None
