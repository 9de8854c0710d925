"""What the settings approve by themselves: so many requests of a person, whatever accounts they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.plans import KeyPlan
from dgbot.domain.ports import Directory, DirectoryUnavailable
from dgbot.domain.rulings import Quota
from dgbot.services.approvals.steps import ApprovalSteps, notices
from dgbot.services.people import accounts_of

log = structlog.get_logger(__name__)

LATELY = timedelta(hours=1)
"""How old knowledge of people's addresses may be."""


class Quotas:
    """Approves by quota; where Slack does not tell who somebody is, people have to decide."""

    def __init__(self, steps: ApprovalSteps, policy: ApprovalPolicy, directory: Directory) -> None:
        self._steps = steps
        self._policy = policy
        self._directory = directory

    async def approve(self, request: ApprovalRequest, quota: Quota, event: AuditEvent) -> bool:
        """Open *request* as approved by *quota*, with *event* in the audit log; False if people have to decide."""
        if not await self._only_theirs(request):
            return False
        settled = self._policy.reminding(request.settle_by_quota(event.at), event.at)
        work = self._steps.work(settled)
        by_quota = replace(event, action="approval.by_quota", outcome=settled.state)
        store, since = self._steps.store, event.at - quota.period
        looked_up: frozenset[str] | None = None
        while looked_up != (known := await store.had_by_quota(since)):  # else it is used up, and not only raced
            looked_up, accounts = known, await self._accounts(request.requester_id, known)
            if accounts is None:
                return False
            if await store.open_by_quota(
                settled,
                quota,
                accounts=accounts,
                known=known,
                notices=notices(request, settled),
                audit=by_quota,
                work=work,
            ):
                self._steps.begin(work)
                return True
        return False

    async def _accounts(self, user_id: str, known: frozenset[str]) -> frozenset[str] | None:
        """Return every account in *known* of whoever *user_id* is, and that; None if nobody can tell."""
        try:
            others = await accounts_of(self._directory, user_id, known - {user_id}, max_age=LATELY)
        except DirectoryUnavailable as error:
            log.warning("quota not used", user=user_id, reason=str(error))
            return None
        if others is None:
            log.warning("quota not used", user=user_id, reason="Slack tells no address; is users:read.email granted?")
        return None if others is None else others | {user_id}

    async def _only_theirs(self, request: ApprovalRequest) -> bool:
        """Whether *request* touches no key but its requester's own: no quota lets anybody end somebody else's."""
        if not isinstance(request.plan, KeyPlan) or not request.plan.replaces:
            return True
        granted = await self._steps.store.granted_requests()
        return any(
            one.key_id == request.plan.replaces and one.requester_id == request.requester_id for one in granted
        )  # fmt: skip
