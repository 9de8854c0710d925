"""Opens requests: what the settings let a person ask, of whom, and what they approve by themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from dgbot.domain.approval_policy import ApprovalPolicy
from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.plans import KeyPlan, Plan
from dgbot.domain.replies import Button, Buttons, Confirm, Note, Reply, Text
from dgbot.domain.request_states import OPEN, State
from dgbot.domain.rulings import Asked, Quota, Ruling
from dgbot.domain.spans import in_words
from dgbot.plugin.command import Command
from dgbot.plugin.errors import UsageError
from dgbot.services.approvals.quotas import Quotas
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.notices import card_notice

LONGEST_REASON = 500
"""Characters of a reason; the forms take no more either."""


LONGEST_SHOWN = 1_900
"""Characters of a plan, with ``&`` as the five that Slack counts: a field of a card has room for 2,000."""


class Asking:
    """Turns what somebody asks for into a request that waits, or that a quota has approved."""

    def __init__(
        self, steps: ApprovalSteps, policy: ApprovalPolicy, quotas: Quotas, *, new_nonce: Callable[[], str]
    ) -> None:
        self._steps = steps
        self._policy = policy
        self._quotas = quotas
        self._new_nonce = new_nonce

    def gates(self, command: Command) -> bool:
        """Whether *command* waits for others before it runs; one that plans a key runs first, and its plan waits."""
        return not command.plans_key and (command.approval or command.name in self._policy.gated)

    def wants_reason(self, command: Command) -> bool:
        """Whether the settings usually want to know why *command* is asked for; a rule for some of it may not."""
        waits, usual = command.plans_key or self.gates(command), self._policy.usual
        return waits and (usual.reason == "required" or bool(usual.patterns))

    async def open(self, delivery_id: str, asked: Asked) -> Reply:
        """Ask the approvers for what *asked* plans; the same delivery asks once, however often it is worked on.

        Raises UsageError for what the settings don't let this person ask.
        """
        asked = replace(asked, reason=asked.reason.strip()[:LONGEST_REASON])  # what those who decide read, no more
        ruling = self._policy.ruling(asked)
        if objection := ruling.objection(asked):
            raise UsageError(objection)
        _check_length(asked.plan)
        request = self._request(delivery_id, asked, ruling)
        if known := await self._steps.store.request(request.id):
            return self._asked_before(known, ruling)
        if twin := await self._twin(request):
            return _asked_already(twin)
        details = {"digest": asked.plan.digest, "asks": asked.plan.title, "reason": request.reason}
        if isinstance(asked.plan, KeyPlan):
            details["scopes"] = ",".join(asked.plan.scopes)
            details |= {"replaces": asked.plan.replaces} if asked.plan.replaces else {}
        event = AuditEvent(self._steps.clock.now(), request.requester_id, "approval.ask", request.id, "asked", details)
        if ruling.quota is not None and await self._quotas.approve(request, ruling.quota, event):
            return _approved_at_once(request, ruling.quota)
        await self._steps.store.open_request(request, notices=[card_notice(request)], audit=event)
        self._steps.wake_outbox()
        return _asked(request)

    def _asked_before(self, known: ApprovalRequest, ruling: Ruling) -> Reply:
        """Answer for a delivery that a crash cut off after it had asked."""
        if known.decided_by == BY_QUOTA and ruling.quota is not None:
            return _approved_at_once(known, ruling.quota)
        return _asked(known)

    async def _twin(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Return an open request of the same person for exactly the same."""
        for other in await self._steps.store.waiting_requests():
            same = other.requester_id == request.requester_id and other.plan.digest == request.plan.digest
            if same and other.state in OPEN and other.id != request.id and not other.overdue(request.asked_at):
                return other
        return None

    def _request(self, delivery_id: str, asked: Asked, ruling: Ruling) -> ApprovalRequest:
        now = self._steps.clock.now()
        pause = self._policy.next_reminder(0)
        return ApprovalRequest(
            id=hashlib.sha256(f"request:{delivery_id}".encode()).hexdigest()[:32],
            plan=asked.plan,
            requester_id=asked.requester.user_id,
            reason=asked.reason,
            nonce=self._new_nonce(),
            asked_at=now,
            closes_at=now + ruling.request_lasts,
            terms=ruling.terms,
            channel_id=ruling.channel_id,
            remind_at=None if pause is None else now + pause,
        )


def _check_length(plan: Plan) -> None:
    """Refuse what a card could not show whole: nobody agrees to what they can't read."""
    shown = escape(", ".join(plan.scopes) if isinstance(plan, KeyPlan) else plan.title, quote=False)
    if len(shown) > LONGEST_SHOWN:
        raise UsageError("This is longer than whoever decides would be shown; make it shorter.")


def split_reason(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Take ``--reason`` and what follows it out of the *words* of a command that has no such flag of its own."""
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag == "--reason" and (equals or at + 1 < len(words)):
            after = at + 1 if equals else at + 2
            return value if equals else words[at + 1], (*words[:at], *words[after:])
    return "", tuple(words)


def _what(request: ApprovalRequest) -> str:
    plan = request.plan
    if not isinstance(plan, KeyPlan):
        return plan.title
    return f"the key {plan.name}" + (f" in place of …{plan.replaces[-4:]}" if plan.replaces else "")


def _asked(request: ApprovalRequest) -> Reply:
    who = " or ".join(request.terms.approvers)
    many = f" {request.terms.yes} of them have to agree." if request.terms.yes > 1 else ""
    return Reply(
        f"Asked {who} for {_what(request)}.",
        (
            Text(f"You get a direct message when they have decided.{many} Nothing happens until then."),
            _acts(request),
            Note(("Closes ", request.closes_at, " if nobody decides")),
        ),
    )


def _acts(request: ApprovalRequest) -> Buttons:
    """What whoever asked can do meanwhile."""
    value = f"{request.id}:{request.plan.digest}"
    lost = "The request is closed, and whoever decides is told so. Ask again if you need it after all."
    sure = Confirm("Cancel your request?", lost, "Cancel it", "Keep waiting")
    details = Button("Details", "approval.details", value)
    return Buttons((details, Button("Cancel", "approval.cancel", value, confirm=sure)))


def _approved_at_once(request: ApprovalRequest, quota: Quota) -> Reply:
    return Reply(
        f"Approved at once: {request.plan.title}",
        (Note(f"The settings let everybody have {quota.requests} in {in_words(quota.period)} without asking."),),
    )


def _asked_already(twin: ApprovalRequest) -> Reply:
    if twin.state is State.APPROVED:
        return Reply(f"You have asked for {_what(twin)} already, and it is approved: look at your direct messages.")
    return Reply(
        f"You have asked for {_what(twin)} already; it waits to be decided.",
        (_acts(twin), Note(("Closes ", twin.closes_at, " if nobody decides"))),
    )
