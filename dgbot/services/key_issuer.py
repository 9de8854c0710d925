"""Create on reveal: one approval makes at most one live key, its requester sees it once, and nothing keeps it.

The states and the reasons for their order are in docs/key-protocol.md. In short: intent is stored before the POST
(CREATING, attempt n, a marker in the key's comment), a POST is sent once per attempt, and any doubt is settled by a
fence (REVOKING, attempt n+1) and by deleting every marked key that the fence overtook. The secret lives in `reveal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import structlog

from dgbot.deepgram import (
    AsyncManageClient,
    DeepgramApiError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    Key,
    KeyOptions,
)
from dgbot.domain.approvals import IN_DOUBT, MAX_ATTEMPTS, ApprovalRequest, State, already
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.identity import Principal
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.replies import Line, Mention, Reply
from dgbot.services.key_marks import made_for, marked_comment, wider_than_asked
from dgbot.services.notices import card_notice, news_notice, tell_notice
from dgbot.services.panes import Creating, NewKey, OpenPane, Pane, PaneLost, Panes, Revoked, Sorry

log = structlog.get_logger(__name__)

QUIET = timedelta(seconds=90)
"""How long a fenced attempt is left alone before its keys are listed: the client's timeout and a minute."""

SWEEP_FOR = timedelta(hours=24)
"""A POST may be carried out after everything: ended attempts are swept for so long."""

SWEEP_EVERY = timedelta(minutes=5)


class _Refused(Exception):
    """The attempt ended without doubt and without a key; *final* means that asking again would not help."""

    def __init__(self, reason: str, *, final: bool = False, was_sent: bool = True) -> None:
        super().__init__(reason)
        self.was_sent = was_sent
        self.reason = reason
        self.final = final


