"""Counts the yes and the no: of two decisions at once one holds, and whoever made the other reads so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.approvals import ApprovalRequest, already
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.identity import Principal
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import Reply
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused
from dgbot.services.approvals.asking import LONGEST_REASON
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.notices import tell_notice
from dgbot.services.people import People

Change = Callable[[ApprovalRequest], Awaitable[ApprovalRequest]]

_HIDDEN = (
    "Slack tells the requester's e-mail address and not yours, so nobody can know that you are two people. "
    "Let somebody else decide."
)
_LEFT = "Whoever asked is no longer an active member of this workspace; the request is closed."


class Approvals:
    """What people do with requests until one is revealed: vote, break the glass, take it back."""

    def __init__(self, steps: ApprovalSteps, policy: ApprovalPolicy, people: People) -> None:
        self._steps = steps
        self.policy = policy
        self._people = people

    async def standing(self, request_id: str) -> ApprovalRequest | None:
        """Return a request as it stands; one from before there were terms is on those of today."""
        request = await self._steps.store.request(request_id)
        return request and self.policy.on_terms(request)

    async def check(self, request: ApprovalRequest, by: Principal) -> None:
        """Raise DecisionRefused if *by* can't decide on *request* now."""
        request.vote(by, yes=False, now=self._steps.clock.now(), also=await self._also(by, request))

    def may_break(self, request: ApprovalRequest, by: Principal) -> bool:
        """Whether *by* could settle *request* alone; the break itself looks more closely."""
        own = request.requester_id == by.user_id and isinstance(request.plan, KeyPlan)
        return request.state is State.PENDING and bool(by.roles & self.policy.glass) and not own

    def check_glass(self, request: ApprovalRequest, by: Principal) -> None:
        """Raise DecisionRefused if *by* can't break the glass of *request* now."""
        request.break_glass(by, roles=self.policy.glass, now=self._steps.clock.now(), because="-")

    async def approve(self, request: ApprovalRequest, by: Principal) -> Reply:
        """Count the yes of *by*; raises DecisionRefused."""
        return await self._vote(request, by, yes=True)

    async def deny(self, request: ApprovalRequest, by: Principal, because: str) -> Reply:
        """Count the no of *by*, of whose reason 500 characters are kept; raises DecisionRefused."""
        return await self._vote(request, by, yes=False, because=because.strip()[:LONGEST_REASON])

    async def break_glass(self, request: ApprovalRequest, by: Principal, because: str) -> Reply:
        """Let *by* settle it alone, loudly; raises DecisionRefused."""
        reason, roles = because.strip()[:LONGEST_REASON], self.policy.glass

        async def broken(standing: ApprovalRequest) -> ApprovalRequest:
            now, also = self._steps.clock.now(), await self._also(by, standing)
            after = standing.break_glass(by, roles=roles, now=now, because=reason, also=also)
            await self._check_people(by, standing)
            return self.policy.reminding(after, now)

        await self._change(request, broken, by, "approval.break_glass", reason)
        return Reply("You broke the glass: it is approved, and the channel reads your reason.")

    async def cancel(self, request: ApprovalRequest, by: Principal) -> Reply:
        """Take a request back, at the wish of its requester; raises DecisionRefused."""

        async def cancelled(standing: ApprovalRequest) -> ApprovalRequest:
            return standing.cancel(by, self._steps.clock.now())

        await self._change(request, cancelled, by, "approval.cancel")
        return Reply(f"Cancelled: {request.plan.title}. Nothing was done.")

    async def not_announced(self, notice: Notice, reason: str) -> None:
        """End a request whose card Slack refuses, so that its requester does not wait for people who know nothing."""
        if notice.kind is not NoticeKind.CARD:
            return
        request = await self.standing(notice.about.removeprefix("approval:"))
        if request is None or request.state is not State.PENDING:
            return
        because = f"Slack refuses the approvers' channel ({reason}), so nobody was asked; an admin must mend that"
        after = replace(request, state=State.EXPIRED, ended_because=because, remind_at=None)
        event = AuditEvent(self._steps.clock.now(), "dgbot", "approval.unannounced", request.id, reason)
        if await self._steps.store.move(request, after, audit=event, notices=[tell_notice(after)]):
            self._steps.wake_outbox()

    async def close_unclaimed(self, request: ApprovalRequest) -> None:
        """End a request whose requester has left."""
        because = "whoever asked is no longer an active member of this workspace"
        after = replace(request, state=State.EXPIRED, ended_because=because, remind_at=None)
        await self._steps.move(request, after, "dgbot", "approval.requester_left")

    def refused(self, request: ApprovalRequest, by: Principal, refusal: DecisionRefused) -> AuditEvent:
        """Return the audit line of a vote that did not count."""
        return AuditEvent(self._steps.clock.now(), by.user_id, "approval.refused", request.id, str(refusal))

    async def _vote(self, request: ApprovalRequest, by: Principal, *, yes: bool, because: str = "") -> Reply:
        async def voted(standing: ApprovalRequest) -> ApprovalRequest:
            now, also = self._steps.clock.now(), await self._also(by, standing)
            gone = await self._people.who_decide_no_more(standing) if yes else frozenset[str]()
            after = standing.lapse(gone).vote(by, yes=yes, now=now, because=because, also=also)
            if yes:
                await self._check_people(by, standing)
            return self.policy.reminding(after, now)

        after = await self._change(request, voted, by, "approval.approve" if yes else "approval.deny", because)
        return _counted(after, yes=yes)

    async def _change(
        self, request: ApprovalRequest, change: Change, by: Principal, action: str, because: str = ""
    ) -> ApprovalRequest:
        """Apply *change*, anew whenever somebody else's came between; it raises DecisionRefused once it is too late."""
        while True:
            after = await change(request)
            if await self._steps.move(request, after, by.user_id, action, because):
                return after
            standing = await self.standing(request.id)
            if standing is None:
                raise DecisionRefused(already(after))
            request = standing

    async def _check_people(self, by: Principal, request: ApprovalRequest) -> None:
        """Refuse a yes that would count, of what may be the requester's second account, or for one who has left.

        Raises DecisionRefused.
        """
        if await self._people.hides(by.user_id, request):
            raise DecisionRefused(_HIDDEN)
        if not await self._people.is_full(request.requester_id):
            await self.close_unclaimed(request)
            raise DecisionRefused(_LEFT)

    async def _also(self, by: Principal, request: ApprovalRequest) -> frozenset[str]:
        return await self._people.other_accounts(by.user_id, request)


def _counted(after: ApprovalRequest, *, yes: bool) -> Reply:
    if after.state is State.PENDING:
        needed = after.terms.yes if yes else after.terms.no
        have = after.yes if yes else after.no
        return Reply(f"Your {'yes' if yes else 'no'} counts: {have} of {needed}.")
    return Reply(f"{'Approved' if yes else 'Denied'}. The requester is told.")
