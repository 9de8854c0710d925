"""The bot's process as its parent sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Mapping
from typing import Any

from tests.faults.crashes.life import Birth, live, obey


class BotEnded(Exception):
    """The bot is dead."""


class NeverRests(Exception):
    """The bot works for ever, or dies of itself."""


class Child:
    """A life that was begun: orders go to it, and its end is noticed."""

    def __init__(self, pid: int, ours: socket.socket, names: list[str], died: list[str]) -> None:
        self.ended = False
        self._pid, self._ours, self._names, self._died = pid, ours, names, died
        self._task: asyncio.Task[None] | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._buried = False

    @classmethod
    def born(cls, birth: Birth, names: list[str], died: list[str], *, forked: bool) -> Child:
        """Begin a life in a child, or beside this one in the same process, where it can't be killed."""
        ours, theirs = socket.socketpair()
        pid = os.fork() if forked else 0
        if pid == 0 and forked:
            ours.close()
            live(birth, theirs)
        life = cls(pid, ours, names, died)
        if forked:
            theirs.close()
        else:
            life._task = asyncio.create_task(obey(birth, theirs))
        return life

    async def ready(self) -> str:
        """Return where the bot listens; raises BotEnded."""
        self._reader, self._writer = await asyncio.open_connection(sock=self._ours, limit=1 << 22)
        return str((await self._answer())["ready"])

    async def told(self, **order: float) -> None:
        """Return when the order is carried out; raises BotEnded."""
        assert self._writer is not None
        if self.ended:
            raise BotEnded
        self._writer.write(json.dumps(order).encode() + b"\n")
        answer = await self._answer()
        self._names[:] = answer["names"]
        if "stuck" in answer:
            raise NeverRests(answer["stuck"])

    async def _answer(self) -> Mapping[str, Any]:
        assert self._reader is not None
        try:
            line = await self._reader.readline()
        except ConnectionError:
            line = b""
        answer: Mapping[str, Any] = json.loads(line or b"{}")
        if "died" in answer or not line:
            self.ended = True
            if line:
                self._died.append(f"{answer['died']} {answer['name']}")
            raise BotEnded
        return answer

    async def ends(self) -> None:
        """Take note of the bot's end, and bring it about if need be."""
        if self._buried:
            return
        self._buried = True
        self.ended = True
        if self._writer is not None:
            self._writer.close()
        if self._task is not None:
            await self._task
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)  # noqa: ASYNC222  # it is dead already
