"""What a bot sends to break the page breaks nothing: neither the next message, nor the time that a page takes."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack.server import ALICE
from dgbot.sandbox.slack.world.workspace import BOT

GENERAL = "CGENERAL1"
LONGEST = 12_000  # characters of a markdown block

INHERITED = ("__proto__", "__defineGetter__", "constructor", "toString", "valueOf", "hasOwnProperty")
TEXTS = [
    *(f"<!date^1392734382^{{{name}}} x|fb> <@{name}> <#{name}> <!subteam^{name}>" for name in INHERITED),
    "<!date^99999999999999999999^{date}|some day>",
    "<!date^x^{ago}|some day>",
]


def repeated(part: str, end: str = "") -> str:
    return (part * LONGEST)[: LONGEST - len(end)] + end


MARKDOWN = {
    "the line under a table's head": "a|b\n" + " " * 5990 + "-" + " " * 5990 + "x",
    "a heading's end": "# a" + repeated(" ", "x")[: LONGEST - 4] + "x",
    "a heading with a line's other end": "# " + repeated(" ")[: LONGEST // 2] + "a" * 5000 + "\rb",
    "a heading of signs": "# " + repeated("#", "x")[: LONGEST - 2],
    "a break": "a" + repeated(" ", "x")[: LONGEST - 1],
    "a rule": repeated("- ", "x"),
    "an item": repeated(" ", "x"),
    "a link without its end": "[a](" + repeated("b")[: LONGEST - 4],
    "links without their ends": repeated("[a](b"),
    "brackets": repeated("["),
    "backslashes": repeated("\\", "["),
    "stars": repeated("*"),
    "words that begin bold": repeated("**a "),
    "words that begin bold and slanted": repeated("***a "),
    "words that begin struck": repeated("~~a "),
    "words that begin underlined": repeated("__a "),
    "ticks": repeated("`a``b```c"),
    "addresses": repeated("http://."),
    "quotes": repeated(">"),
    "columns": repeated("|") + "\n" + repeated("|"),
}


def chart(kind: str, *values: float) -> dict[str, Any]:
    labels = [f"p{index}" for index in range(len(values))]
    data = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    drawn = {"type": kind, "series": [{"name": "s", "data": data}], "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "extremes", "chart": drawn}


CHARTS = [(1e308, -1e308), (5e-324, 0.0), (1e300,), (1.7e308, 1.0), (-5e-324,), (0.0,), (1e-320, 3.0)]


@pytest_asyncio.fixture(loop_scope="session")
async def bot(acme):
    yield AsyncWebClient(acme.slack.bot_token, base_url=f"{acme.slack.origin}/api/")


async def test_names_that_every_object_has_are_no_names(bot, sits):
    alice = await sits("alice", "general")
    for text in TEXTS:
        await bot.chat_postMessage(channel=GENERAL, text=text)
    blocks = [
        {"type": "plan", "title": "x", "tasks": [{"type": "task_card", "task_id": "t", "title": "x", "status": name}]}
        for name in INHERITED
    ]
    said = [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": name}]} for name in INHERITED]
    await bot.chat_postMessage(channel=GENERAL, text="x", blocks=[*blocks, {"type": "rich_text", "elements": said}])
    await bot.chat_postMessage(channel=GENERAL, text="still here")
    await alice.sees("still here")
    await expect(alice.log).not_to_contain_text("native code")
    await expect(alice.log.locator("article.message")).to_have_count(len(TEXTS) + 2)
    await expect(alice.page.locator(".unknown")).to_have_count(0)


async def test_fields_with_names_that_every_object_has_hold_what_they_hold(acme, sits):
    alice = await sits("alice", "general")
    asked = [
        {"type": "input", "block_id": name, "label": {"type": "plain_text", "text": f"Field {name}"}}
        | {"element": {"type": "plain_text_input", "action_id": name}}
        for name in INHERITED
    ]
    title = {"type": "plain_text", "text": "Odd"}
    acme.slack.workspace.open_modal(ALICE, {"type": "modal", "title": title, "submit": title, "blocks": asked})
    for name in INHERITED:
        await expect(alice.modal.get_by_label(f"Field {name}")).to_have_value("")
    await expect(alice.modal).not_to_contain_text("native code")


@pytest.mark.parametrize("name", MARKDOWN)
async def test_no_text_is_long_to_read(bot, sits, name):
    alice = await sits("alice", "general")
    blocks = [{"type": "markdown", "text": MARKDOWN[name][:LONGEST]}]
    await bot.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    await bot.chat_postMessage(channel=GENERAL, text="still here")
    await alice.sees("still here")
    await expect(alice.page.locator(".unknown")).to_have_count(0)


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
async def test_numbers_that_no_grid_can_hold_are_told_as_numbers(bot, sits, kind):
    alice = await sits("alice", "general")
    for values in CHARTS:
        await bot.chat_postMessage(channel=GENERAL, text="x", blocks=[chart(kind, *values)])
    await expect(alice.log.locator("figure.chart")).to_have_count(len(CHARTS))
    await expect(alice.page.locator(".unknown")).to_have_count(0)
    drawn = await alice.log.locator("figure .drawing").evaluate_all("all => all.map((one) => one.innerHTML)")
    assert 0 < len(drawn) < len(CHARTS)
    assert not any("NaN" in one or "Infinity" in one or 'width="-' in one for one in drawn)
    assert await alice.log.locator("figure:not(:has(.drawing)) table").count() == len(CHARTS) - len(drawn)


async def test_a_message_that_can_not_be_drawn_is_shown_as_it_was_written(acme, sits):
    alice = await sits("alice", "general")
    acme.slack.workspace.post(GENERAL, BOT, 5)
    acme.slack.workspace.post(GENERAL, BOT, "still here")
    await alice.sees("still here")
    await expect(alice.log.locator("article.message")).to_have_count(2)
    await alice.sees("5")
