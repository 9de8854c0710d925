"""What a page owes to everybody: controls that have names, and text that stands out from its ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

CONTROLS = frozenset({
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "slider",
    "spinbutton", "tab", "tablist", "menuitem", "option", "dialog", "region", "log", "Date", "DateTime", "InputTime",
})  # fmt: skip
"""Roles, as Chromium calls them, that say nothing without a name."""


async def nameless(page: Page) -> list[str]:
    """Return the controls on the screen to which the browser's own accessibility tree gives no name."""
    session = await page.context.new_cdp_session(page)
    tree: dict[str, Any] = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    return [
        f"a {node['role']['value']} without a name"
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in CONTROLS and not node.get("name", {}).get("value")
    ]


async def faint(page: Page) -> list[str]:
    """Return the texts whose contrast is below 4.5, or 3 if they are large (WCAG 2.2, 1.4.3), with what it is."""
    told: list[str] = await page.evaluate(script("faint"))
    return told


async def cramped(page: Page) -> list[str]:
    """Return what a thumb would miss (WCAG 2.2, 2.5.8: 24 px, links in text aside), and what is wider than the page."""
    told: list[str] = await page.evaluate(script("cramped"))
    return told


def script(name: str) -> str:
    """Return the function of that name which runs in the page."""
    return Path(__file__).with_name(f"{name}.js").read_text()
