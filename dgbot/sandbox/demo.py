"""What is done with a demo that is up: a script is played, or the page is served until a signal ends it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from importlib.resources import files
from typing import Any

from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.script import Line
from dgbot.sandbox.surroundings import DemoError, Sandbox, Surroundings, sandbox

__all__ = ["Act", "DemoError", "Sandbox", "Surroundings", "first_day", "playing", "run", "sandbox", "serve"]

TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT

Act = Callable[[Sandbox], Coroutine[Any, Any, int]]
"""What is done with a demo that is up; returns the exit code."""


def first_day() -> str:
    """Return the built-in script."""
    return files("dgbot.sandbox").joinpath("first-day.txt").read_text(encoding="utf-8")


def playing(lines: Sequence[Line]) -> Act:
    """Return the act that plays a script; its exit code is 1 when a step fails."""

    async def play(sandbox: Sandbox) -> int:
        return 0 if await sandbox.stage.play(lines) else 1

    return play


async def serve(sandbox: Sandbox) -> int:
    """Run until a signal ends the demo, which is its only end: a bot that ends is told of, and can be started again."""
    sandbox.show(
        f"Open {sandbox.slack.origin} in a browser, as alice, bob, carol or gina. "
        f"The bot's log is {sandbox.log}. SIGTERM ends the demo."
    )
    await sandbox.keeper.watch()
    return 0


def run(surroundings: Surroundings, act: Act, *, show: Callable[[str], None]) -> int:
    """Set the demo up, do *act*, take everything down, and return the exit code.

    SIGTERM and SIGHUP end it in good order with 143 (0 when serving), Ctrl-C with 130. Raises DemoError.
    """
    try:
        return asyncio.run(_until_told(_do(surroundings, act, show), calm=act is serve))
    except KeyboardInterrupt:
        return INTERRUPTED


async def _do(surroundings: Surroundings, act: Act, show: Callable[[str], None]) -> int:
    try:
        async with sandbox(surroundings, show) as ready:
            return await act(ready)
    except StepFailed as failure:
        show(str(failure))
        return 1


async def _until_told(doing: Coroutine[Any, Any, int], *, calm: bool) -> int:
    work = asyncio.create_task(doing)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        told.set()
        work.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    try:
        return await work
    except asyncio.CancelledError:
        if not told.is_set():
            raise
        return 0 if calm else TERMINATED
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
