"""Everything of one run: three bots on one database, Deepgram, Slack, people, and what befalls them."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.storage import SqlStore, StorageError, leases
from dgbot.app.ground import Ground
from dgbot.app.parts import Parts
from dgbot.deepgram import AsyncManageClient
from dgbot.domain.deliveries import Delivery
from dgbot.sandbox.deepgram import LocalDeepgram
from tests.sim.chance import Chance
from tests.sim.deepgram import Deepgram, Wire
from tests.sim.directory import Directory
from tests.sim.loop import Life, VirtualLoop
from tests.sim.people import APPROVERS, FULL, Crowd
from tests.sim.promises import Promises
from tests.sim.slack import Line, Notifier, Windows, Workspace
from tests.sim.storage import Database, Runner
from tests.sim.terms import GROUP, plugins, terms
from tests.sim.trace import Trace

SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPLICAS = 3
TICK = 60.0
PAUSES = (5.0, 40.0, 150.0, 400.0)
"""About how long, in seconds, a bot stands still; the longer ones outlast the quiet time after a fence."""


class Clock:
    """Business time as one machine has it."""

    def __init__(self, loop: VirtualLoop, ahead: float = 0.0) -> None:
        self._loop, self._ahead = loop, ahead

    def now(self) -> datetime:
        return SUNDAY + timedelta(seconds=self._loop.time() + self._ahead)


class Store(SqlStore):
    """The bots' store, in which nothing becomes a week old."""

    async def prune(self, now: datetime, *, history_for: timedelta) -> int:
        return 0


