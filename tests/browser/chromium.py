"""The browser of this machine: where it is, how it is started, and why it may be missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "Chromium is not there: apt-get install chromium, or name one in DGBOT_CHROMIUM"


def found() -> str | None:
    """Return the path of a Chromium: the one that DGBOT_CHROMIUM names, else the first on PATH."""
    named = os.environ.get("DGBOT_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def required() -> bool:
    """Whether a missing browser is a failure, as it is before a merge."""
    return os.environ.get("DGBOT_BROWSER") == "required"


@asynccontextmanager
async def launched(path: str) -> AsyncIterator[Browser]:
    """Start the browser at *path*, without a window."""
    sandboxed = os.geteuid() != 0  # Chromium refuses root its sandbox
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=sandboxed)
        try:
            yield browser
        finally:
            await browser.close()
