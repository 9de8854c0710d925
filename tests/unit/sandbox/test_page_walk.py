"""The page walked as a browser does, over HTTP and WebSocket, with the real bot behind it."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

Shown = dict[str, Any]
Press = dict[str, str]


class Browser:
    """One person's page."""

    def __init__(self, session: aiohttp.ClientSession, who: str) -> None:
        self._session, self._who = session, who

    async def acts(self, act: str, **rest: object) -> None:
        async with self._session.post("/page/acts", json={"who": self._who, "act": act, **rest}) as answer:
            assert await answer.json() == {"ok": True}

    async def until(self, found: Callable[[Shown], Any]) -> Any:
        """Return what is *found* on the screen, as soon as it is there."""
        async with self._session.ws_connect(f"/page/screen?who={self._who}") as screen, asyncio.timeout(15):
            while not (what := found(await screen.receive_json())):
                pass
        return what

    async def presses(self, label: str) -> None:
        await self.acts("presses", **await self.until(lambda shown: button(shown, label)))


def button(shown: Shown, label: str) -> Press | None:
    return next(
        (
            {
                "channel": room["id"],
                "ts": message["ts"],
                "block_id": block["block_id"],
                "action_id": element["action_id"],
            }
            for room in shown["channels"]
            for message in room["messages"]
            for block in message["blocks"]
            for element in block.get("elements", ())
            if block["type"] == "actions" and element["text"]["text"] == label
        ),
        None,
    )


@asynccontextmanager
async def served() -> AsyncIterator[tuple[aiohttp.ClientSession, asyncio.subprocess.Process]]:
    command = (sys.executable, "-m", "dgbot", "demo", "--serve")
    demo = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert demo.stdout is not None
    try:
        async with asyncio.timeout(40):
            said = (await demo.stdout.readline()).decode()
        [origin] = re.findall(r"http://127\.0\.0\.1:[0-9]+", said)
        async with aiohttp.ClientSession(origin) as session:
            yield session, demo
    finally:
        if demo.returncode is None:
            demo.terminate()
        await demo.communicate()


@pytest.mark.slow
async def test_a_key_is_asked_for_approved_and_revealed_on_the_page():
    async with served() as (session, demo):
        alice, bob, carol = (Browser(session, who) for who in ("alice", "bob", "carol"))
        line = '/deepgram create-key ci --scopes usage:read --ttl 30d --reason "nightly batch"'
        await alice.acts("says", channel="CGENERAL1", text=line)
        await bob.presses("Approve")
        await alice.presses("Reveal key")

        def key(shown: Shown) -> list[str]:
            return re.findall(r"\b[0-9a-f]{40}\b", str(shown["modals"]))

        [secret] = await alice.until(key)
        for other in (bob, carol, Browser(session, "gina")):
            assert secret not in str(await other.until(lambda shown: shown))
        view_id = await alice.until(lambda shown: shown["modals"][-1]["view_id"])
        await alice.acts("closes", view_id=view_id)
        assert secret not in str(await alice.until(lambda shown: shown))
        demo.terminate()
        assert await demo.wait() == 0
