"""The demo put together: a local Slack, a local Deepgram, a clock, and a bot that knows of no other world."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from dgbot.sandbox.botprocess import PRODUCTION, BotProcess
from dgbot.sandbox.botsettings import Mode, environment, settings_text
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.masking import masked, masking
from dgbot.sandbox.page import Page
from dgbot.sandbox.script import Line
from dgbot.sandbox.slack import LocalSlack, NoSuchThing, NotAccepted
from dgbot.sandbox.stage import Stage
from dgbot.sandbox.transcript import news
from dgbot.serving import serving

TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT


@dataclass(frozen=True)
class Surroundings:
    """How a demo is set up. *port* is the page's (0: any free one); *keep* is a folder to leave behind."""

    mode: Mode = "socket"
    port: int = 0
    seed: int = 0
    keep: Path | None = None
    command: Sequence[str] = PRODUCTION


@dataclass(frozen=True)
class Sandbox:
    """A demo that is up: its two servers, its clock, its bot, and the stage that plays steps on them."""

    slack: LocalSlack
    deepgram: LocalDeepgram
    clock: SandboxClock
    bot: BotProcess
    stage: Stage
    log: Path
    show: Callable[[str], None]


Act = Callable[[Sandbox], Coroutine[Any, Any, int]]
"""What is done with a demo that is up; returns the exit code."""


class DemoError(Exception):
    """The demo can't be set up as asked."""


def first_day() -> str:
    """Return the built-in script."""
    return files("dgbot.sandbox").joinpath("first-day.txt").read_text(encoding="utf-8")


def playing(lines: Sequence[Line]) -> Act:
    """Return the act that plays a script; its exit code is 1 when a step fails."""

    async def play(sandbox: Sandbox) -> int:
        return 0 if await sandbox.stage.play(lines) else 1

    return play


async def serve(sandbox: Sandbox) -> int:
    """Run until a signal ends the demo, which is its proper end; 1 when the bot ends by itself."""
    sandbox.show(
        f"Open {sandbox.slack.origin} in a browser, as alice, bob, carol or gina. "
        f"The bot's log is {sandbox.log}. SIGTERM ends the demo."
    )
    await sandbox.bot.ended()
    try:
        sandbox.bot.alive()
    except StepFailed as failure:
        sandbox.show(str(failure))
    return 1


def run(surroundings: Surroundings, act: Act, *, show: Callable[[str], None]) -> int:
    """Set the demo up, do *act*, take everything down, and return the exit code.

    SIGTERM and SIGHUP end it in good order with 143 (0 when serving), Ctrl-C with 130. Raises DemoError.
    """
    try:
        return asyncio.run(_until_told(_do(surroundings, act, show), calm=act is serve))
    except KeyboardInterrupt:
        return INTERRUPTED


@asynccontextmanager
async def sandbox(surroundings: Surroundings, show: Callable[[str], None]) -> AsyncIterator[Sandbox]:
    """Set everything up, the bot ready; leaving the block stops the bot first, then the servers.

    Raises DemoError, or StepFailed when the bot does not get ready.
    """
    clock = SandboxClock(lambda: datetime.now(UTC))
    slack = LocalSlack(clock.now, seed=surroundings.seed)
    deepgram = LocalDeepgram(clock.now, seed=surroundings.seed)
    page = Page(slack, deepgram, clock)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder(surroundings.keep))
        slack.origin = await stack.enter_async_context(_serving(page.app, surroundings.port))
        deepgram_origin = await stack.enter_async_context(serving(deepgram.app))
        clock_origin = await stack.enter_async_context(serving(clock.app))
        port, log = _free_port(), folder / "bot.log"
        if surroundings.mode == "http":
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        told = environment(
            mode=surroundings.mode,
            folder=folder,
            slack_origin=slack.origin,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            signing_secret=slack.signing_secret,
            deepgram_origin=deepgram_origin,
            deepgram_key=deepgram.api_key,
            clock_url=f"{clock_origin}/clock",
            port=port,
        )
        (folder / "dgbot.toml").write_text(settings_text(deepgram.project_id), encoding="utf-8")
        bot = BotProcess(told, folder=folder, log=log, port=port, command=surroundings.command)
        own = (slack.bot_token, slack.app_token, slack.signing_secret, deepgram.api_key)
        show = masking(show, lambda: (*own, *deepgram.issued_secrets))
        stage = Stage(
            slack,
            deepgram,
            clock,
            bot,
            show=show,
            news=partial(news, slack.workspace),
            refusals=(NoSuchThing, NotAccepted),
        )
        await stack.enter_async_context(bot)
        page.watch(bot.ended)
        try:
            await bot.start()
        except StepFailed as failure:
            raise StepFailed(masked(str(failure), own)) from None
        yield Sandbox(slack, deepgram, clock, bot, stage, log, show)


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


@asynccontextmanager
async def _serving(app: Any, port: int) -> AsyncIterator[str]:
    async with AsyncExitStack() as stack:
        try:
            origin = await stack.enter_async_context(serving(app, port=port))
        except OSError as error:
            raise DemoError(f"Port {port} can't be used ({error.strerror}); name another, or 0 for any.") from error
        yield origin


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with ExitStack() as stack:
        if keep is None:
            yield Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dgbot-demo-")))
            return
        folder = keep.absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise DemoError(f"{keep} is not empty; name a new or an empty folder to keep.")
            folder.chmod(0o700)
        except OSError as error:
            raise DemoError(f"{keep} can't be the folder to keep ({error.strerror}); name another.") from error
        yield folder


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
