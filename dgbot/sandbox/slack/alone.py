"""The local Slack as a process of its own, with its page, for whoever builds another bot."""

from __future__ import annotations

import asyncio
import errno
import shlex
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.front import Front
from dgbot.sandbox.page import Page
from dgbot.sandbox.slack.api.manifest import ManifestError, read_manifest
from dgbot.sandbox.slack.server import LocalSlack


class CannotServe(Exception):
    """The server can't be started; the message says what to change."""


def run(*, port: int, seed: int, manifest: Path | None, deliver_to: str | None, show: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; *show* gets one line, which sets a shell's environment, once it listens.

    Port 0 is any free one. The bot connects over Socket Mode, or gets signed requests at the URL *deliver_to*.
    The environment is not read: a real token never gets here. Raises CannotServe.
    """
    clock = SandboxClock(lambda: datetime.now(UTC))
    slack = LocalSlack(clock.now, seed=seed)
    try:
        if manifest is not None:
            slack.install(read_manifest(manifest))
    except ManifestError as error:
        raise CannotServe(str(error)) from error
    if deliver_to is not None:
        slack.deliver_to(_loopback(deliver_to))
    uvloop.run(_serve(slack, clock, port, show))


async def _serve(slack: LocalSlack, clock: SandboxClock, port: int, show: Callable[[str], None]) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    tokens = (slack.bot_token, slack.app_token, slack.signing_secret)
    page = Page(
        slack, LocalDeepgram(clock.now), clock, secrets=lambda: tokens, alone=True
    )  # its Deepgram is not served
    async with AsyncExitStack() as stack:
        try:
            front = await stack.enter_async_context(Front(page.app, port))
        except OSError as error:
            problem = "is in use" if error.errno == errno.EADDRINUSE else "can't be used"
            raise CannotServe(f"Port {port} {problem}; name another, or 0 for any free one.") from error
        slack.origin = front.origin
        page.meet(None, restart=front.restart)
        show(_line(slack))
        await told.wait()
        await slack.delivery.sockets.hang_up()


def _line(slack: LocalSlack) -> str:
    told = {
        "SLACK_API_URL": f"{slack.origin}/api/",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())


def _loopback(url: str) -> str:
    """Return *url* if it leads to this machine: what people type here is sent nowhere else."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"} and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise CannotServe(f"{url!r} is no address of this machine, such as http://127.0.0.1:3000/slack/events.")
    return url
