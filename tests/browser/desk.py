"""Somebody at the page: finds things by what they are called, as a person or a screen reader does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

PATIENCE = 15_000
"""Milliseconds for what the bot does; the machine may be busy with other tests."""

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Desk:
    """One person's page. Waiting is for what is visible, up to 15 seconds."""

    page: Page
    who: str

    # Where things are

    @property
    def line(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog#modal[open]")

    @property
    def question(self) -> Locator:
        return self.page.locator("dialog#confirm[open]")

    @property
    def hints(self) -> Locator:
        return self.page.get_by_role("listbox", name="Commands").get_by_role("option")

    @property
    def world(self) -> Locator:
        return self.page.locator("#world")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message that says *text*."""
        return self.log.locator("article.message").filter(has_text=text).last

    # What is done

    async def enters(self, room: str) -> None:
        """Open a channel, or the conversation with the bot."""
        entry = self.page.get_by_role("navigation").get_by_role("button", name=re.compile(rf"\b{re.escape(room)}\b"))
        await entry.click()
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(room)

    async def says(self, text: str) -> None:
        """Type a line and send it."""
        await self.line.fill(text)
        await self.line.press("Enter")
        await expect(self.line).to_have_value("")

    async def presses(self, card: Locator, label: str) -> None:
        """Click the button called *label* on *card*."""
        await card.get_by_role("button", name=label, exact=True).click()

    async def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Return the newest message that says *text*, once it is on the screen."""
        found = self.message(text)
        await expect(found).to_be_visible()
        return found

    async def pulls(self, label: str) -> None:
        """Click a lever of the world beside the conversation; it has worked when this returns."""
        async with self.page.expect_response(lambda answer: "/page/" in answer.url and answer.request.method == "POST"):
            await self.world.get_by_role("button", name=label, exact=True).click()
