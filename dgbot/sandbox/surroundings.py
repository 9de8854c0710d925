"""The demo put together: a local Slack, a local Deepgram, a clock, and a bot that knows of no other world."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dgbot.sandbox.botprocess import PRODUCTION, BotProcess
from dgbot.sandbox.botsettings import Mode, environment
from dgbot.sandbox.cast import StepFailed
from dgbot.sandbox.clock import SandboxClock, TooLate
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.folders import temporary
from dgbot.sandbox.front import Front
from dgbot.sandbox.keeper import Keeper
from dgbot.sandbox.masking import masked, masking
from dgbot.sandbox.page import Page
from dgbot.sandbox.slack import LocalSlack, NoSuchThing, NotAccepted
from dgbot.sandbox.stage import Stage
from dgbot.sandbox.transcript import news
from dgbot.sandbox.workshop import Workshop, WorkshopError
from dgbot.serving import serving


@dataclass(frozen=True)
class Surroundings:
    """How a demo is set up.

    *port* is the page's (0: any free one); *keep* is a folder to leave behind; *plugins* are files and directories of
    plugins to try, beside the installed ones.
    """

    mode: Mode = "socket"
    port: int = 0
    seed: int = 0
    keep: Path | None = None
    command: Sequence[str] = PRODUCTION
    plugins: Sequence[Path] = ()


@dataclass(frozen=True)
class Sandbox:
    """A demo that is up: its two servers, its clock, its bot, and the stage that plays steps on them.

    *front* is the server of the local Slack and the page; *keeper* kills and starts the bot as the page does.
    """

    slack: LocalSlack
    deepgram: LocalDeepgram
    clock: SandboxClock
    bot: BotProcess
    stage: Stage
    log: Path
    show: Callable[[str], None]
    front: Front
    keeper: Keeper


class DemoError(Exception):
    """The demo can't be set up as asked."""


@asynccontextmanager
async def sandbox(surroundings: Surroundings, show: Callable[[str], None]) -> AsyncIterator[Sandbox]:
    """Set everything up, the bot ready; leaving the block stops the bot first, then the servers.

    Raises DemoError, or StepFailed when the bot does not get ready.
    """
    clock = SandboxClock(lambda: datetime.now(UTC))
    slack = LocalSlack(clock.now, seed=surroundings.seed)
    deepgram = LocalDeepgram(clock.now, seed=surroundings.seed)
    secrets = partial(_secrets, slack, deepgram)
    show = masking(show, secrets)
    page = Page(slack, deepgram, clock, secrets=secrets)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder(surroundings.keep))
        front = await stack.enter_async_context(_front(page, surroundings.port))
        slack.origin = front.origin
        deepgram_origin = await stack.enter_async_context(serving(deepgram.app))
        timepiece = await stack.enter_async_context(Front(clock.app))
        port, log = stack.enter_context(_kept_port()), folder / "bot.log"
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
            clock_url=f"{timepiece.origin}/clock",
            port=port,
        )
        workshop = Workshop(surroundings.plugins, folder / "plugins")
        prepare = partial(_prepare, workshop, folder / "dgbot.toml", deepgram.project_id)
        bot = BotProcess(told, folder=folder, log=log, port=port, command=surroundings.command, prepare=prepare)
        stage = Stage(
            slack,
            deepgram,
            clock,
            bot,
            show=show,
            news=partial(news, slack.workspace),
            refusals=(NoSuchThing, NotAccepted, TooLate),
        )
        keeper = Keeper(bot, log, now=clock.now, tell=show, secrets=secrets)
        page.meet(
            keeper,
            restart=front.restart,
            commands=lambda: workshop.commands,
            settings=partial(_text, folder / "dgbot.toml"),
        )
        await stack.enter_async_context(bot)
        try:
            await bot.start()
        except StepFailed as failure:
            raise StepFailed(masked(str(failure), secrets())) from None
        yield Sandbox(slack, deepgram, clock, bot, stage, log, show, front, keeper)


def _secrets(slack: LocalSlack, deepgram: LocalDeepgram) -> tuple[str, ...]:
    keys = (key.secret for project in deepgram.world.projects.values() for key in project.keys.values())
    own = (slack.bot_token, slack.app_token, slack.signing_secret, deepgram.api_key)
    return tuple(dict.fromkeys((*own, *deepgram.issued_secrets, *keys)))


def _text(settings: Path) -> str:
    try:
        return settings.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "it can't be read"


def _prepare(workshop: Workshop, settings: Path, project: str) -> None:
    try:
        workshop.write_settings(settings, project)
    except WorkshopError as error:
        raise DemoError(str(error)) from error


@asynccontextmanager
async def _front(page: Page, port: int) -> AsyncIterator[Front]:
    async with AsyncExitStack() as stack:
        try:
            front = await stack.enter_async_context(Front(page.app, port))
        except OSError as error:
            raise DemoError(f"Port {port} can't be used ({error.strerror}); name another, or 0 for any.") from error
        yield front


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with ExitStack() as stack:
        if keep is None:
            yield stack.enter_context(temporary())
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


@contextmanager
def _kept_port() -> Iterator[int]:
    """A free port, kept for the bot: on Linux a socket that does not listen lets it in, and nobody else."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port = int(held.getsockname()[1])
        if sys.platform != "linux":
            held.close()
        yield port
