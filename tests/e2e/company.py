"""A whole company for one test: the demo's servers, the bot's real process, and what a test asks of them."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from dgbot.sandbox.botsettings import Mode
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.demo import Sandbox, Surroundings, sandbox
from dgbot.sandbox.script import parse
from dgbot.sandbox.slack import Delivered, LocalSlack
from tests.e2e.leaks import leaks

SETTLE_SECONDS = 20.0

Effect = tuple[str, ...]


@dataclass
class Company:
    """The sandbox, what was *shown* on stdout, and what the log may complain about (*forgiven*, parts of lines)."""

    sandbox: Sandbox
    shown: list[str]
    forgiven: set[str] = field(default_factory=set)

    @property
    def slack(self) -> LocalSlack:
        return self.sandbox.slack

    @property
    def deepgram(self) -> LocalDeepgram:
        return self.sandbox.deepgram

    @property
    def folder(self) -> Path:
        return self.sandbox.log.parent

    @property
    def transcript(self) -> str:
        return "\n".join(self.shown)

    # What is done

    async def play(self, script: str) -> None:
        """Play *script*; the transcript is the message when a step fails."""
        assert await self.sandbox.stage.play(parse(script)), self.transcript

    async def asks(self, who: str, text: str, channel: str = "general") -> str:
        """Let *who* type *text*; return what is new on their screen once the bot is idle."""
        return await self._answered(who, lambda: self.slack.people[who].says(text, channel))

    async def clicks(self, who: str, label: str) -> str:
        """Let *who* click; return what is new on their screen once the bot is idle."""
        return await self._answered(who, lambda: self.slack.people[who].clicks(label))

    async def settled(self) -> None:
        """Return when the bot has nothing left to do."""
        await self.sandbox.bot.settled(within=SETTLE_SECONDS)

    async def restarts(self) -> None:
        """Kill -9 the bot and start it again."""
        await self.sandbox.bot.kill()
        await self.sandbox.bot.start()

    async def until(self, met: Callable[[], object]) -> None:
        """Return when *met* is true; fails after 20 s."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while not met():
                await asyncio.sleep(0.005)

    async def deepgram_is_at(self, method: str, ending: str) -> None:
        """Return when a call of that method, to a path that ends so, has reached Deepgram and waits there."""
        await self.until(lambda: any(m == method and p.endswith(ending) for m, p in self.deepgram.pending))

    async def _answered(self, who: str, act: Callable[[], Awaitable[Delivered]]) -> str:
        mark = self.slack.mark()
        delivered = await act()
        assert delivered.acked, delivered
        await self.settled()
        return self.screen(who, mark)

    # What came of it

    def screen(self, who: str, since: int = 0) -> str:
        """Return what *who* can see that is newer than the mark *since*."""
        return "\n".join(self.slack.people[who].sees(since))

    def channel(self, name: str, since: int = 0) -> list[str]:
        """Return what #name shows that is newer than the mark *since*."""
        return self.slack.channel_texts(name, since)

    def posts(self) -> Counter[Effect]:
        """Return every message and edit that Slack took: the method, the channel and the line that stands for it."""
        return Counter(
            (call.method, str(call.arguments["channel"]), str(call.arguments["text"]))
            for call in self.slack.calls
            if call.ok and call.method in {"chat.postMessage", "chat.update"}
        )

    def answers(self) -> Counter[Effect]:
        """Return what only one person was shown: who, where, and the line that stands for it.

        The numbers of a usage report are left aside: they grow with the minutes that a play takes.
        """
        return Counter(
            (message.only_for, message.channel_id, _standing(message.text))
            for message in self.slack.workspace.messages.values()
            if message.only_for is not None
        )

    def changes(self) -> list[Effect]:
        """Return the calls that changed something at Deepgram, in their order."""
        return [
            (seen.method, seen.path)
            for seen in self.deepgram.requests
            if seen.method != "GET" and 200 <= seen.status < 300
        ]

    def audited(self) -> list[str]:
        """Return the actions of the audit log, oldest first."""
        with closing(sqlite3.connect(self.folder / "dgbot.db")) as database:
            return [row[0] for row in database.execute("SELECT action FROM audit ORDER BY number")]

    # What must never be

    def secrets(self) -> dict[str, str]:
        """Return every secret of this company by what it is."""
        issued = {f"the secret of key {n}": s for n, s in enumerate(self.deepgram.issued_secrets, start=1)}
        return issued | {
            "the bot token": self.slack.bot_token,
            "the app token": self.slack.app_token,
            "the signing secret": self.slack.signing_secret,
            "the Deepgram API key": self.deepgram.api_key,
        }

    def places(self) -> dict[str, bytes]:
        """Return everything that the bot wrote or said, by where; views.update is left out, which shows new keys."""
        written = {path.name: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        written |= {"the audit rows": self._dumped("audit"), "stdout": self.transcript.encode()}
        messages = list(self.slack.workspace.messages.values())
        calls = [(c.method, dict(c.arguments)) for c in self.slack.calls if c.method != "views.update"]
        return written | {
            "a message": json.dumps([[m.text, m.blocks, m.metadata] for m in messages]).encode(),
            "a call to Slack": json.dumps(calls, default=str).encode(),
        }

    def leaks(self) -> list[str]:
        """Return a sentence for each secret that got out."""
        found = leaks(self.places(), self.secrets())
        shown = [str(dict(c.arguments)) for c in self.slack.calls if c.method == "views.update"]
        for name, secret in self.secrets().items():
            times = sum(secret in arguments for arguments in shown)
            if times > (secret in self.deepgram.issued_secrets):
                found.append(f"{name} is in {times} calls of views.update.")
        return found

    def complaints(self) -> list[str]:
        """Return the lines of the log that an operator would be called for."""
        lines = self.sandbox.log.read_text().splitlines()
        bad = [line for line in lines if '"level": "error"' in line or "Traceback" in line]
        return [line for line in bad if not any(part in line for part in self.forgiven)]

    def _dumped(self, table: str) -> bytes:
        with closing(sqlite3.connect(self.folder / "dgbot.db")) as database:
            return repr(database.execute(f"SELECT * FROM {table}").fetchall()).encode()  # noqa: S608 - our own name


@asynccontextmanager
async def company(folder: Path, mode: Mode = "socket") -> AsyncIterator[Company]:
    """Open a company in *folder*; on the way out no secret may have leaked, and the log holds no complaint."""
    shown = list[str]()
    async with sandbox(Surroundings(mode=mode, keep=folder), shown.append) as ready:
        opened = Company(ready, shown)
        yield opened
        assert opened.leaks() == []  # while -wal and -shm are there
    assert opened.leaks() == []
    assert opened.complaints() == []


def _standing(text: str) -> str:
    return re.sub(r"[0-9][0-9,.]*", "N", text) if "h of audio" in text else text
