"""Pages for several people at one sandbox: who opens one, and where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.desk import Desk
from tests.browser.witness import Witness

WIDE = {"width": 1280, "height": 900}

Sits = Callable[..., Awaitable[Desk]]
"""Opens a page of their own for somebody, in a room if it is named; keywords go to the browser's context."""


@asynccontextmanager
async def seats(browser: Browser, origin: str, witness: Witness) -> AsyncIterator[Sits]:
    """Yield what opens watched pages at *origin*; leaving the block closes them."""
    async with AsyncExitStack() as stack:

        async def sit(who: str, room: str = "", **options: Any) -> Desk:
            context = await browser.new_context(**({"viewport": WIDE, "timezone_id": "Europe/Berlin"} | options))
            stack.push_async_callback(context.close)
            witness.watch(context)
            page = await context.new_page()
            await page.goto(f"{origin}/#{who}")
            await expect(page.locator("#link")).to_have_text("live")
            desk = Desk(page, who)
            if room:
                await desk.enters(room)
            return desk

        yield sit
