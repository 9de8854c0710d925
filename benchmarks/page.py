"""How long a person waits at the sandbox's page: for the page itself, and for the answer to a command.

``python -m benchmarks.page [--rounds N]``. Needs Chromium, as the browser tests do. Everything is timed inside the
browser, on loopback, with `dgbot demo --serve` in a process of its own: the page from the start of the navigation in a
new context (nothing cached) until its line takes text; a command from the press of Enter until its answer is drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.browser import chromium

COMMANDS = {"/deepgram help": "What you may do", "/deepgram usage": "h of audio"}

USABLE = """() => new Promise((done) => {
  const look = () => {
    const line = document.querySelector("#line");
    if (line?.checkVisibility() && document.querySelector(".room[aria-current]")) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""

ANSWERED = """([text, answer]) => new Promise((done) => {
  const [line, list] = [document.querySelector("#line"), document.querySelector("#messages")];
  const answers = () => [...list.querySelectorAll("article.message")].filter((one) => one.textContent.includes(answer));
  const before = answers().length;
  const seen = new MutationObserver(() => {
    if (answers().length === before) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  });
  seen.observe(list, { childList: true, subtree: true });
  line.value = text;
  const began = performance.now();
  line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
})"""
"""The answer counts when the frame that holds it has been painted."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=20)
    asyncio.run(_measure(options.parse_args().rounds))


async def _measure(rounds: int) -> None:
    path = chromium.found()
    if path is None:
        sys.exit(chromium.MISSING)
    async with _demo() as origin, chromium.launched(path) as browser:
        print(f"median of {rounds}, slowest:")
        _told("the page is usable", [await _loaded(browser, origin) for _ in range(rounds)])
        page = await browser.new_page()
        await page.goto(f"{origin}/#alice")
        await page.evaluate(USABLE)
        for text, answer in COMMANDS.items():
            _told(text, [await page.evaluate(ANSWERED, [text, answer]) for _ in range(rounds)])


async def _loaded(browser: Browser, origin: str) -> float:
    page: Page = await browser.new_page()
    await page.goto(f"{origin}/#alice", wait_until="commit")
    taken: float = await page.evaluate(USABLE)
    await page.context.close()
    return taken


def _told(what: str, taken: list[float]) -> None:
    print(f"  {what:20} {statistics.median(taken):6.0f} ms {max(taken):6.0f} ms")


@asynccontextmanager
async def _demo() -> AsyncIterator[str]:
    command = (sys.executable, "-m", "dgbot", "demo", "--serve")
    demo = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert demo.stdout is not None
    try:
        said = (await demo.stdout.readline()).decode()
        [origin] = re.findall(r"http://127\.0\.0\.1:[0-9]+", said)
        yield origin
    finally:
        demo.terminate()
        await demo.communicate()


if __name__ == "__main__":
    main()
