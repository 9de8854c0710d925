"""What time does to requests: who is reminded, and what ends because nobody came."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.plans import KeyPlan
from dgbot.domain.request_states import State
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.notices import news_notice, old_key_notice, reminder_notice, reveal_notice


class ApprovalRounds:
    """Made at every tick; several bots on one database remind and end once."""

    def __init__(self, steps: ApprovalSteps, policy: ApprovalPolicy) -> None:
        self._steps = steps
        self._policy = policy

    async def expire_overdue(self) -> int:
        """End what nobody decided, and what nobody revealed, in time; return how many."""
        ended = 0
        for request in await self._steps.store.overdue_requests(self._steps.clock.now()):
            because = "nobody decided in time" if request.state is State.PENDING else "it was not revealed in time"
            after = replace(request, state=State.EXPIRED, ended_because=because, remind_at=None)
            told = f"Your approval for the key {request.plan.title} ended: {because}. Ask again if you need it."
            news = [news_notice(after, told)] if request.state is State.APPROVED else []
            ended += await self._steps.move(request, after, "dgbot", "approval.expire", because, news)
        return ended

    async def remind(self) -> int:
        """Remind whoever a request waits for, at pauses that double; return how many reminders that were."""
        now, told = self._steps.clock.now(), 0
        for request in await self._steps.store.requests_to_remind(now):
            pause = self._policy.next_reminder(request.reminded + 1)
            after = replace(
                request, reminded=request.reminded + 1, remind_at=None if pause is None else now + pause
            )  # fmt: skip
            notice = _reminder(after)
            if notice is None:
                after = replace(request, remind_at=None)
            event = AuditEvent(now, "dgbot", "approval.remind", request.id, request.state)
            told += await self._steps.store.move(request, after, audit=event, notices=[notice] if notice else [])
        if told:
            self._steps.wake_outbox()
        return told


def _reminder(request: ApprovalRequest) -> Notice | None:
    if request.state is State.PENDING:
        return reminder_notice(request)
    if request.state is State.APPROVED and isinstance(request.plan, KeyPlan):
        until = request.reveal_by or request.closes_at
        return reveal_notice(request, (f"Your key {request.plan.title} is approved: reveal it before ", until, "."))
    if request.state is State.DELIVERED and request.key.replaces and request.retired_at is None:
        return old_key_notice(request)
    return None
