"""Faults that are planted to see that the crashes find them: each takes one safeguard out of a bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from dgbot.app.parts import Parts
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.rules import DueRule
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Queued
from dgbot.domain.request_states import State
from tests.faults.crashes.town import Flaw

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Planted:
    """A *flaw*, and where it shows: in this *story*, after a crash at this boundary, as this broken *promise*.

    The bot comes to the boundary more than once; it is killed at the *nth* time.
    """

    flaw: Flaw
    story: str
    boundary: str
    promise: str
    nth: int = 1

    def crashes(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return where to kill the bot, by the *names* of the boundaries that it comes to; nowhere without one."""
        at = [number for number, name in enumerate(names, start=1) if name == self.boundary]
        return (at[self.nth - 1],) if self.boundary else ()


def _set(target: Any, name: str, value: Callable[..., Awaitable[Any]]) -> None:
    setattr(target, name, value)


def receives_without_a_row(parts: Parts) -> None:
    async def receive(_: Delivery) -> bool:
        return True

    _set(parts.ground.store, "receive", receive)


def marks_before_it_sends(parts: Parts) -> None:
    store, send = parts.ground.store, parts.outbox._notifier.send

    async def marked(queued: Queued) -> bool:
        await store.sent(queued.number, parts.ground.clock.now(), None)
        await send(queued.notice, None)
        return True

    _set(parts.outbox, "_send", marked)


def reopens_without_a_fence(parts: Parts) -> None:
    doubt = parts.issuer.doubt

    async def reopen(request: ApprovalRequest) -> None:
        await doubt._steps.move(request, replace(request, state=State.APPROVED, key_id=None), "key.recovered")

    _set(doubt, "_settle_doubt", reopen)


def never_recovers(parts: Parts) -> None:
    async def nothing() -> None:
        """Leave what is in doubt."""

    parts.rounds._duties["recover"] = nothing


def deletes_in_words_alone(parts: Parts) -> None:
    async def delete(project_id: str, key_id: str) -> bool:
        return True

    _set(parts.issuer.doubt._steps, "delete", delete)


def tells_apart_from_what_it_saves(parts: Parts) -> None:
    store = parts.ground.store
    save = store.save_round

    async def saved(due: DueRule, evaluated: Sequence[Evaluated]) -> int:
        count = await save(due, [replace(one, notices=()) for one in evaluated])
        if notices := [notice for one in evaluated for notice in one.notices]:
            event = AuditEvent(parts.ground.clock.now(), "dgbot", "told", "", "done")
            await store.audit(event, notices=notices)
        return count

    _set(store, "save_round", saved)


def tells_the_log(parts: Parts) -> None:
    show = parts.issuer._show

    async def told(delivering: ApprovalRequest, key: Any, pane: Any) -> None:
        log.info("key shown", key=key.key.reveal())
        await show(delivering, key, pane)

    _set(parts.issuer, "_show", told)


PLANTED: Mapping[str, Planted] = {
    "receives without a row": Planted(receives_without_a_row, "invite", "after store.receive", "lost"),
    "marks before it sends": Planted(marks_before_it_sends, "create", "before slack chat.postMessage", "lost"),
    "reopens without a fence": Planted(reopens_without_a_fence, "create", "after slack views.update", "doubled"),
    "never recovers": Planted(never_recovers, "create", "after deepgram POST projects/keys", "lost"),
    "deletes in words alone": Planted(
        deletes_in_words_alone, "create", "after deepgram POST projects/keys", "orphaned"
    ),
    "tells apart from what it saves": Planted(
        tells_apart_from_what_it_saves, "alert", "after store.save_round", "lost", nth=2
    ),
    "tells the log": Planted(tells_the_log, "create", "", "leaked"),
}
