"""The local Deepgram as a process of its own."""

from __future__ import annotations

import asyncio
import errno
import shlex
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from dgbot.sandbox.deepgram.server import LocalDeepgram
from dgbot.sandbox.deepgram.wire import Wire
from dgbot.sandbox.deepgram.world.holdings import is_secret
from dgbot.sandbox.deepgram.world.seed import SeedError, read_seed
from dgbot.serving import serving


class CannotServe(Exception):
    """The server can't be started; the message says what to change."""


def run(
    *, port: int, wire: Wire, world: Path | None, lenient: bool, api_key: str | None, show: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or Ctrl-C; *show* gets one line, which sets a shell's environment, once it listens.

    Port 0 is any free one. The environment is not read: a real key never gets here. Raises CannotServe.
    """
    if api_key is not None and not is_secret(api_key):
        raise CannotServe("The API key must be plain characters without spaces.")
    try:
        seed = None if world is None else read_seed(world.read_bytes())
        deepgram = LocalDeepgram(_now, world=seed, api_key=api_key, wire=wire, lenient=lenient)
    except OSError as error:
        raise CannotServe(f"{world} can't be read: {error.strerror}.") from error
    except SeedError as error:
        raise CannotServe(f"{world} can't be used: {error}.") from error
    uvloop.run(_serve(deepgram, port, show))


async def _serve(deepgram: LocalDeepgram, port: int, show: Callable[[str], None]) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with AsyncExitStack() as stack:
        try:
            origin = await stack.enter_async_context(serving(deepgram.app, port=port))
        except OSError as error:
            problem = "is in use" if error.errno == errno.EADDRINUSE else "can't be used"
            raise CannotServe(f"Port {port} {problem}; name another, or 0 for any free one.") from error
        show(f"export DEEPGRAM_HOST={origin} DEEPGRAM_API_KEY={shlex.quote(deepgram.api_key)}")
        await told.wait()
        deepgram.hang_up()


def _now() -> datetime:
    return datetime.now(UTC)