class KeyIssuer:
    """Carries out approved plans; `recover` and `sweep` finish what crashes and lost answers left behind."""

    def __init__(
        self,
        store: ApprovalStore,
        deepgram: AsyncManageClient,
        panes: Panes,
        clock: Clock,
        *,
        channel_id: str,
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self._deepgram = deepgram
        self._panes = panes
        self._clock = clock
        self._channel_id = channel_id
        self._wake_outbox = wake_outbox
        self._in_hand: set[str] = set()
        self._sweep_again_at: datetime | None = None

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
        if request.state is not State.APPROVED or request.overdue(self._clock.now()):
            return Reply(_not_now(request))
        if request.id in self._in_hand:
            return Reply(_UNDER_WAY)
        self._in_hand.add(request.id)
        try:
            return await self._reveal(request, trigger_id)
        finally:
            self._in_hand.discard(request.id)
            self._wake_outbox()

    async def _reveal(self, request: ApprovalRequest, trigger_id: str) -> Reply | None:
        try:
            pane = await self._panes.open(trigger_id, Creating(request))
        except PaneLost as lost:
            log.warning("reveal pane not opened", request=request.id, reason=str(lost))
            return Reply("Slack could not open the window in time. Nothing was created; click Reveal key again.")
        claimed = await self._claim(request)
        if claimed is None:
            standing = await self._store.request(request.id) or request
            await self._say(pane, "No key was created here", _not_now(standing))
        elif claimed.state is State.FAILED:
            await self._say(pane, "No key was created", claimed.ended_because)
        else:
            await self._create_and_show(claimed, pane)
        return None

    async def revoke(self, request: ApprovalRequest, by: Principal, pane: OpenPane | None = None) -> Reply | None:
        """Delete the key that *request* delivered, at the wish of its requester; raises DeepgramError.

        The answer takes the place of *pane*, if the click came from there.
        """
        if by.user_id != request.requester_id:
            return Reply(("Only ", Mention(request.requester_id), " can revoke it here."))
        if request.key_id is None or request.state is State.REVOKED:
            return Reply(f"The key {request.plan.name} is gone already.")
        await self._note("key.revoke", request, request.key_id, by=by.user_id, outcome="begun")
        try:
            await self._deepgram.delete_key(request.plan.project_id, request.key_id)
        except DeepgramNotFoundError:
            told = f"The key {request.plan.name} was gone already."
        else:
            told = f"Revoked {request.plan.name}. Whatever uses it fails from now on."
        revoked = replace(request, state=State.REVOKED, touched_at=self._clock.now())
        await self._move(request, revoked, "key.revoked")
        self._wake_outbox()
        return None if pane is not None and await self._replaced(pane, Revoked(revoked)) else Reply(told)

    async def recover(self) -> None:
        """Bring requests in doubt back to APPROVED, or to their end, once nobody can be at work on them."""
        for request in await self._store.doubtful_requests():
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
        now = self._clock.now()
        if self._sweep_again_at is not None and self._sweep_again_at - SWEEP_EVERY <= now < self._sweep_again_at:
            return
        self._sweep_again_at = now + SWEEP_EVERY
        ended = await self._store.ended_requests(now - SWEEP_FOR)
        for project_id in sorted({request.plan.project_id for request in ended}):
            try:
                keys = (await self._deepgram.get_keys(project_id)).api_keys
            except DeepgramError as error:
                log.warning("sweep waits for Deepgram", project=project_id, reason=str(error))
                continue
            for key in keys:
                owner = next((r for r in ended if made_for(key, r, upto=r.attempt)), None)
                if owner is not None and key.api_key_id != owner.key_id:
                    log.warning("orphan found", request=owner.id, key_id=key.api_key_id)
                    await self._note("key.sweep", owner, key.api_key_id, by="dgbot", outcome="begun")
                    await self._delete(project_id, key.api_key_id)

    def _is_quiet(self, request: ApprovalRequest) -> bool:
        """Whether its last step is so recent that a POST may be on its way; a clock set back waits for nothing."""
        since = self._clock.now() - (request.touched_at or request.asked_at)
        return timedelta() <= since < QUIET

    async def _claim(self, request: ApprovalRequest) -> ApprovalRequest | None:
        spent = request.attempt >= MAX_ATTEMPTS
        after = replace(
            request,
            state=State.FAILED if spent else State.CREATING,
            attempt=request.attempt if spent else request.attempt + 1,
            touched_at=self._clock.now(),
            ended_because="Deepgram could not be reached often enough; ask for the key again." if spent else "",
        )
        return after if await self._move(request, after, "key.claim") else None

    async def _create_and_show(self, claimed: ApprovalRequest, pane: OpenPane) -> None:
        try:
            key = await self._post(claimed)
        except _Refused as refused:
            failed = replace(claimed, state=State.FAILED, ended_because=refused.reason)
            attempt = claimed.attempt if refused.was_sent else claimed.attempt - 1  # what was not sent made nothing
            back = replace(claimed, state=State.APPROVED, attempt=attempt)
            await self._move(claimed, failed if refused.final else back, "key.refused")
            await self._say(pane, "No key was created", refused.reason)
            return
        if key is None:
            await self._fence(claimed)
            await self._say(pane, "Nobody knows what Deepgram did", _IN_DOUBT)
            return
        if wider := wider_than_asked(key, claimed, self._clock.now()):
            log.error("key wider than asked", request=claimed.id, key_id=key.api_key_id, wider=wider)
            await self._say(pane, "The new key can't be used", await self._discard(claimed, key, wider))
            return
        created = replace(claimed, state=State.CREATED, key_id=key.api_key_id, touched_at=self._clock.now())
        delivering = replace(created, state=State.DELIVERING)
        if await self._move(claimed, created, "key.created") and await self._move(created, delivering, "key.show"):
            await self._show(delivering, key, pane)
            return
        await self._delete(claimed.plan.project_id, key.api_key_id)
        await self._say(pane, "The new key can't be used", "A later attempt overtook this one, which is deleted.")

    async def _discard(self, claimed: ApprovalRequest, key: Key, because: str) -> str:
        """End the request without a key and say so; while the delete is in doubt, only a fence will do."""
        if not await self._delete(claimed.plan.project_id, key.api_key_id):
            await self._fence(claimed)
            return f"{because} It is deleted as soon as Deepgram answers; you get a message then."
        told = f"{because} The key was deleted."
        await self._move(claimed, replace(claimed, state=State.FAILED, ended_because=told), "key.discarded")
        return told

    async def _post(self, claimed: ApprovalRequest) -> Key | None:
        """Send the one POST of this attempt; None means that nobody knows what came of it."""
        plan = claimed.plan
        options = KeyOptions(
            comment=marked_comment(claimed),
            scopes=list(plan.scopes),
            tags=list(plan.tags) or None,
            time_to_live_in_seconds=int(plan.lives.total_seconds()),
        )
        try:
            key = (await self._deepgram.create_key(plan.project_id, options)).api_key
        except DeepgramNotSentError as error:
            raise _Refused(f"{error} Nothing was created; click Reveal key again later.", was_sent=False) from None
        except DeepgramApiError as error:
            if error.status in {400, 404, 422}:
                raise _Refused(str(error), final=True) from None
            if error.status in {401, 403}:
                raise _Refused(f"{error} Your approval stays valid: ask an admin to mend the bot's key.") from None
            return None
        except DeepgramError:
            return None
        return await self._described(plan.project_id, key) if key.key is not None and key.api_key_id else None

    async def _described(self, project_id: str, key: Key) -> Key | None:
        """Fill in what the answer to the POST left out, since a key is judged by it; None if nobody can tell."""
        if key.scopes and key.expires_at is not None:
            return key
        try:
            known = (await self._deepgram.get_key(project_id, key.api_key_id)).api_key
        except DeepgramError as error:
            log.warning("new key not described", key_id=key.api_key_id, reason=str(error))
            return None
        return msgspec.structs.replace(
            key, scopes=key.scopes or known.scopes, expiration_date=key.expiration_date or known.expiration_date
        )

    async def _show(self, delivering: ApprovalRequest, key: Key, pane: OpenPane) -> None:
        if key.key is None:
            return
        try:
            await self._panes.replace(pane, NewKey(delivering, key.key, key.expires_at))
        except PaneLost as lost:
            log.warning("key not shown", request=delivering.id, key_id=key.api_key_id, reason=str(lost))
            if await self._fence(delivering) is not None and key.api_key_id:
                await self._delete(delivering.plan.project_id, key.api_key_id)
            return
        done = replace(delivering, state=State.DELIVERED, touched_at=self._clock.now())
        if await self._move(delivering, done, "key.delivered"):
            log.info("key delivered", request=done.id, key_id=done.key_id)

    async def _fence(self, request: ApprovalRequest) -> ApprovalRequest | None:
        after = replace(request, state=State.REVOKING, attempt=request.attempt + 1, touched_at=self._clock.now())
        return after if await self._move(request, after, "key.fence") else None

    async def _settle_doubt(self, request: ApprovalRequest) -> None:
        if request.state is not State.REVOKING:
            await self._fence(request)  # and leave it alone for QUIET: its POST may still come true
            return
        project_id = request.plan.project_id
        for _ in range(2):  # a list may lag behind: it is read once more after the deletes
            for key in (await self._deepgram.get_keys(project_id)).api_keys:
                ours = key.api_key_id == request.key_id or made_for(key, request, upto=request.attempt - 1)
                if ours and not await self._delete(project_id, key.api_key_id):
                    return  # stays REVOKING: the next round tries again
        spent = request.attempt >= MAX_ATTEMPTS
        state = State.FAILED if spent else State.APPROVED
        because = "Deepgram's answer was lost too often; ask for the key again." if spent else ""
        after = replace(request, state=state, key_id=None, touched_at=self._clock.now(), ended_because=because)
        if await self._move(request, after, "key.recovered"):
            self._wake_outbox()

    async def _delete(self, project_id: str, key_id: str) -> bool:
        try:
            await self._deepgram.delete_key(project_id, key_id)
        except DeepgramNotFoundError:
            return True  # gone is what was wanted
        except DeepgramError as error:
            log.warning("key not deleted yet", key_id=key_id, reason=str(error))
            return False
        return True

    async def _move(self, before: ApprovalRequest, after: ApprovalRequest, action: str) -> bool:
        details = {"attempt": str(after.attempt), "key_id": after.key_id or ""}
        event = AuditEvent(self._clock.now(), before.requester_id, action, before.id, after.state, details)
        return await self._store.move(before, after, audit=event, notices=self._notices(before, after))

    def _notices(self, before: ApprovalRequest, after: ApprovalRequest) -> list[Notice]:
        name, settled = after.plan.name, before.state is State.REVOKING
        if after.state in {State.DELIVERED, State.REVOKED, State.FAILED}:
            news = [news_notice(after, f"No key was created for {name}. {after.ended_because}")] if settled else []
            return [card_notice(after, self._channel_id), tell_notice(after), *news]
        if settled and after.state is State.APPROVED:
            told = f"It is settled: the last attempt left no key {name} behind. Reveal it again when you like."
            return [tell_notice(after, note="The last attempt left no key behind"), news_notice(after, told)]
        return []

    async def _note(self, action: str, request: ApprovalRequest, key_id: str, *, by: str, outcome: str) -> None:
        event = AuditEvent(self._clock.now(), by, action, request.id, outcome, {"key_id": key_id})
        await self._store.audit(event)

    async def _say(self, pane: OpenPane, headline: str, line: Line) -> None:
        await self._replaced(pane, Sorry(headline, (line,)))

    async def _replaced(self, standing: OpenPane, pane: Pane) -> bool:
        try:
            await self._panes.replace(standing, pane)
        except PaneLost as lost:
            log.warning("pane not replaced", reason=str(lost))
            return False
        return True


_IN_DOUBT = (
    "It may or may not have made a key. The bot is making sure that none is left behind; "
    "you get a message when that is settled."
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
