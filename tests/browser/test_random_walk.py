"""A thousand acts without a plan: nothing that anybody clicks, types or breaks may leave the page or the bot broken."""

from __future__ import annotations

import logging
import os
import secrets
from functools import partial

import pytest
from playwright.async_api import expect

from dgbot.sandbox.botsettings import Mode
from tests.browser.desk import Desk
from tests.browser.seats import seats
from tests.browser.walk import Walker
from tests.browser.witness import Witness
from tests.e2e.company import Company, company

ACTS = int(os.environ.get("DGBOT_WALK_ACTS", "1000"))
ALICE = "UALICE001"
COMPLAINTS = {"slack_sdk.socket_mode", "notice given up"}
"""What the bot's log may complain about: a Slack that is away, and answers that a jump of the clock made too late."""
UNANSWERED = r"net::ERR_(CONNECTION|EMPTY|INCOMPLETE|ABORTED|SOCKET)|WebSocket connection to .* failed"
"""The browser's own words about a server that is away; the page has no say in them."""

EXCUSE = "The bot can't start: Slack"
"""A bot may end by itself when it is started while Slack is away; it says so."""


async def test_a_thousand_acts_without_a_plan(browser, witness: Witness, tmp_path, caplog):
    seed = int(os.environ.get("DGBOT_WALK_SEED") or secrets.randbits(32))
    witness.forgive(UNANSWERED)
    mode: Mode = "socket" if seed % 2 else "http"
    async with (
        company(tmp_path / "acme", mode) as acme,
        seats(browser, acme.slack.origin, witness) as sits,
    ):
        acme.forgiven |= COMPLAINTS
        alice = await sits("alice")
        walker = Walker(alice.page, acme, seed)
        try:
            for _ in range(ACTS):
                await walker.step()
                assert witness.complaints == []
                assert acme.sandbox.bot.state != "fallen" or EXCUSE in acme.sandbox.bot.last_words
            await walker.ends()
            await _closes_everything(alice, acme)
            await acme.until(partial(_is_reached, acme, mode))
            mark = acme.slack.mark()
            await alice.says("/deepgram help")
            await acme.until(lambda: "what you may do" in acme.screen("alice", mark).casefold())
        except BaseException as error:
            picture = tmp_path / "walk.png"
            await alice.page.screenshot(path=picture)
            error.add_note("\n  ".join([f"DGBOT_WALK_SEED={seed}", *walker.trail, f"The page then: {picture}"]))
            raise
    assert _errors(caplog) == []


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the demo's own servers complained of, but for calls that ended with the server that the walk restarted."""
    bad = [one for one in caplog.records if one.levelno >= logging.ERROR]
    cut = "timeout graceful shutdown exceeded"
    return [one.getMessage() for one in bad if cut not in f"{one.getMessage()} {one.exc_info and one.exc_info[1]}"]


async def _closes_everything(desk: Desk, acme: Company) -> None:
    while stack := _modals(acme):
        await expect(desk.modal).to_be_visible()
        await desk.page.keyboard.press("Escape")
        await acme.until(partial(_shrinks, acme, len(stack)))


def _is_reached(acme: Company, mode: Mode) -> bool:
    return acme.sandbox.bot.state == "up" and (mode == "http" or acme.slack.delivery.connections > 0)


def _shrinks(acme: Company, depth: int) -> bool:
    return len(_modals(acme)) < depth


def _modals(acme: Company) -> list[object]:
    return list(acme.slack.workspace.modals.get(ALICE, ()))
