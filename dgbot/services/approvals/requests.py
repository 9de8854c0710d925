"""The requests as one person sees them: which wait for them, which are theirs, and which key was theirs."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.ports import Directory
from dgbot.domain.request_states import OPEN, State
from dgbot.plugin.context import OpenRequest
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.notices import ended_notice
from dgbot.services.people import FRESH


class PersonalRequests:
    """What a command may know of requests, and do, for *principal*."""

    def __init__(
        self, steps: ApprovalSteps, policy: ApprovalPolicy, directory: Directory, principal: Principal
    ) -> None:
        self._steps = steps
        self._policy = policy
        self._directory = directory
        self._me = principal

    async def open(self) -> list[OpenRequest]:
        """Return every request that waits for a person, oldest first."""
        now = self._steps.clock.now()
        waiting = await self._steps.store.waiting_requests()
        return [self._seen(self._policy.on_terms(one)) for one in waiting if one.state in OPEN and not one.overdue(now)]

    async def key_revoked(self, key_id: str) -> bool:
        """Let the card and the requester of a key know that I revoked it; False for a key that no request made."""
        for request in await self._steps.store.granted_requests():
            if request.key_id == key_id and request.state is State.DELIVERED:
                name = (await self._directory.person(self._me.user_id, max_age=FRESH)).name
                now = self._steps.clock.now()
                after = replace(
                    request, state=State.REVOKED, touched_at=now, ended_because=f"by {name}", remind_at=None
                )
                told = [] if request.requester_id == self._me.user_id else [ended_notice(after)]
                return await self._steps.move(request, after, self._me.user_id, "key.revoked", more=told)
        return False

    def _seen(self, request: ApprovalRequest) -> OpenRequest:
        mine = request.requester_id == self._me.user_id
        voted = self._me.user_id in {vote.by for vote in request.votes if not vote.lapsed}
        decides = request.terms.let_decide(self._me) and not mine and not voted
        return OpenRequest(
            value=f"{request.id}:{request.plan.digest}",
            title=request.plan.title,
            requester_id=request.requester_id,
            reason=request.reason,
            makes_key=isinstance(request.plan, KeyPlan),
            approved=request.state is State.APPROVED,
            mine=mine,
            waits_for_me=decides and request.state is State.PENDING,
            asked_at=request.asked_at,
            until=(request.reveal_by if request.state is State.APPROVED else None) or request.closes_at,
            yes=request.yes,
            needed=request.terms.yes,
            replaces=request.plan.replaced if isinstance(request.plan, KeyPlan) else (),
        )
