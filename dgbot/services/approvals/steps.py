"""The step that every change of a request takes before anybody reveals: a compare-and-set, and whoever hears of it."""

from __future__ import annotations

from collections.abc import Callable

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.plans import CommandPlan
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.request_states import State
from dgbot.services.approvals.events import lapsed
from dgbot.services.notices import card_notice, event_notice, tell_notice


class ApprovalSteps:
    """Moves requests from state to state, with the card, its thread, the requester's message and the audit row."""

    def __init__(
        self,
        store: ApprovalStore,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None],
        work_on: Callable[[Delivery], None],
    ) -> None:
        self.store = store
        self.clock = clock
        self.wake_outbox = wake_outbox
        self.work_on = work_on

    async def move(
        self,
        before: ApprovalRequest,
        after: ApprovalRequest,
        by: str,
        action: str,
        because: str = "",
        more: list[Notice] | None = None,
    ) -> bool:
        """Change *before* to *after*, at the wish of *by*; False if something else was faster."""
        details = {"digest": before.plan.digest} | ({"because": because} if because else {})
        if gone := lapsed(before, after):
            details["lapsed"] = ",".join(vote.by for vote in gone)
        event = AuditEvent(self.clock.now(), by, action, before.id, after.state, details)
        work, told = self.work(after), [*notices(before, after), *(more or [])]
        if not await self.store.move(before, after, audit=event, notices=told, work=work):
            return False
        self.begin(work)
        return True

    def work(self, after: ApprovalRequest) -> Delivery | None:
        """Return what the inbox has to do once *after* stands: run the command that was approved."""
        if after.state is not State.APPROVED or not isinstance(after.plan, CommandPlan):
            return None
        payload = {"user_id": after.requester_id, "channel_id": after.plan.channel_id, "request_id": after.id}
        return Delivery(f"approved:{after.id}", f"approved:{after.id}", "approved", self.clock.now(), payload)

    def begin(self, work: Delivery | None) -> None:
        """Send what was queued, and begin with what was left to do."""
        self.wake_outbox()
        if work is not None:
            self.work_on(work)


def notices(before: ApprovalRequest, after: ApprovalRequest) -> list[Notice]:
    """Return what people hear of a change: the card, a reply in its thread, and the requester's message."""
    told = [tell_notice(after)] if after.state is not State.PENDING else []
    return [card_notice(after), *event_notice(before, after), *told]
