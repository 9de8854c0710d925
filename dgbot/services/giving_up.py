"""The end of work that failed for a day: whoever asked, and the operators, hear what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery, Notice
from dgbot.domain.ports import Clock
from dgbot.domain.replies import Mention, Note, Reply, Text
from dgbot.services.approvals.approved import ApprovedCommands
from dgbot.services.inbox import Answer
from dgbot.services.notices import ops_notice, reply_notice


class GivingUp:
    """Ends deliveries that the inbox could not finish."""

    def __init__(self, approved: ApprovedCommands, clock: Clock, *, ops_channel_id: str | None) -> None:
        self._approved = approved
        self._clock = clock
        self._ops_channel_id = ops_channel_id

    async def end(self, delivery: Delivery) -> Answer:
        """End *delivery*; return what that leaves to say."""
        outcome = "in doubt" if delivery.begun else "not begun"
        event = AuditEvent(self._clock.now(), "dgbot", "delivery.given_up", delivery.id, outcome)
        if delivery.kind == "approved":
            await self._approved.give_up(delivery, _doubt(delivery), self._for_operators(delivery))
            return Answer(audit=[event])
        payload = delivery.payload
        reply = Reply("The bot could not finish what you sent, and has given it up.", (Text(_doubt(delivery)),))
        answer = reply_notice(delivery.id, reply, user_id=payload["user_id"], answer_to=payload.get("answer_to", ""))
        return Answer(answer, [event], self._for_operators(delivery))

    def _for_operators(self, delivery: Delivery) -> Sequence[Notice]:
        if self._ops_channel_id is None:
            return ()
        what = "what others had approved for" if delivery.kind == "approved" else f"a {delivery.kind} of"
        headline = ("🔴 Given up, as it failed for a day: ", f"{what} ", Mention(delivery.payload["user_id"]))
        parts = (Text(_doubt(delivery)), Note(f"The log says why, at {delivery.id}"))
        return [ops_notice(f"given-up:{delivery.id}", self._ops_channel_id, Reply(headline, parts))]


def _doubt(delivery: Delivery) -> str:
    if delivery.begun:
        return "It was begun, and whether it was done is not known: look first."
    if delivery.kind in {"click", "form"}:
        return "It may or may not have counted: look at the card before you click again."
    return "It was not begun, or does no harm twice: ask again if it is still wanted."
