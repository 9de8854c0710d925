"""Somebody without a plan at the page, and a world that falls apart around them: one act after the other, by a seed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from playwright.async_api import Error, Page, expect

from tests.browser.audit import script
from tests.browser.sayings import COMMANDS, ODDITIES
from tests.e2e.company import Company

KEYS = ("Escape", "Escape", "Tab", "Shift+Tab", "Enter", "ArrowDown", "ArrowUp", "Home", "Space", "Backspace")
PLACES = ("#alice", "#bob", "#carol", "#gina", "#nobody", "#alice/CKEYAPPR1", "#gina/CKEYAPPR1", "#bob/%00", "")
SHAPES = ({"width": 375, "height": 740}, {"width": 1280, "height": 900}, {"width": 900, "height": 500})
REMEMBERED = 20

Act = Callable[[], Awaitable[str]]


class Walker:
    """Acts on *page* and on the world of *acme*; *trail* holds what the latest acts were."""

    def __init__(self, page: Page, acme: Company, seed: int) -> None:
        self._page, self._acme, self._rng = page, acme, Random(seed)  # noqa: S311 - the same walk again, by its seed
        self._moves: set[asyncio.Task[object]] = set()
        self.trail: deque[str] = deque(maxlen=REMEMBERED)
        self._acts: dict[Act, int] = {
            self._clicks: 420,
            self._says: 180,
            self._fills: 120,
            self._presses_a_key: 120,
            self._scrolls: 30,
            self._goes_elsewhere: 25,
            self._reloads: 15,
            self._reshapes: 10,
            self._moves_the_clock: 15,
            self._changes_the_balance: 15,
            self._troubles_deepgram: 15,
            self._troubles_slack: 15,
            self._heals: 25,
            self._kills_the_bot: 10,
            self._starts_the_bot: 25,
            self._restarts_slack: 5,
        }

    async def step(self) -> None:
        """Do one thing; what a page that changes meanwhile makes impossible is left undone."""
        [act] = self._rng.choices([*self._acts], [*self._acts.values()])
        name = act.__name__.strip("_")
        self.trail.append(f"{name} ...")
        try:
            if not (await self._page.evaluate("location.href")).startswith(self._acme.slack.origin):
                act, name = self._comes_back, "comes back"  # a reload met a server that is away
            done = await act()
        except Error as error:
            done = f"not done: {error.message.splitlines()[0]}"
        self.trail[-1] = f"{name} {done[:200]}"

    async def ends(self) -> None:
        """Return when the world stands still: everything healed, every server and the bot up, a new page before it."""
        await asyncio.gather(*self._moves)
        await self._heals()
        await self._page.goto("about:blank")
        await self._page.goto(f"{self._acme.slack.origin}/#alice/CGENERAL1")
        await expect(self._page.locator("#link")).to_have_text("live")
        await self._acme.until(self._stands)

    def _stands(self) -> bool:
        """Whether the bot is up; starts it if not: the last acts may have been to start it and to kill it at once."""
        if self._acme.sandbox.keeper.state in ("down", "fallen") and not self._moves:
            self._meanwhile(self._acme.sandbox.keeper.start())
        return self._acme.sandbox.keeper.state == "up"

    # At the page

    async def _clicks(self) -> str:
        targets: list[dict[str, Any]] = await self._page.evaluate(script("targets"), _PRESSED)
        if not targets:
            return "nothing"
        place = self._rng.choice(sorted({target["place"] for target in targets}))
        target = self._rng.choice([target for target in targets if target["place"] == place])
        await self._page.mouse.click(target["x"], target["y"])
        return str(target["name"])

    async def _says(self) -> str:
        text = self._text()
        if await self._page.evaluate("!document.querySelector('dialog[open]') && (line.focus(), true)"):
            await self._page.evaluate(script("fill"), {"text": text})
            await self._page.keyboard.press("Enter")
        return repr(text[:60])

    async def _fills(self) -> str:
        targets: list[dict[str, Any]] = await self._page.evaluate(script("targets"), "input, textarea, select")
        if not targets:
            return "nothing"
        given = (target := self._rng.choice(targets)) | {"text": self._text(), "chance": self._rng.random()}
        told: str = await self._page.evaluate(script("fill"), given)
        return f"{target['name']}: {told[:60]!r}"

    async def _presses_a_key(self) -> str:
        key = self._rng.choice(KEYS)
        if key == "Enter" and await self._page.evaluate(_LEADS_AWAY):
            return "nothing: a link that somebody wrote leads away"
        await self._page.keyboard.press(key)
        return key

    async def _scrolls(self) -> str:
        await self._page.mouse.wheel(0, by := self._rng.choice((-2000, -200, 200, 2000)))
        return str(by)

    async def _goes_elsewhere(self) -> str:
        place = self._rng.choice(PLACES)
        await self._page.evaluate("(place) => { location.hash = place }", place)
        return place

    async def _reloads(self) -> str:
        await self._page.reload(wait_until="commit")
        return ""

    async def _reshapes(self) -> str:
        shape = self._rng.choice(SHAPES)
        await self._page.set_viewport_size(shape)  # type: ignore[arg-type]
        return str(shape)

    async def _comes_back(self) -> str:
        await self._page.goto(f"{self._acme.slack.origin}/", wait_until="commit")
        return ""

    def _text(self) -> str:
        return self._rng.choice(COMMANDS if self._rng.random() < 0.6 else ODDITIES)

    # In the world

    async def _moves_the_clock(self) -> str:
        by = self._rng.choice((timedelta(minutes=30), timedelta(hours=8), timedelta(days=3)))
        self._acme.sandbox.clock.advance(by)
        return str(by)

    async def _changes_the_balance(self) -> str:
        amount = self._rng.choice((0, 8, 49, 50, 540))
        self._acme.deepgram.set_balance(Decimal(amount))
        return str(amount)

    async def _troubles_deepgram(self) -> str:
        if self._rng.random() < 0.3:
            self._acme.deepgram.delay(0.5)
            return "slow"
        status = self._rng.choice((403, 429, 500, 503))
        self._acme.deepgram.fail(self._rng.choice(("GET", "POST", "DELETE")), "*", status)
        return str(status)

    async def _troubles_slack(self) -> str:
        faults, method = self._acme.slack.faults, self._rng.choice(("*", "chat.update", "views.open", "response_url"))
        match self._rng.choice(("fail", "drop", "delay")):
            case "fail":
                faults.fail(method, performed=self._rng.random() < 0.5, times=3)
            case "drop":
                faults.drop(method, performed=self._rng.random() < 0.5, times=3)
            case _:
                faults.delay(method, seconds=0.5, times=3)
        return method

    async def _heals(self) -> str:
        self._acme.deepgram.heal()
        self._acme.slack.faults.clear()
        return ""

    async def _kills_the_bot(self) -> str:
        return await self._acme.sandbox.keeper.kill() or ""

    async def _starts_the_bot(self) -> str:
        self._meanwhile(self._acme.sandbox.keeper.start())
        return ""

    async def _restarts_slack(self) -> str:
        away = self._rng.choice((0.0, 0.2, 1.0))
        self._meanwhile(self._acme.sandbox.front.restart(away=away))
        return f"away for {away} s"

    def _meanwhile(self, move: Any) -> None:
        task = asyncio.ensure_future(move)
        self._moves.add(task)
        task.add_done_callback(self._moves.discard)


_PRESSED = "button, select, summary, input[type=checkbox], input[type=radio], [role=tab], [role=option], th, label"
_LEADS_AWAY = "document.activeElement.matches('a[href]') && document.activeElement.origin !== location.origin"
