"""Who looks after the bot of a demo: kills it, starts it again, and tells what became of it."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dgbot.sandbox.botprocess import BotProcess, State
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.masking import masked

REMEMBERED = 20
TAIL_BYTES, TAIL_LINES = 64 * 1024, 200
LONGEST_LINE = 500
"""Characters of a line of last words."""
GLANCE = 0.5
"""Seconds between two looks at a process that may end by itself."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What became of the bot, and when by the sandbox's clock."""

    at: datetime
    what: str


class Keeper:
    """The bot's process, as the page shows and steers it; nothing that leaves here holds one of *secrets*.

    *tell* hears of every kill, start and end, once.
    """

    def __init__(
        self,
        bot: BotProcess,
        log: Path,
        *,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        secrets: Callable[[], Iterable[str]],
    ) -> None:
        self._bot, self._log, self._now, self._tell, self._secrets = bot, log, now, tell, secrets
        self._happened: deque[Happening] = deque(maxlen=REMEMBERED)
        self._mourned = False

    @property
    def state(self) -> State:
        """What the process does."""
        return self._bot.state

    @property
    def last_words(self) -> str:
        """Why it ended by itself; nothing if it did not."""
        lines = self._bot.last_words.splitlines()
        return self._told("\n".join(_readable(line.strip()) for line in lines))

    @property
    def happened(self) -> Sequence[Happening]:
        """The latest twenty, oldest first."""
        return tuple(self._happened)

    async def kill(self) -> str | None:
        """End it with SIGKILL, whatever it is doing; returns the sentence that refuses it, or None."""
        if self.state in ("down", "fallen"):
            return "The bot is not running; start it first."
        await self._bot.kill()
        self.note("The bot was killed (SIGKILL).")
        return None

    async def start(self) -> str | None:
        """Start it and return when it is ready; otherwise the sentence that says why it is not."""
        if self.state in ("up", "starting"):
            return "The bot is running already." if self.state == "up" else "The bot is starting already."
        began = asyncio.get_running_loop().time()
        self._mourned = False
        try:
            await self._bot.start()
        except StepFailed as failure:
            self._mourned = True
            self.note(said := self._told(str(failure)))
            return said.partition("\n")[0]
        if self.state == "up":
            self.note(f"The bot was started; it was ready after {asyncio.get_running_loop().time() - began:.1f} s.")
        return None

    async def watch(self) -> None:
        """Tell when it ends by itself, for as long as this is awaited."""
        while True:
            if self.state == "fallen" and not self._mourned:
                self._mourned = True
                self.note(self._told(self._bot.last_words))
            await asyncio.sleep(GLANCE)

    def tail(self) -> list[str]:
        """Return the end of the log, a line an event."""
        try:
            with self._log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(0, size - TAIL_BYTES))
                whole = log.read().split(b"\n")
        except OSError:
            return []
        lines = whole if size <= TAIL_BYTES else whole[1:]  # the first may begin in the middle of a secret
        secrets = tuple(self._secrets())
        return [masked(_readable(line.decode(errors="replace")), secrets) for line in lines[-TAIL_LINES:] if line]

    def note(self, what: str) -> None:
        """Let this be among what *happened*, and tell it."""
        self._happened.append(Happening(self._now(), what))
        self._tell(what)

    def _told(self, words: str) -> str:
        """Return *words* as they may be shown; what is cut was masked before, whole."""
        return "\n".join(map(_cut, masked(words, self._secrets()).split("\n")))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _readable(line: str) -> str:
    """A structured line as people read it: time, level, event, then the rest."""
    try:
        event = msgspec.json.decode(line, type=dict[str, Any])
        head = [str(event.pop(name)) for name in ("timestamp", "level", "event")]
    except (msgspec.DecodeError, ValueError, KeyError, RecursionError):
        return line
    trace = event.pop("exception", None)
    told = " ".join([*head, *(f"{name}={value}" for name, value in event.items())])
    return f"{told}\n{trace}" if trace else told