class Company:
    """Three bots and their world."""

    def __init__(self, seed: int, *, keep: bool) -> None:
        self.loop = VirtualLoop()
        self.trace = Trace(self.loop.time, keep=keep)
        self.chance = Chance(seed)
        self.space = Workspace()
        local = LocalDeepgram(Clock(self.loop).now)
        self.promises = Promises(local, APPROVERS)
        self.database = Database(lambda: SUNDAY.timestamp() + self.loop.time(), self._committed)
        self.deepgram = Deepgram(local, self.loop, self.chance, changed=self._keys)
        self._random = Random(f"{seed}:world")  # noqa: S311  # repeatable on purpose
        self.crowd = Crowd(self.space, Random(f"{seed}:people"), self.deliver)  # noqa: S311
        self._slots: list[Life | None] = [None] * REPLICAS
        self._parts: dict[Life, Parts] = {}
        self._started = self._delivered = self._nonces = 0

    # What the world does to the bots

    def start(self, slot: int) -> None:
        """Start a bot where none runs."""
        self._started += 1
        life = Life(f"bot{slot}.{self._started}", self.loop)
        self._slots[slot] = life
        self.trace(life.name, "starts")
        life.spawn(self._live(life, slot))

    def kill(self, life: Life) -> None:
        """End a bot's process at once; another is started after a while."""
        slot = self._slots.index(life)
        life.kill()
        self._parts.pop(life, None)
        self.trace(life.name, "is killed")
        self._outside(self._random.uniform(1, 90), lambda: self.start(slot))

    def stop(self, life: Life, pauses: tuple[float, ...] = PAUSES) -> None:
        """Let a bot stand still for a while."""
        life.stop()
        asleep = self._random.random() < 0.5
        self.trace(life.name, "stands still")

        def go_on() -> None:
            if life.alive and life.stopped:
                self.trace(life.name, "goes on")
                life.go_on(asleep=asleep)

        self._outside(self._random.choice(pauses) * self._random.uniform(0.5, 1), go_on)

    async def misfortune(self, seconds: float) -> None:
        """Kill and stop bots, and spend money, for so long."""
        ends = self.loop.time() + seconds
        often = self._random.choice((90.0, 240.0, 900.0))
        while self.loop.time() < ends:
            await asyncio.sleep(self._random.uniform(1, 2 * often))
            running = [life for life in self._slots if life is not None and life.alive and not life.stopped]
            match self._random.choice(("kill", "stop", "stop", "money")):
                case "kill" if running:
                    self.kill(self._random.choice(running))
                case "stop" if running:
                    self.stop(self._random.choice(running))
                case "money":
                    self.set_balance(self._random.choice((20, 90, 105, 400)))

    def heal(self) -> None:
        """From now on nothing fails; every bot is started anew, as after a deployment."""
        self.chance.on = False
        self.trace("world", "heals")
        for slot, life in enumerate(self._slots):
            if life is not None and life.alive:
                life.kill()
                self._parts.pop(life, None)
                self.start(slot)

    def leave_one(self) -> None:
        """Shut down all bots but one, which has to take up what the others had."""
        for life in self._slots[1:]:
            if life is not None and life.alive:
                self.trace(life.name, "is shut down")
                life.kill()
                self._parts.pop(life, None)

    def end(self) -> None:
        """Let nothing leave a trace any more."""
        self.trace.over, self.database.open = True, False

    def set_balance(self, dollars: int) -> None:
        self.trace("world", f"balance {dollars}")
        self.deepgram.local.set_balance(Decimal(dollars))

    # What people do to the bots, through Slack

    def deliver(self, who: str, kind: str, payload: Mapping[str, str]) -> None:
        """Tell one of the bots, or two, what *who* did; Slack may say it twice."""
        self._delivered += 1
        trigger = f"T{self._delivered}"
        self.space.triggers[trigger] = (who, self.loop.time())
        self.trace(who, f"{kind} {payload.get('verb') or payload.get('text')} {payload.get('value', '')[:6]}")
        if payload.get("verb") == "key.revoke" and who in APPROVERS:
            row = self.promises.requests[payload["value"].partition(":")[0]]
            self.promises.asked_for_revocation |= {row.key_id} if row.key_id and row.requester_id == who else set()
        told = {
            "user_id": who, "channel_id": "", "verb": "", "text": "", "value": "", "answer_to": "", "view_id": "",
            "view_hash": "", "trigger_id": trigger, **payload,
        }  # fmt: skip
        now = Clock(self.loop).now()
        delivery = Delivery(f"d{self._delivered}", f"trigger:{trigger}", kind, now, told)
        for life in self._reached():
            life.spawn(self._receive(life, delivery))

    def _reached(self) -> list[Life]:
        there = [life for life in self._slots if life in self._parts]
        return self._random.sample(there, min(len(there), 2 if self._random.random() < 0.1 else 1))

    async def _receive(self, life: Life, delivery: Delivery) -> None:
        try:
            kept = await self._parts[life].inbox.receive(delivery)
        except StorageError as error:
            self.trace(life.name, f"{delivery.id} not kept: {type(error).__name__}")
        else:
            self.trace(life.name, f"{delivery.id} {'kept' if kept else 'was here before'}")

    # One bot

    async def _live(self, life: Life, slot: int) -> None:
        try:
            async with self._bot(life, slot) as parts:
                self._parts[life] = parts
                while True:
                    await parts.tick()
                    await asyncio.sleep(TICK)
        except StorageError as error:
            self.trace(life.name, f"ends: {error}")
            life.kill()
            self._parts.pop(life, None)
            self._outside(5.0, lambda: self.start(slot))

    @contextlib.asynccontextmanager
    async def _bot(self, life: Life, slot: int) -> AsyncIterator[Parts]:
        def told(what: str) -> None:
            self.trace(life.name, what)

        async def risk() -> None:
            match self.chance.of_process():
                case "killed":
                    self.kill(life)
                    await self.loop.create_future()
                case "stopped" if not life.stopped:
                    self.stop(life)
                    await asyncio.sleep(0)

        async def halt() -> None:
            if not life.stopped:
                self.stop(life, PAUSES[-2:])
                await asyncio.sleep(0)

        runner = Runner(self.database, life, self.chance, risk=risk, told=told)
        line = Line(self.space, life, self.loop, self.chance, risk=risk, halt=halt, told=told)
        wire = Wire(self.deepgram, life, self.loop, risk=risk, told=told)
        client = AsyncManageClient(
            self.deepgram.local.api_key, base_url="http://127.0.0.1:9", transport=wire, random=self.chance.random.random
        )
        ground = Ground(
            terms(self.deepgram.local.api_key, self.deepgram.local.project_id),
            plugins(),
            Store(runner, life.name),
            Clock(self.loop, self._random.uniform(-1, 1)),
            AsyncWebClient("xoxb-1"),
            AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U", bot_id="B"),
            client,
            notifier=Notifier(line),
            panes=Windows(line, self._seen),
            directory=Directory(line, FULL, {GROUP: APPROVERS}),
            monotonic=self.loop.time,
        )
        async with leases.living(runner, life.name):
            parts = Parts(ground, new_nonce=self._nonce)
            async with parts.working():
                yield parts

    def _nonce(self) -> str:
        self._nonces += 1
        return f"nonce-{self._nonces}"

    def _committed(self, row: Any) -> None:
        self.trace("commit", f"{row.id[:6]} {row.before or ''} -> {row.state} {row.attempt} {row.key_id or ''}")
        self.promises.committed(row)

    def _keys(self, came: set[str], went: set[str]) -> None:
        for name, ids in (("new key", came), ("no key", went)):
            for key_id in sorted(ids):
                self.trace("deepgram", f"{name} {key_id}")
        self.promises.changed(came, went)

    def _seen(self, owner: str, pane: Any) -> None:
        self.trace(owner, f"sees {type(pane).__name__} {getattr(pane, 'headline', '')}")
        self.promises.seen(owner, pane)

    def _outside(self, seconds: float, call: Any) -> None:
        self.loop.call_later(seconds, call, context=contextvars.Context())
