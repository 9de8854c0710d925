"""The bot as the demo runs it: its production entry point in a process of its own, which can be killed for real."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import aiohttp

from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.tether import tethered

PRODUCTION = (sys.executable, "-m", "dgbot", "run")

START_SECONDS = 30.0
STOP_SECONDS = 5.0
LAST_LINES, LAST_BYTES = 15, 64 * 1024

State = Literal["up", "starting", "down", "fallen"]
"""Fallen is what ended by itself; down is what was stopped, killed or never started."""


class BotProcess:
    """One bot that is started, watched, killed and started again; its output goes to the file *log*.

    It never outlives the process that started it: leaving the ``async with`` stops it, and on Linux the kernel kills it
    when its parent dies. Its health page is asked on 127.0.0.1:*port*. *prepare* is called before each start.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        folder: Path,
        log: Path,
        port: int,
        command: Sequence[str] = PRODUCTION,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._environment = environment
        self._folder = folder
        self._log = log
        self._command = command
        self._origin = f"http://127.0.0.1:{port}"
        self._prepare = prepare
        self._process: Process | None = None
        self._spawning = asyncio.Lock()
        self._starting = False
        self._fell = ""
        self._obituary: tuple[Process, str] | None = None
        self._logged = 0
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> BotProcess:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2.0))
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.stop()
        finally:
            assert self._session is not None  # noqa: S101 - for the type checker
            await self._session.close()

    def alive(self) -> bool:
        """Whether it was started and not killed; raises StepFailed, once, when it ended by itself."""
        process = self._process
        if process is None or process.returncode is None:
            return process is not None
        self._process, self._fell = None, self._told_of(process, process.returncode)
        raise StepFailed(self._fell)

    @property
    def state(self) -> State:
        """What becomes of the process just now; asking changes nothing."""
        if self._starting:
            return "starting"
        if self._process is None:
            return "fallen" if self._fell else "down"
        return "up" if self._process.returncode is None else "fallen"

    @property
    def last_words(self) -> str:
        """How it ended, if it ended by itself, with the end of its log, which may hold secrets."""
        if self._process is not None and self._process.returncode is not None:
            return self._told_of(self._process, self._process.returncode)
        return self._fell

    async def start(self) -> None:
        """Start the process and return when it is ready; raises StepFailed when it ends first or takes over 30 s."""
        self._starting, self._fell = True, ""
        try:
            self._prepare()
            await self._spawn()
            await self._ready()
        finally:
            self._starting = False

    async def _spawn(self) -> None:
        async with self._spawning:
            with self._log.open("ab") as log:
                self._logged = log.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *tethered(self._command),
                    env=self._environment,
                    cwd=self._folder,
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for the demo, which then stops the bot in good order
                )

    async def _ready(self) -> None:
        deadline = _time() + START_SECONDS
        while self.alive() and await self._ask("/readyz") is None:
            if _time() > deadline:
                await self.kill()
                raise StepFailed(f"The bot was not ready after {START_SECONDS:g} s.{self._last_lines()}")
            await asyncio.sleep(0.05)

    async def settled(self, *, within: float) -> None:
        """Return when inbox and outbox hold nothing that is due; raises StepFailed after *within* seconds."""
        deadline = _time() + within
        while self.alive():
            health = await self._ask("/healthz")
            if health is not None and health.get("inbox") == 0 and health.get("outbox") == 0:
                return
            if _time() > deadline:
                rest = "no answer" if health is None else f"inbox {health.get('inbox')}, outbox {health.get('outbox')}"
                raise StepFailed(f"The bot still had work to do after {within:g} s ({rest}).")
            await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End the process with SIGKILL and wait for its end."""
        async with self._spawning:
            process, self._process, self._fell = self._process, None, ""
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def stop(self, *, within: float | None = None) -> int | None:
        """End the process with SIGTERM, or with SIGKILL if it is still there after *within* seconds (usually 5).

        Returns its exit code, negative for the signal that ended it; None if it was not running.
        """
        async with self._spawning:
            process, self._process, self._fell = self._process, None, ""
        if process is None or process.returncode is not None:
            return None
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS if within is None else within):
                    await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode

    async def ended(self) -> None:
        """Return when the process ends, at once if it is not running."""
        if self._process is not None:
            await self._process.wait()

    async def _ask(self, path: str) -> dict[str, object] | None:
        assert self._session is not None  # noqa: S101 - for the type checker
        try:
            async with self._session.get(self._origin + path) as answer:
                if answer.status != 200:
                    return None
                body = await answer.json(content_type=None) if path == "/healthz" else {}
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None
        return body if isinstance(body, dict) else None

    def _told_of(self, process: Process, code: int) -> str:
        if self._obituary is None or self._obituary[0] is not process:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._obituary = process, f"The bot's process ended by itself ({how}).{self._last_lines()}"
        return self._obituary[1]

    def _last_lines(self) -> str:
        with self._log.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            # what it said before it was started again are not its last words
            begin = log.seek(max(self._logged, end - LAST_BYTES))
            said = log.read().decode(errors="replace").splitlines()
        whole = said[1:] if begin > self._logged else said  # the first may begin in the middle of a secret
        lines = whole[-LAST_LINES:] or (["…"] if said else [])
        return "".join(["\nIts last words:", *(f"\n    {line}" for line in lines)]) if lines else " It said nothing."


def _time() -> float:
    return asyncio.get_running_loop().time()
