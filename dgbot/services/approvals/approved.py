"""Runs commands that others have agreed to, once, and tells whoever asked what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.identity import Principal
from dgbot.domain.plans import CommandPlan
from dgbot.domain.ports import Clock, InboxStore
from dgbot.domain.replies import Reply, Text, plain
from dgbot.domain.request_states import State
from dgbot.domain.votes import DecisionRefused
from dgbot.services.approvals.steps import ApprovalSteps
from dgbot.services.dispatcher import Dispatcher
from dgbot.services.invocation import Invocation, NotBegun
from dgbot.services.notices import answer_notice
from dgbot.services.rights import Rights


class ApprovedCommands:
    """The asker's rights are looked at again: an approval lends none."""

    def __init__(self, store: InboxStore, steps: ApprovalSteps, rights: Rights, dispatcher: Dispatcher) -> None:
        self._store = store
        self._steps = steps
        self._rights = rights
        self._dispatcher = dispatcher

    async def run(self, delivery: Delivery, asker: Principal | None) -> Sequence[AuditEvent]:
        """Run the command that *delivery* names, for *asker*, who is None if they are no full member any more."""
        request = await self._steps.store.request(delivery.payload["request_id"])
        if request is None or request.state is not State.APPROVED or not isinstance(request.plan, CommandPlan):
            return ()  # an earlier process came to the end, but not to the end of the delivery
        if asker is None:
            await self._end(request, State.FAILED, Reply("Whoever asked is no longer an active member here."))
            return ()
        try:
            self._rights.check(request, asker)
        except DecisionRefused as refusal:
            await self._end(request, State.FAILED, Reply(refusal.line))
            return (AuditEvent(self._steps.clock.now(), asker.user_id, "command.run", request.plan.command, "refused"),)
        invocation = Invocation(
            id=delivery.id,
            principal=asker,
            channel_id=request.plan.channel_id,
            text="",
            filled=None,
            ask=None,
            begun=delivery.begun,
            begin=partial(begin, self._store, self._steps.clock, delivery, asker),
            approved=request.plan,
        )
        outcome = await self._dispatcher.dispatch(invocation)
        done = outcome.audit.outcome in {"ok", "resumed"}
        await self._end(request, State.DONE if done else State.FAILED, outcome.reply or Reply(request.plan.title))
        return (outcome.audit,)

    async def give_up(self, delivery: Delivery, doubt: str, more: Sequence[Notice]) -> None:
        """End the request whose command could not be run for too long, and tell *more* than its requester."""
        request = await self._steps.store.request(delivery.payload["request_id"])
        if request is not None and request.state is State.APPROVED:
            reply = Reply(f"{request.plan.title} was given up: for a day the bot could not finish it.", (Text(doubt),))
            await self._end(request, State.FAILED, reply, more)

    async def _end(self, request: ApprovalRequest, state: State, reply: Reply, more: Sequence[Notice] = ()) -> None:
        now = self._steps.clock.now()
        after = replace(request, state=state, touched_at=now, ended_because=plain(reply.headline))
        answer = answer_notice(request, reply)
        await self._steps.move(request, after, request.requester_id, "approval.carried_out", more=[answer, *more])


async def begin(store: InboxStore, clock: Clock, delivery: Delivery, principal: Principal) -> None:
    """Store the intent of *delivery*'s command before its effect outside; raises NotBegun."""
    event = AuditEvent(clock.now(), principal.user_id, "command.begin", delivery.id, "begun")
    try:
        await store.begin(delivery.id, audit=event)
    except Exception as error:  # whatever the store says, the command must not run
        raise NotBegun(str(error)) from error
