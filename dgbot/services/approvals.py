"""Opens requests, counts the yes and the no, and ends what nobody decided in time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from dgbot.domain.approvals import ApprovalRequest, DecisionRefused, KeyPlan, State, already
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.identity import Principal
from dgbot.domain.ports import ApprovalStore, Clock
from dgbot.domain.replies import Note, Reply, Text
from dgbot.services.notices import card_notice, news_notice, tell_notice

LONGEST_REASON = 500
"""Characters of why not; the form takes no more either."""


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """Where cards are posted, which role decides, and how long each wait may last."""

    channel_id: str
    role: str
    request_lasts: timedelta = timedelta(hours=8)
    approval_lasts: timedelta = timedelta(hours=24)


class Approvals:
    """Every change is a compare-and-set in one transaction with its audit row, the card and the requester's DM."""

    def __init__(
        self,
        store: ApprovalStore,
        policy: ApprovalPolicy,
        clock: Clock,
        *,
        new_nonce: Callable[[], str],
        wake_outbox: Callable[[], None],
    ) -> None:
        self._store = store
        self.policy = policy
        self._clock = clock
        self._new_nonce = new_nonce
        self._wake_outbox = wake_outbox

    async def open(self, delivery_id: str, requester: Principal, plan: KeyPlan, reason: str) -> Reply:
        """Ask the approvers for *plan*; the same delivery asks once, however often it is worked on."""
        now = self._clock.now()
        request = ApprovalRequest(
            id=hashlib.sha256(f"request:{delivery_id}".encode()).hexdigest()[:32],
            plan=plan,
            requester_id=requester.user_id,
            reason=reason,
            nonce=self._new_nonce(),
            asked_at=now,
            closes_at=now + self.policy.request_lasts,
        )
        details = {"digest": plan.digest, "scopes": ",".join(plan.scopes), "reason": reason}
        event = AuditEvent(now, requester.user_id, "approval.ask", request.id, "asked", details)
        await self._store.open_request(request, notices=[card_notice(request, self.policy.channel_id)], audit=event)
        self._wake_outbox()
        return Reply(
            f"Asked {self.policy.role} for the key {plan.name}.",
            (
                Text("You get a direct message when they have decided. Nothing exists until then."),
                Note(("Closes ", request.closes_at, " if nobody decides")),
            ),
        )

    async def standing(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands."""
        return await self._store.request(request_id)

    def check(self, request: ApprovalRequest, by: Principal) -> None:
        """Raise DecisionRefused if *by* can't decide on *request* now."""
        request.deny(by, role=self.policy.role, now=self._clock.now(), because="")

    async def approve(self, request: ApprovalRequest, by: Principal) -> Reply:
        """Count the yes of *by*; raises DecisionRefused."""
        now = self._clock.now()
        after = request.approve(by, role=self.policy.role, now=now, reveal_within=self.policy.approval_lasts)
        return await self._settle(request, after, by, "approval.approve")

    async def deny(self, request: ApprovalRequest, by: Principal, because: str) -> Reply:
        """Count the no of *by*, of whose reason 500 characters are kept; raises DecisionRefused."""
        reason = because.strip()[:LONGEST_REASON]
        after = request.deny(by, role=self.policy.role, now=self._clock.now(), because=reason)
        return await self._settle(request, after, by, "approval.deny")

    async def expire_overdue(self) -> int:
        """End what nobody decided, and what nobody revealed, in time; return how many."""
        now = self._clock.now()
        ended = 0
        for request in await self._store.overdue_requests(now):
            after = replace(request, state=State.EXPIRED, ended_because=_why_expired(request))
            event = AuditEvent(now, "dgbot", "approval.expire", request.id, after.ended_because)
            notices = self._notices(after)
            if request.state is State.APPROVED:
                told = f"Your approval for the key {request.plan.name} ended: {after.ended_because}."
                notices.append(news_notice(after, told))
            ended += await self._store.move(request, after, audit=event, notices=notices)
        return ended

    async def not_announced(self, notice: Notice, reason: str) -> None:
        """End a request whose card Slack refuses, so that its requester does not wait for people who know nothing."""
        if notice.kind is not NoticeKind.CARD:
            return
        request = await self._store.request(notice.about.removeprefix("approval:"))
        if request is None or request.state is not State.PENDING:
            return
        because = f"Slack refuses the approvers' channel ({reason}), so nobody was asked; an admin must mend that"
        after = replace(request, state=State.EXPIRED, ended_because=because)
        event = AuditEvent(self._clock.now(), "dgbot", "approval.unannounced", request.id, reason)
        if await self._store.move(request, after, audit=event, notices=[tell_notice(after)]):
            self._wake_outbox()

    def refused(self, request: ApprovalRequest, by: Principal, refusal: DecisionRefused) -> AuditEvent:
        """Return the audit line of a vote that did not count."""
        return AuditEvent(self._clock.now(), by.user_id, "approval.refused", request.id, str(refusal))

    async def _settle(self, before: ApprovalRequest, after: ApprovalRequest, by: Principal, action: str) -> Reply:
        event = AuditEvent(
            self._clock.now(), by.user_id, action, before.id, after.state, {"digest": before.plan.digest}
        )
        if await self._store.move(before, after, audit=event, notices=self._notices(after)):
            self._wake_outbox()
            word = "Approved" if after.state is State.APPROVED else "Denied"
            return Reply(f"{word}. The requester is told.")
        raise DecisionRefused(already(await self._store.request(before.id) or after))

    def _notices(self, after: ApprovalRequest) -> list[Notice]:
        return [card_notice(after, self.policy.channel_id), tell_notice(after)]


def _why_expired(request: ApprovalRequest) -> str:
    return "nobody decided in time" if request.state is State.PENDING else "it was not revealed in time"
