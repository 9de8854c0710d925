"""The steps that every part of the key protocol takes: a change with its audit row and news, and a delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from dgbot.deepgram import AsyncManageClient, DeepgramError, DeepgramNotFoundError
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.replies import Line, Part, Reply, plain
from dgbot.domain.request_states import State
from dgbot.services.notices import (
    card_notice,
    event_notice,
    news_notice,
    old_key_notice,
    ops_notice,
    reveal_notice,
    tell_notice,
)

log = structlog.get_logger(__name__)


class KeySteps:
    """Moves requests from state to state, and deletes keys at Deepgram."""

    def __init__(
        self,
        store: ApprovalStore,
        deepgram: AsyncManageClient,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
        ops_channel_id: str | None = None,
    ) -> None:
        self.store = store
        self.deepgram = deepgram
        self.clock = clock
        self.wake_outbox = wake_outbox
        self._ops_channel_id = ops_channel_id
        self._alarmed: set[str] = set()

    async def move(
        self,
        before: ApprovalRequest,
        after: ApprovalRequest,
        action: str,
        by: str = "",
        more: Sequence[Notice] = (),
    ) -> bool:
        """Change *before* to *after*, with the card, the requester's message and the audit row; False if overtaken.

        *by* is whose doing it is, if not the requester's; *more* is what is told beside that.
        """
        details = {"attempt": str(after.attempt), "key_id": after.key_id or ""}
        event = AuditEvent(self.clock.now(), by or before.requester_id, action, before.id, after.state, details)
        return await self.store.move(before, after, audit=event, notices=[*self._notices(before, after), *more])

    def _notices(self, before: ApprovalRequest, after: ApprovalRequest) -> list[Notice]:
        name, settled = after.key.name, before.state is State.REVOKING
        if after.state in {State.DELIVERED, State.REVOKED, State.FAILED}:
            news = [news_notice(after, f"No key was created for {name}. {after.ended_because}")] if settled else []
            if after.state is State.DELIVERED and after.key.replaces and after.retired_at is None:
                news.append(old_key_notice(after))
            return [card_notice(after), *event_notice(before, after), tell_notice(after), *news]
        if settled and after.state is State.APPROVED:
            again = tell_notice(after, note="The last attempt left no key behind")
            return [*event_notice(before, after), again, self._settled(after)]
        return []

    def _settled(self, request: ApprovalRequest) -> Notice:
        """Say that no doubt is left, and how long the key can be revealed yet; once that is over, `expire` says so."""
        told = f"It is settled: the last attempt left no key {request.key.name} behind"
        if request.overdue(self.clock.now()):
            return news_notice(request, f"{told}, and your approval has ended meanwhile.")
        until = (" before ", request.reveal_by) if request.reveal_by else ()
        return reveal_notice(request, (f"{told}. Reveal it again", *until, "."))

    async def note(self, action: str, request: ApprovalRequest, key_id: str, *, by: str, outcome: str) -> None:
        """Keep a line of the audit log by itself: the intent before an effect."""
        event = AuditEvent(self.clock.now(), by, action, request.id, outcome, {"key_id": key_id})
        await self.store.audit(event)

    async def alarm(self, occasion: str, request: ApprovalRequest, headline: Line, *parts: Part) -> None:
        """Tell the operators, once for each *occasion*, of what somebody should look at."""
        if occasion in self._alarmed:
            return
        self._alarmed.add(occasion)
        event = AuditEvent(self.clock.now(), "dgbot", "key.alarm", request.id, plain(headline))
        channel_id = self._ops_channel_id
        told = [ops_notice(occasion, channel_id, Reply(headline, parts))] if channel_id else []
        await self.store.audit(event, notices=told)
        self.wake_outbox()

    async def delete(self, project_id: str, key_id: str) -> bool:
        """Delete a key; False while nobody knows whether it is gone."""
        try:
            await self.deepgram.delete_key(project_id, key_id)
        except DeepgramNotFoundError:
            return True  # gone is what was wanted
        except DeepgramError as error:
            log.warning("key not deleted yet", key_id=key_id, reason=str(error))
            return False
        return True
