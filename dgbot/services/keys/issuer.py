"""Create on reveal: one approval makes at most one live key, its requester sees it once, and nothing keeps it.

The states and the reasons for their order are in docs/key-protocol.md. In short: intent is stored before the POST
(CREATING, attempt n, a marker in the key's comment), a POST is sent once per attempt, and any doubt is settled by a
fence (REVOKING, attempt n+1) and by deleting every marked key that the fence overtook. The secret lives in `reveal`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from dgbot.deepgram import Key
from dgbot.domain.approvals import MAX_ATTEMPTS, ApprovalRequest, already
from dgbot.domain.identity import Principal
from dgbot.domain.replies import Line, Mention, Note, Reply, Text
from dgbot.domain.request_states import IN_DOUBT, State
from dgbot.services.keys.doubt import KeyDoubt
from dgbot.services.keys.marks import wider_than_asked
from dgbot.services.keys.post import Refused, post_key
from dgbot.services.keys.steps import KeySteps
from dgbot.services.panes import Creating, NewKey, OpenPane, PaneLost, Panes, Sorry, replaced

log = structlog.get_logger(__name__)


OLD_KEY_AFTER = timedelta(days=1)
"""When the requester is first reminded of the key that theirs replaces; later pauses double."""


class KeyIssuer:
    """Carries out approved plans; *doubt* finishes what crashes and lost answers left behind."""

    def __init__(self, steps: KeySteps, panes: Panes) -> None:
        self._steps = steps
        self._panes = panes
        self._in_hand: set[str] = set()
        self.doubt = KeyDoubt(steps, self._in_hand)

    async def reveal(self, request: ApprovalRequest, by: Principal, trigger_id: str) -> Reply | None:
        """Create the key and show it to *by*, who must be the requester; a Reply says why not."""
        if by.user_id != request.requester_id:
            return Reply(("Only ", Mention(request.requester_id), " can reveal this key."))
        if request.state is State.DELIVERED:
            return Reply(
                "This key was shown already, and is stored nowhere. Revoke it and ask for a new one if it is lost."
            )
        if request.state is State.REVOKED:
            return Reply("This key was revoked. Ask for a new one if you need it.")
        if request.state is not State.APPROVED or request.overdue(self._steps.clock.now()):
            return Reply(_not_now(request))
        if request.id in self._in_hand:
            return Reply(_UNDER_WAY)
        self._in_hand.add(request.id)
        try:
            return await self._reveal(request, trigger_id)
        finally:
            self._in_hand.discard(request.id)
            self._steps.wake_outbox()

    async def _reveal(self, request: ApprovalRequest, trigger_id: str) -> Reply | None:
        try:
            pane = await self._panes.open(trigger_id, Creating(request))
        except PaneLost as lost:
            log.warning("reveal pane not opened", request=request.id, reason=str(lost))
            return Reply("Slack could not open the window in time. Nothing was created; click Reveal key again.")
        claimed = await self._claim(request)
        if claimed is None:
            standing = await self._steps.store.request(request.id) or request
            await self._say(pane, "No key was created here", _not_now(standing))
        elif claimed.state is State.FAILED:
            await self._say(pane, "No key was created", claimed.ended_because)
        else:
            await self._create_and_show(claimed, pane)
        return None

    async def _claim(self, request: ApprovalRequest) -> ApprovalRequest | None:
        spent = request.attempt >= MAX_ATTEMPTS
        after = replace(
            request,
            state=State.FAILED if spent else State.CREATING,
            attempt=request.attempt if spent else request.attempt + 1,
            touched_at=self._steps.clock.now(),
            ended_because="Deepgram could not be reached often enough; ask for the key again." if spent else "",
        )
        return after if await self._steps.move(request, after, "key.claim") else None

    async def _create_and_show(self, claimed: ApprovalRequest, pane: OpenPane) -> None:
        try:
            key = await post_key(self._steps.deepgram, claimed)
        except Refused as refused:
            failed = replace(claimed, state=State.FAILED, ended_because=refused.reason)
            attempt = claimed.attempt if refused.was_sent else claimed.attempt - 1  # what was not sent made nothing
            back = replace(claimed, state=State.APPROVED, attempt=attempt)
            await self._steps.move(claimed, failed if refused.final else back, "key.refused")
            await self._say(pane, "No key was created", refused.reason)
            if refused.was_sent and not refused.final:
                today, told = f"{self._steps.clock.now():%Y-%m-%d}", Text(refused.reason)
                await self._steps.alarm(
                    f"refused:{today}", claimed, "🔴 Deepgram refuses to make keys for the bot", told
                )
            return
        if key is None:
            await self.doubt.fence(claimed)
            await self._say(pane, "It is not known yet whether a key was made", _IN_DOUBT)
            return
        if wider := wider_than_asked(key, claimed, self._steps.clock.now()):
            log.error("key wider than asked", request=claimed.id, key_id=key.api_key_id, wider=wider)
            await self._say(pane, "The new key can't be used", await self._discard(claimed, key, wider))
            name, tail = claimed.key.name, key.api_key_id[-4:]
            headline = f"🔴 Deepgram made a wider key than was approved: {name} (…{tail})"
            await self._steps.alarm(f"wider:{key.api_key_id}", claimed, headline, Text(wider), Note(_DELETED))
            return
        created = replace(claimed, state=State.CREATED, key_id=key.api_key_id, touched_at=self._steps.clock.now())
        delivering = replace(created, state=State.DELIVERING)
        if await self._steps.move(claimed, created, "key.created") and await self._steps.move(
            created, delivering, "key.show"
        ):
            await self._show(delivering, key, pane)
            return
        await self._steps.delete(claimed.key.project_id, key.api_key_id)
        await self._say(pane, "The new key can't be used", "A later attempt overtook this one, which is deleted.")

    async def _discard(self, claimed: ApprovalRequest, key: Key, because: str) -> str:
        """End the request without a key and say so; while the delete is in doubt, only a fence will do."""
        if not await self._steps.delete(claimed.key.project_id, key.api_key_id):
            await self.doubt.fence(claimed)
            return f"{because} It is deleted as soon as Deepgram answers; you get a message then."
        told = f"{because} The key was deleted."
        await self._steps.move(claimed, replace(claimed, state=State.FAILED, ended_because=told), "key.discarded")
        return told

    async def _show(self, delivering: ApprovalRequest, key: Key, pane: OpenPane) -> None:
        if key.key is None:
            return
        try:
            await self._panes.replace(pane, NewKey(delivering, key.key, key.expires_at))
        except PaneLost as lost:
            log.warning("key not shown", request=delivering.id, key_id=key.api_key_id, reason=str(lost))
            if await self.doubt.fence(delivering) is not None and key.api_key_id:
                await self._steps.delete(delivering.key.project_id, key.api_key_id)
            return
        now = self._steps.clock.now()
        again_at = now + OLD_KEY_AFTER if delivering.key.replaces else None
        done = replace(delivering, state=State.DELIVERED, touched_at=now, reminded=0, remind_at=again_at)
        if await self._steps.move(delivering, done, "key.delivered"):
            log.info("key delivered", request=done.id, key_id=done.key_id)

    async def _say(self, pane: OpenPane, headline: str, line: Line) -> None:
        await replaced(self._panes, pane, Sorry(headline, (line,)))


_DELETED = "Nobody saw it; it is deleted as soon as Deepgram answers."
_IN_DOUBT = (
    "Deepgram's answer was lost. The bot is making sure that no key is left behind; "
    "you get a message when that is settled, and can reveal it then."
)
_UNDER_WAY = "This key is being made, or the bot is making sure that none is left behind. You get a message."


def _not_now(request: ApprovalRequest) -> Line:
    if request.state is State.PENDING:
        return "Nobody has approved this key yet."
    if request.state is State.APPROVED:
        return "This approval was not used in time. Ask for the key again."
    if request.state in IN_DOUBT:
        return _UNDER_WAY
    return already(request)
