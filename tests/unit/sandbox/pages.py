"""A page in this process for tests, and how to ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.page import Page
from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Told = dict[str, Any]


@dataclass(frozen=True)
class Tab:
    """One browser tab, at the address of a page."""

    session: aiohttp.ClientSession

    async def post(self, path: str, **body: object) -> Told:
        async with self.session.post(path, json=body) as answer:
            told: Told = await answer.json()
        return told

    async def until(self, path: str, met: Callable[[Told], object]) -> Told:
        """Return the first thing told on the feed at *path* that has *met* the wish; fails after 10 s."""
        async with self.session.ws_connect(path) as feed, asyncio.timeout(10):
            while not met(told := await feed.receive_json()):
                pass
        found: Told = told
        return found

    async def first(self, path: str) -> Told:
        """Return what the feed at *path* tells at once."""
        return await self.until(path, lambda _: True)


@dataclass(frozen=True)
class Office(Tab):
    """A tab, and what is behind its page: both local servers and a clock, and no bot."""

    slack: LocalSlack
    deepgram: LocalDeepgram
    clock: SandboxClock
    at_deepgram: str

    @property
    def bot(self) -> AsyncWebClient:
        return AsyncWebClient(self.slack.bot_token, base_url=f"{self.slack.origin}/api/", retry_handlers=[])

    async def calls(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """Call Deepgram with the bot's key."""
        ours = {"authorization": f"Token {self.deepgram.api_key}", **(headers or {})}
        async with self.session.request(method, self.at_deepgram + path, headers=ours, **more) as answer:
            return await answer.json()


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    clock = SandboxClock(lambda: NOON)
    slack, deepgram = LocalSlack(clock.now), LocalDeepgram(clock.now)

    def secrets() -> list[str]:
        return [slack.bot_token, slack.app_token, slack.signing_secret, deepgram.api_key, *deepgram.issued_secrets]

    page = Page(slack, deepgram, clock, secrets=secrets)
    async with (
        serving(page.app) as slack.origin,
        serving(deepgram.app) as at_deepgram,
        aiohttp.ClientSession(slack.origin) as session,
    ):
        yield Office(session, slack, deepgram, clock, at_deepgram)
