"""The bot without one of its safeguards each, to see that the simulation would notice."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from dgbot.adapters.storage import approvals as rows
from dgbot.deepgram import retry
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.identity import Principal
from dgbot.domain.request_states import State
from dgbot.services.inbox import Inbox
from dgbot.services.keys import issuer, post
from dgbot.services.keys.doubt import KeyDoubt
from dgbot.services.keys.issuer import KeyIssuer
from dgbot.services.keys.steps import KeySteps
from dgbot.services.outbox import Outbox
from dgbot.services.panes import NewKey, PaneLost

Patch = tuple[object, str, Any]


async def _nothing(*_: object, **__: object) -> Any:
    return 0


def no_recovery() -> list[Patch]:
    """Nobody settles what is in doubt."""
    return [(KeyDoubt, "recover", _nothing)]


def no_sweep() -> list[Patch]:
    """Nobody looks for keys that came late."""
    return [(KeyDoubt, "sweep", _nothing)]


def no_compare() -> list[Patch]:
    """Every change is a blind write."""
    move = rows.move

    def blind(
        connection: Connection,
        before: ApprovalRequest,
        after: ApprovalRequest,
        notices: Sequence[Notice],
        event: AuditEvent,
    ) -> bool:
        return move(connection, rows.request(connection, before.id) or before, after, notices, event)

    return [(rows, "move", blind)]


def no_fence() -> list[Patch]:
    """After a lost answer the requester may reveal again at once."""

    async def back(self: KeyDoubt, request: ApprovalRequest) -> ApprovalRequest | None:
        after = dataclasses.replace(request, state=State.APPROVED, key_id=None)
        return after if await self._steps.move(request, after, "key.fence") else None

    return [(KeyDoubt, "fence", back)]


def repeated_post() -> list[Patch]:
    """The client repeats a call that makes something."""
    repeatable = retry._repeatable

    def always(method: str, error: Any) -> bool:
        return repeatable("DELETE" if method == "POST" else method, error)

    return [(retry, "_repeatable", always)]


def revealed_to_anybody() -> list[Patch]:
    """Whoever clicks sees the key."""
    reveal = KeyIssuer.reveal

    async def anybody(self: KeyIssuer, request: ApprovalRequest, by: Principal, trigger_id: str) -> Any:
        return await reveal(self, request, dataclasses.replace(by, user_id=request.requester_id), trigger_id)

    return [(KeyIssuer, "reveal", anybody)]


def shown_without_doubt() -> list[Patch]:
    """A window that may or may not show the key counts as one that does not, and the key is kept."""

    async def kept(self: KeyIssuer, delivering: ApprovalRequest, key: Any, pane: Any) -> None:
        try:
            await self._panes.replace(pane, NewKey(delivering, key.key, key.expires_at))
        except PaneLost:
            back = dataclasses.replace(delivering, state=State.APPROVED, key_id=None)
            await self._steps.move(delivering, back, "key.refused")
            return
        done = dataclasses.replace(delivering, state=State.DELIVERED)
        await self._steps.move(delivering, done, "key.delivered")

    return [(KeyIssuer, "_show", kept)]


def blind_confirmation() -> list[Patch]:
    """That a key was shown is written whatever became of its request meanwhile."""
    move = KeySteps.move

    async def blind(self: KeySteps, before: ApprovalRequest, *change: Any, **more: Any) -> bool:
        standing = await self.store.request(before.id) if "key.delivered" in change else None
        return await move(self, standing or before, *change, **more)

    return [(KeySteps, "move", blind)]


def no_quiet() -> list[Patch]:
    """What was fenced is settled at once, while its POST may still come true.

    The keys that come late are swept, so no end shows it: only the time between a fence and its settlement does.
    """
    return [(KeyDoubt, "_is_quiet", lambda *_: False)]


def wider_keys() -> list[Patch]:
    """What Deepgram granted is not compared with what was approved."""
    return [(issuer, "wider_than_asked", lambda *_: "")]


def self_approval() -> list[Patch]:
    """The requester's own yes counts."""
    refuse = ApprovalRequest._refuse

    def anyone(self: ApprovalRequest, by: Principal, *args: Any, **settings: Any) -> None:
        refuse(self, by, *args, **settings | {"own": True})

    return [(ApprovalRequest, "_refuse", anyone)]


def forgotten_work() -> list[Patch]:
    """What a dead process left is not taken up."""
    return [(Inbox, "resume", _nothing), (Inbox, "take_over", _nothing)]


def untold() -> list[Patch]:
    """A notice that Slack did not take is dropped."""

    async def dropped(self: Outbox, queued: Any, _: Exception) -> bool:
        await self._store.sent(queued.number, self._clock.now(), None)
        return True

    return [(Outbox, "_not_delivered", dropped)]


def talkative() -> list[Patch]:
    """The audit log says which secret was delivered."""
    send = post.post_key

    async def told(deepgram: Any, claimed: ApprovalRequest) -> Any:
        key = await send(deepgram, claimed)
        if key is not None and key.key is not None:
            post.log.info("key made", secret=key.key.reveal())
        return key

    return [(issuer, "post_key", told)]


FLAWS: dict[str, Callable[[], list[Patch]]] = {
    flaw.__name__: flaw
    for flaw in (
        no_recovery, no_sweep, no_compare, no_fence, repeated_post, revealed_to_anybody,
        shown_without_doubt, blind_confirmation, no_quiet, wider_keys, self_approval, forgotten_work, untold, talkative,
    )
}  # fmt: skip


@contextlib.contextmanager
def flawed(name: str) -> Iterator[None]:
    """Leave the safeguard *name* out; an empty name leaves the bot as it is."""
    patches = FLAWS[name]() if name else []
    kept = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in patches]
    for owner, attribute, value in patches:
        setattr(owner, attribute, value)
    try:
        yield
    finally:
        for owner, attribute, value in kept:
            setattr(owner, attribute, value)
