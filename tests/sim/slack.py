"""Slack as a ledger: what was posted, which windows are open, who is who; the bots reach it through their ports."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.services.panes import NewKey, OpenPane, Pane, PaneLost
from tests.sim.chance import FINE, Chance
from tests.sim.loop import Life, VirtualLoop

T = TypeVar("T")

TRIGGER_LASTS = 3.0
PATIENCE = 5.0


@dataclass
class Window:
    """A modal on somebody's screen."""

    owner: str
    pane: Pane
    revision: int = 0
    closed: bool = False


@dataclass
class Send:
    """A notice that reached Slack, perhaps long after it *began*.

    *losses* tell what had befallen the process that sent it until then.
    """

    notice: Notice
    began: float
    by: Life
    losses: int
    known: bool


@dataclass
class Workspace:
    """Everything that people can see."""

    messages: dict[str, Notice] = field(default_factory=dict)
    """By its number the newest state of each message."""
    sends: dict[str, list[Send]] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)


class Refusal(Exception):
    """Slack says no."""


class Line:
    """One process's way to Slack: each call takes effect, or not, whatever becomes of whoever made it."""

    def __init__(
        self,
        space: Workspace,
        life: Life,
        loop: VirtualLoop,
        chance: Chance,
        *,
        risk: Callable[[], Any],
        halt: Callable[[], Any],
        told: Callable[[str], None],
    ) -> None:
        self.space, self.life, self.loop, self.chance = space, life, loop, chance
        self.risk, self.halt, self.told = risk, halt, told

    async def call(self, fault: str, effect: Callable[[], T]) -> T:
        """Return what *effect* returned; raises Refusal, and TimeoutError when nobody can tell whether it happened."""
        await self.risk()
        back: asyncio.Future[T] = self.loop.create_future()

        def happen() -> None:
            try:
                value = effect()
            except Refusal as refusal:
                if not back.done():
                    back.set_exception(refusal)
                    back.exception()
            else:
                if not back.done():
                    back.set_result(value)

        seconds = self.chance.seconds
        if fault != "lost":
            after = seconds(5, 25) if fault == "late" else seconds(0.5, 4.5) if fault == "slow" else seconds(0.02, 0.3)
            self.loop.call_later(after, happen, context=contextvars.Context())
        if fault in {"lost", "lost after", "late"}:
            await asyncio.sleep(PATIENCE)
            raise TimeoutError
        value = await back
        await asyncio.sleep(seconds(0.01, 0.2))
        await self.risk()
        return value


class Notifier:
    """The Notifier port."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        line = self._line
        card = notice.kind is NoticeKind.CARD and standing is None
        fault = line.chance.of("slack", "cards") if card else line.chance.of("slack")
        line.told(f"slack {'edit' if standing else 'post'} {notice.key}: {fault}")
        if fault in {"limited", "refused"}:
            await line.risk()
            again = timedelta(seconds=line.chance.seconds(1, 60)) if fault == "limited" else None
            raise NotDelivered("ratelimited" if again else "channel_not_found", again_in=again)
        losses, began = line.life.losses, line.loop.time()

        def post() -> MessageRef:
            number = standing.ts if standing else f"{len(line.space.messages) + 1}"
            line.space.messages[number] = notice
            sent = Send(notice, began, line.life, losses, known=fault in {FINE, "slow"})
            line.space.sends.setdefault(notice.key, []).append(sent)
            return MessageRef(notice.target, number)

        try:
            stands = await line.call(fault, post)
        except TimeoutError:
            raise NotDelivered("TimeoutError", again_in=timedelta(seconds=1)) from None
        return None if notice.kind is NoticeKind.REPLY else stands


class Windows:
    """The Panes port; *shown* hears of every pane that came to be seen."""

    def __init__(self, line: Line, shown: Callable[[str, Pane], None]) -> None:
        self._line, self._shown = line, shown

    async def open(self, trigger_id: str, pane: Pane) -> OpenPane:
        space, line = self._line.space, self._line

        def opened() -> OpenPane:
            owner, clicked = space.triggers.pop(trigger_id, ("", -1000.0))
            if line.loop.time() - clicked > TRIGGER_LASTS:
                raise Refusal("expired_trigger_id")
            number = f"V{len(space.windows) + 1}"
            space.windows[number] = Window(owner, pane)
            self._shown(owner, pane)
            return OpenPane(number, "0")

        return await self._called("views.open", pane, opened)

    async def replace(self, standing: OpenPane, pane: Pane) -> None:
        window = self._line.space.windows[standing.view_id]

        def replaced() -> None:
            if window.closed:
                raise Refusal("not_found")
            if standing.seal != str(window.revision):
                raise Refusal("hash_conflict")
            window.pane = pane
            window.revision += 1
            self._shown(window.owner, pane)

        await self._called("views.update", pane, replaced)

    async def _called(self, method: str, pane: Pane, effect: Callable[[], T]) -> T:
        chance = self._line.chance
        fault = chance.of("windows", "showing") if isinstance(pane, NewKey) else chance.of("windows")
        self._line.told(f"slack {method} {type(pane).__name__}: {fault}")
        if fault == "refused":
            _lost(f"{method}: ratelimited", known=True)
        try:
            value = await self._line.call(fault, effect)
        except Refusal as refusal:
            _lost(f"{method}: {refusal}", known=True)
        except TimeoutError:
            _lost(f"{method}: TimeoutError", known=False)
        if fault == "stopped after":
            await self._line.halt()
        return value


def _lost(reason: str, *, known: bool) -> NoReturn:
    raise PaneLost(reason, known=known)
