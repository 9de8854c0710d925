"""The pictures of the README, taken of the running demo: ``make pictures``, or ``python -m tests.browser.pictures``."""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, expect

from tests.browser import chromium
from tests.browser.desk import Desk
from tests.browser.seats import Sits, seats
from tests.browser.witness import Witness
from tests.e2e.company import company

IMAGES = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 128
ASK = '/deepgram create-key ci --scopes usage:read --ttl 30d --reason "nightly batch"'
SIZE = {"width": 1180, "height": 760}

Snap = Callable[[str, Locator], Awaitable[None]]


async def taken(folder: Path) -> list[Path]:
    """Live through a day twice, in the light and in the dark, and leave a picture of each thing worth seeing."""
    path = chromium.found()
    if path is None:
        sys.exit(chromium.MISSING)
    folder.mkdir(parents=True, exist_ok=True)
    async with chromium.launched(path) as browser:
        for scheme in ("light", "dark"):
            await _day(browser, scheme, folder)
    return sorted(folder.glob("*.png"))


async def _day(browser: Browser, scheme: str, folder: Path) -> None:
    witness = Witness()
    with tempfile.TemporaryDirectory() as room:
        async with company(Path(room) / "acme") as acme, seats(browser, acme.slack.origin, witness) as sits:

            async def snap(name: str, what: Locator) -> None:
                shot = await what.screenshot(animations="disabled", caret="hide")
                with Image.open(io.BytesIO(shot)) as image:
                    small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                    small.save(folder / f"{name}-{scheme}.png", optimize=True)

            await _live(sits, snap, scheme)
    assert witness.complaints == []


async def _live(sits: Sits, snap: Snap, scheme: str) -> None:
    look = {"color_scheme": scheme, "device_scale_factor": 2, "viewport": SIZE, "reduced_motion": "reduce"}
    alice, bob = await sits("alice", "alerts", **look), await sits("bob", "key-approvals", **look)
    await _drains_and_tops_up(alice)
    await snap("alert", await alice.sees("🟢 acme-prod: recovered"))

    await alice.enters("general")
    await alice.says("/deepgram usage --last 7d")
    await snap("usage", await alice.sees(re.compile("h of audio")))

    await alice.says(ASK)
    card = await bob.sees("alice asks for an API key")
    await snap("page", bob.page.locator("#page"))
    await bob.presses(card, "Approve")

    await alice.enters("dgbot")
    await alice.presses(await alice.sees("Your key ci is created"), "Reveal key")
    secret = alice.modal.locator("pre")
    await expect(secret).to_have_text(re.compile(r"^\w{40}$"))
    await secret.evaluate("(one) => { one.textContent = '•'.repeat(40) }")  # no picture shows a secret
    await expect(secret).to_have_text(re.compile("^•+$"))
    await snap("key", alice.modal)


async def _drains_and_tops_up(alice: Desk) -> None:
    levers = alice.world
    await levers.get_by_role("button", name=re.compile("Drain")).click()
    await alice.pulls("+30m")
    await alice.sees("left, below $50")
    await levers.get_by_role("button", name=re.compile("Top up")).click()
    await alice.pulls("+30m")


if __name__ == "__main__":
    for picture in asyncio.run(taken(IMAGES)):
        print(f"{picture.name}: {picture.stat().st_size // 1000} kB")
