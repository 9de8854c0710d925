"""What ends keys at the wish of whoever asked for them: the one that they were shown, or the one that it replaces."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import structlog

from dgbot.deepgram import DeepgramNotFoundError
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import Mention, Note, Reply
from dgbot.domain.request_states import State
from dgbot.services.keys.own import own_key_id
from dgbot.services.keys.steps import KeySteps
from dgbot.services.notices import ended_notice, news_notice
from dgbot.services.panes import OpenPane, Panes, Revoked, replaced

log = structlog.get_logger(__name__)


class KeyEndings:
    """Deletes keys that were delivered, or that a delivered one replaces; the intent is kept before each delete."""

    def __init__(self, steps: KeySteps, panes: Panes) -> None:
        self._steps = steps
        self._panes = panes

    async def revoke(self, request: ApprovalRequest, by: Principal, pane: OpenPane | None = None) -> Reply | None:
        """Delete the key that *request* delivered, at the wish of its requester; raises DeepgramError.

        The answer takes the place of *pane*, if the click came from there.
        """
        if by.user_id != request.requester_id:
            return Reply(("Only ", Mention(request.requester_id), " can revoke it here."))
        if request.key_id is None or request.state is State.REVOKED:
            return Reply(f"The key {request.key.name} is gone already.")
        if request.state is State.REVOKING:
            return Reply(_GOING)
        if objection := await self._has_to_stay(request.key_id):
            return objection
        await self._steps.note("key.revoke", request, request.key_id, by=by.user_id, outcome="begun")
        try:
            await self._steps.deepgram.delete_key(request.key.project_id, request.key_id)
        except DeepgramNotFoundError:
            told = f"The key {request.key.name} was gone already."
        else:
            told = f"Revoked {request.key.name}. Whatever uses it fails from now on."
        if not await self._kept(request, "key.revoked", state=State.REVOKED, touched_at=self._steps.clock.now()):
            return Reply(told, (_NOT_KEPT,))
        self._steps.wake_outbox()
        return None if pane is not None and await replaced(self._panes, pane, Revoked(request)) else Reply(told)

    async def retire(self, request: ApprovalRequest, by: Principal) -> Reply:
        """Delete the key that the one of *request* replaces, at the wish of its requester; raises DeepgramError."""
        plan = request.key
        if by.user_id != request.requester_id:
            return Reply(("Only ", Mention(request.requester_id), " can end the old key here."))
        if request.state is not State.DELIVERED or not plan.replaces:
            return Reply("The new key is not there, so the old one stays.")
        if request.retired_at is not None:
            return Reply("The old key is gone already.")
        if objection := await self._has_to_stay(plan.replaces):
            return objection
        await self._steps.note("key.retire", request, plan.replaces, by=by.user_id, outcome="begun")
        with contextlib.suppress(DeepgramNotFoundError):
            await self._steps.deepgram.delete_key(plan.project_id, plan.replaces)
        told = f"Revoked the old key: only the new {plan.name} works from now on."
        if not await self._kept(request, "key.retired", retired_at=self._steps.clock.now(), remind_at=None):
            return Reply(told, (_NOT_KEPT,))
        await self._tell_the_owner(plan, by)
        self._steps.wake_outbox()
        return Reply(told)

    async def found_gone(self, key_ids: Collection[str]) -> None:
        """Write down that Deepgram has these keys no more: somebody ended them there, or the bot could not keep it."""
        for request in await self._steps.store.granted_requests():
            if request.state is not State.DELIVERED:
                continue
            if request.key_id is not None and request.key_id in key_ids:
                key = f"{request.key.name} (…{request.key_id[-4:]})"
                told = f"Your key {key} is gone at Deepgram: whatever uses it fails. Ask for a new one if need be."
                ended = self._ended(request, "at Deepgram")
                await self._steps.move(request, ended, "key.gone", "dgbot", [news_notice(ended, told)])
            elif request.key.replaces in key_ids and request.retired_at is None:
                retired = replace(request, retired_at=self._steps.clock.now(), remind_at=None)
                await self._steps.move(request, retired, "key.gone", "dgbot")
        self._steps.wake_outbox()

    async def _kept(self, request: ApprovalRequest, action: str, **changes: Any) -> bool:
        """Keep the end of a key that is gone at Deepgram; False if that failed, which takes nothing of it back.

        It is kept, too, where something else changed the request meanwhile, unless that was another end, or a fence.
        """
        standing = request
        try:
            while not await self._steps.move(standing, replace(standing, **changes), action):
                known = await self._steps.store.request(request.id)
                if known is None or (known.state, known.key_id) != (State.DELIVERED, request.key_id):
                    break
                if "retired_at" in changes and known.retired_at is not None:
                    break
                standing = known
        except Exception:  # whatever the store says, who clicked has to hear what became of the key
            log.exception("end of a key not kept", request=request.id, action=action)
            return False
        return True

    async def _has_to_stay(self, key_id: str) -> Reply | None:
        """Say why a key can't be deleted: it is the one that the bot works with, or may be."""
        own = await own_key_id(self._steps.deepgram)
        if not own:
            return Reply(_OWN_UNKNOWN)
        return Reply(_OWN) if key_id == own else None

    async def _tell_the_owner(self, plan: KeyPlan, by: Principal) -> None:
        """Let whoever had asked for the old key know that it ended."""
        for old in await self._steps.store.granted_requests():
            if old.key_id == plan.replaces and old.state is State.DELIVERED:
                ended = self._ended(old, "by the owner of the key that replaced it")
                told = [] if old.requester_id == by.user_id else [ended_notice(ended)]
                await self._steps.move(old, ended, "key.revoked", by.user_id, told)

    def _ended(self, request: ApprovalRequest, because: str) -> ApprovalRequest:
        now = self._steps.clock.now()
        return replace(request, state=State.REVOKED, touched_at=now, ended_because=because, remind_at=None)


_NOT_KEPT = Note("The bot could not keep that; click again, or leave it to the next review of the keys.")
_OWN = (
    "That is the key that the bot itself works with by now; without it nothing here works. "
    "Give the bot another key first, then click again."
)
_OWN_UNKNOWN = (
    "Deepgram doesn't tell just now which key the bot itself works with, and that one has to stay. "
    "Nothing was changed; click again in a minute, or revoke the key in Deepgram's console."
)
_GOING = "This key is going already: the bot is making sure that none is left behind. You get a message."
