"""One life of the bot, in a child of its own: it does what it is told over a socket until it is killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, cast

from slack_bolt.authorization import AuthorizeResult

from dgbot.adapters import telemetry
from dgbot.adapters.slack.session import own_session
from dgbot.adapters.storage import SqlStore, open_store
from dgbot.app.ground import Ground
from dgbot.app.parts import Parts
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.ports import Store
from dgbot.plugin.discovery import Plugins
from dgbot.serving import serving_briefly
from dgbot.settings import Settings
from dgbot.testing.inside import web_door
from tests.faults.crashes.boundaries import Boundaries, CountedSession, CountedStore, CountedTransport
from tests.office import MovableClock

PATIENCE = 10.0
"""Real seconds in which a bot has to come to rest."""

QUIET_TURNS = 25
"""Turns of the loop without an effect after which nothing but a timer can begin one."""


@dataclass(frozen=True)
class Birth:
    """What a life begins with; *crash_at* 0 never comes, *flaw* breaks the parts on purpose."""

    url: str
    settings: Settings
    plugins: Plugins
    identity: AuthorizeResult
    deepgram_origin: str
    now: datetime
    number: int
    crash_at: int
    log: Path
    flaw: Callable[[Parts], None] | None = None


def live(birth: Birth, orders: socket.socket) -> NoReturn:
    """Be the bot, in a process that was just forked from one with a running loop; never return."""
    try:
        asyncio._set_running_loop(None)
        with birth.log.open("a") as log:
            telemetry.configure(level="debug", style="json", secrets=(), stream=log)
            logging.basicConfig(handlers=[logging.StreamHandler(log)], level="DEBUG", force=True)  # nothing blotted out
            asyncio.run(obey(birth, orders))
    except BaseException:
        logging.getLogger(__name__).exception("the life ended")
    finally:
        os._exit(1)
    raise AssertionError


async def obey(birth: Birth, orders: socket.socket) -> None:
    """Run the bot, and carry out one order after the other until nobody gives any more."""
    reader, _ = await asyncio.open_connection(sock=orders)

    def say(**words: Any) -> None:
        os.write(orders.fileno(), json.dumps(words).encode() + b"\n")

    boundaries = Boundaries(birth.crash_at, lambda number, name: say(died=number, name=name))
    clock = MovableClock(birth.now)
    slack, deepgram = birth.settings.slack, birth.settings.deepgram
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(birth.url, as_bot=True))
        client = await stack.enter_async_context(own_session(slack.base_url, slack.bot_token))
        assert client.session is not None
        client.session = cast("Any", CountedSession(client.session, boundaries))
        manage = AsyncManageClient(
            deepgram.api_key.get_secret_value(),
            base_url=birth.deepgram_origin,
            transport=CountedTransport(boundaries),
            sleep=_at_once,
        )
        counted = cast("Store", CountedStore(store, boundaries))
        nonces = iter(f"nonce-{birth.number}-{n}" for n in range(1, 1000))
        ground = Ground(birth.settings, birth.plugins, counted, clock, client, birth.identity, manage)
        parts = Parts(ground, new_nonce=lambda: next(nonces))
        if birth.flaw is not None:
            birth.flaw(parts)
        await stack.enter_async_context(parts.working())
        origin = await stack.enter_async_context(serving_briefly(web_door(parts)))
        say(ready=origin)
        while line := await reader.readline():
            say(**await _done(json.loads(line), parts, store, clock, boundaries))


async def _done(
    order: Mapping[str, float], parts: Parts, store: SqlStore, clock: MovableClock, boundaries: Boundaries
) -> dict[str, Any]:
    """Carry out one order: wait until all is done, or move the clock on, make a round and wait."""
    if "after" in order:
        clock.advance(timedelta(seconds=order["after"]))
        await parts.tick()
    try:
        async with asyncio.timeout(PATIENCE):
            await _settled(parts, store, clock, boundaries)
    except TimeoutError:
        return {"stuck": str(await store.backlog(clock.now())), "names": boundaries.names}
    return {"names": boundaries.names}


async def _settled(parts: Parts, store: SqlStore, clock: MovableClock, boundaries: Boundaries) -> None:
    while True:
        await _quiet(boundaries)
        reached = len(boundaries.names)
        backlog = await store.backlog(clock.now())
        if not backlog.inbox and not backlog.outbox and len(boundaries.names) == reached:
            return
        await asyncio.sleep(0.002)  # something waits for a timer


async def _quiet(boundaries: Boundaries) -> None:
    turns, reached = 0, -1
    while turns < QUIET_TURNS:
        if boundaries.under_way or len(boundaries.names) != reached:
            turns, reached = 0, len(boundaries.names)
            await asyncio.sleep(0.0002 if boundaries.under_way else 0)
        else:
            turns += 1
            await asyncio.sleep(0)


async def _at_once(_: float) -> None:
    """Wait for nothing before a call is tried again."""
