"""One of everything that Block Kit has, drawn: nothing is left as its JSON, nothing complains, nothing is too faint."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.slack.server import ALICE
from tests.browser.audit import cramped, faint, nameless
from tests.browser.gallery import blocks_by_surface

GALLERY = blocks_by_surface()
GENERAL = "CGENERAL1"
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest_asyncio.fixture(loop_scope="session")
async def bot(acme):
    yield AsyncWebClient(acme.slack.bot_token, base_url=f"{acme.slack.origin}/api/")


@schemes
async def test_every_message_of_the_gallery_is_drawn(bot, sits, scheme):
    alice = await sits("alice", color_scheme=scheme)
    for blocks in GALLERY["message"]:
        await bot.chat_postMessage(channel=GENERAL, text="gallery", blocks=blocks)
    await expect(alice.log.locator("article.message")).to_have_count(len(GALLERY["message"]))
    await _is_whole(alice.page)


@schemes
@pytest.mark.parametrize("number", range(len(GALLERY["modal"])))
async def test_every_form_of_the_gallery_is_drawn(acme, sits, scheme, number):
    alice = await sits("alice", color_scheme=scheme)
    acme.slack.workspace.open_modal(ALICE, GALLERY["modal"][number])
    await expect(alice.modal).to_be_visible()
    await _is_whole(alice.page)


@schemes
async def test_every_home_of_the_gallery_is_drawn(acme, bot, sits, scheme):
    acme.slack.installed.home_tab = True
    alice = await sits("alice", "dgbot", color_scheme=scheme)
    await alice.page.get_by_role("tab", name="Home").click()
    for home in GALLERY["home"]:
        await bot.views_publish(user_id=ALICE, view=home)
        await expect(alice.log).to_contain_text("Your Home")
        await _is_whole(alice.page)


async def test_the_gallery_fits_a_phone(bot, sits):
    alice = await sits("alice", viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    for blocks in GALLERY["message"]:
        await bot.chat_postMessage(channel=GENERAL, text="gallery", blocks=blocks)
    await expect(alice.log.locator("article.message")).to_have_count(len(GALLERY["message"]))
    assert await cramped(alice.page) == []


async def _is_whole(page):
    await expect(page.locator(".unknown")).to_have_count(0)
    assert await nameless(page) == []
    assert await faint(page) == []
