"""What crashes and lost answers left behind: fenced, looked for at Deepgram, and deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from dgbot.deepgram import DeepgramError
from dgbot.domain.approvals import MAX_ATTEMPTS, ApprovalRequest
from dgbot.domain.replies import Note, Text
from dgbot.domain.request_states import State
from dgbot.services.keys.marks import made_for
from dgbot.services.keys.steps import KeySteps

log = structlog.get_logger(__name__)

QUIET = timedelta(seconds=90)
"""How long a fenced attempt is left alone before its keys are listed: the client's timeout and a minute."""

SWEEP_FOR = timedelta(hours=24)
"""A POST may be carried out after everything: ended attempts are swept for so long."""

SWEEP_EVERY = timedelta(minutes=5)


STUCK_AFTER = timedelta(minutes=5)
"""How long a key may stay that has to go, before the operators hear of it."""

_SWEPT = "The bot asked for it once, got no answer, and has deleted it now."
_STUCK = "The bot goes on trying. If it stays, delete it in Deepgram's console."


class KeyDoubt:
    """Settles requests that stand between a claim and its end. *in_hand* are those that this process works on."""

    def __init__(self, steps: KeySteps, in_hand: set[str]) -> None:
        self._steps = steps
        self._in_hand = in_hand
        self._sweep_again_at: datetime | None = None

    async def fence(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Overtake whatever is under way for *request*; None if something else was faster."""
        after = replace(request, state=State.REVOKING, attempt=request.attempt + 1, touched_at=self._steps.clock.now())
        return after if await self._steps.move(request, after, "key.fence") else None

    async def recover(self) -> None:
        """Bring requests in doubt back to APPROVED, or to their end, once nobody can be at work on them."""
        for request in await self._steps.store.doubtful_requests():
            if request.id in self._in_hand or self._is_quiet(request):
                continue
            try:
                await self._settle_doubt(request)
            except DeepgramError as error:
                log.warning("recovery waits for Deepgram", request=request.id, reason=str(error))

    async def sweep(self) -> None:
        """Delete marked keys of ended requests that are not the recorded one: POSTs that came true late.

        Looks at Deepgram every 5 minutes at most, however often it is asked to.
        """
        now = self._steps.clock.now()
        if self._sweep_again_at is not None and self._sweep_again_at - SWEEP_EVERY <= now < self._sweep_again_at:
            return
        self._sweep_again_at = now + SWEEP_EVERY
        ended = await self._steps.store.ended_requests(now - SWEEP_FOR)
        for project_id in sorted({request.key.project_id for request in ended}):
            try:
                keys = (await self._steps.deepgram.get_keys(project_id)).api_keys
            except DeepgramError as error:
                log.warning("sweep waits for Deepgram", project=project_id, reason=str(error))
                continue
            for key in keys:
                owner = next((r for r in ended if made_for(key, r, upto=r.attempt)), None)
                if owner is not None and key.api_key_id != owner.key_id:
                    log.warning("orphan found", request=owner.id, key_id=key.api_key_id)
                    await self._steps.note("key.sweep", owner, key.api_key_id, by="dgbot", outcome="begun")
                    await self._steps.delete(project_id, key.api_key_id)
                    headline = f"🟡 A key that nobody saw turned up late: {owner.key.name} (…{key.api_key_id[-4:]})"
                    await self._steps.alarm(f"orphan:{key.api_key_id}", owner, headline, Note(_SWEPT))

    def _is_quiet(self, request: ApprovalRequest) -> bool:
        """Whether its last step is so recent that a POST may be on its way.

        Another bot's clock may be a little ahead of this one; one that was set back for longer waits for nothing.
        """
        since = self._steps.clock.now() - (request.touched_at or request.asked_at)
        return abs(since) < QUIET

    async def _settle_doubt(self, request: ApprovalRequest) -> None:
        if request.state is not State.REVOKING:
            await self.fence(request)  # and leave it alone for QUIET: its POST may still come true
            return
        project_id = request.key.project_id
        if request.key_id is not None and not await self._gone(request, request.key_id):
            return  # it may have been shown: whether a list names it, which may lag, must not matter
        for _ in range(2):  # a list may lag behind: it is read once more after the deletes
            for key in (await self._steps.deepgram.get_keys(project_id)).api_keys:
                ours = made_for(key, request, upto=request.attempt - 1)
                if ours and not await self._gone(request, key.api_key_id):
                    return  # stays REVOKING: the next round tries again
        spent = request.attempt >= MAX_ATTEMPTS
        state = State.FAILED if spent else State.APPROVED
        because = "Deepgram's answer was lost too often; ask for the key again." if spent else ""
        after = replace(request, state=state, key_id=None, touched_at=self._steps.clock.now(), ended_because=because)
        if await self._steps.move(request, after, "key.recovered"):
            self._steps.wake_outbox()

    async def _gone(self, request: ApprovalRequest, key_id: str) -> bool:
        """Delete a key; the operators hear of one that stays."""
        if await self._steps.delete(request.key.project_id, key_id):
            return True
        since = request.touched_at or request.asked_at
        if self._steps.clock.now() - since >= STUCK_AFTER:
            headline = f"🔴 A key that has to go can't be deleted: {request.key.name} (…{key_id[-4:]})"
            at = Text(("Since ", since, f" Deepgram refuses or does not answer. Key id: {key_id}"))
            await self._steps.alarm(f"stuck:{key_id}", request, headline, at, Note(_STUCK))
        return False
