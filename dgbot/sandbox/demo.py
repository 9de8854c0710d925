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

_TERMINATED, _INTERRUPTED = 128 + signal.SIGTERM, 128 + signal.SIGINT
ENDS = {signal.SIGTERM: _TERMINATED, signal.SIGHUP: _TERMINATED, signal.SIGINT: _INTERRUPTED}
"""The signals that end a demo, and the exit code that each means."""

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
        f"The bot's log is {sandbox.log}. Ctrl-C or SIGTERM ends the demo."
    )
    await sandbox.keeper.watch()
    return 0


def run(surroundings: Surroundings, act: Act, *, show: Callable[[str], None], endless: bool) -> int:
    """Set the demo up, do *act*, take everything down, and return the exit code.

    SIGTERM, SIGHUP and Ctrl-C end it in good order: one that is *endless*, whose only end that is, with 0, else with
    143 and 130. The first of them does; what is being taken down is not disturbed by more. Raises DemoError.
    """
    return asyncio.run(_until_told(_do(surroundings, act, show), calm=endless))


async def _do(surroundings: Surroundings, act: Act, show: Callable[[str], None]) -> int:
    try:
        async with sandbox(surroundings, show) as ready:
            return await act(ready)
    except StepFailed as failure:
        show(str(failure))
        return 1


async def _until_told(doing: Coroutine[Any, Any, int], *, calm: bool) -> int:
    work = asyncio.create_task(doing)
    codes: list[int] = []
    loop = asyncio.get_running_loop()

    def end(code: int) -> None:
        codes.append(code)
        if len(codes) == 1:
            work.cancel()

    for number, code in ENDS.items():
        loop.add_signal_handler(number, end, code)  # until the loop is closed
    try:
        return await work
    except asyncio.CancelledError:
        if not codes:
            raise
        return 0 if calm else codes[0]
