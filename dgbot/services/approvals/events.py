"""What a change of a request is in a line, for the thread of its card."""

from __future__ import annotations

from collections.abc import Iterable

from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest
from dgbot.domain.plans import CommandPlan
from dgbot.domain.replies import Line, Mention, Piece
from dgbot.domain.request_states import State
from dgbot.domain.votes import Vote


def lapsed(before: ApprovalRequest, after: ApprovalRequest) -> list[Vote]:
    """Return the votes that ceased to count between *before* and *after*."""
    return [vote for vote in after.votes if vote.lapsed and vote not in before.votes]


def told(before: ApprovalRequest, after: ApprovalRequest) -> Line:
    """Say what happened between *before* and *after*; empty for steps that are nobody's news."""
    if len(after.votes) > len(before.votes):
        return _voted(before, after)
    if after.retired_at is not None and before.retired_at is None:
        return "The key that this one replaces was revoked."
    if after.state is before.state:
        return ""
    asker = Mention(after.requester_id)
    match after.state:
        case State.APPROVED if after.decided_by == BY_QUOTA:
            return "Approved by the quota of the settings."
        case State.APPROVED if before.state is State.REVOKING:
            return "The last attempt to make it is settled: no key was left behind."
        case State.CANCELLED:
            return (asker, " cancelled it.")
        case State.EXPIRED:
            return f"Closed: {after.ended_because}."
        case State.DELIVERED:
            return (asker, f" revealed the key, …{(after.key_id or '')[-4:]}.")
        case State.REVOKED:
            return _revoked(after)
        case State.FAILED:
            return (
                f"No key was created. {after.ended_because}" if not _runs(after) else f"Failed: {after.ended_because}"
            )
        case State.DONE:
            return f"Done: {after.ended_because}"
        case _:
            return ""


def _voted(before: ApprovalRequest, after: ApprovalRequest) -> Line:
    vote = after.votes[-1]
    who = Mention(vote.by)
    if vote.glass:
        return ("🔴 ", who, " broke the glass and approved this alone: ", vote.because)
    have = after.yes if vote.yes else after.no
    need = after.terms.yes if vote.yes else after.terms.no
    count = f" ({have} of {need})" if need > 1 else ""
    verb = " approved" if vote.yes else " denied"
    because = f": {vote.because}" if vote.because else "."
    return (who, f"{verb}{count}{because}", *_lapsed(before, after))


def _lapsed(before: ApprovalRequest, after: ApprovalRequest) -> Iterable[Piece]:
    for one in lapsed(before, after):
        yield from (" ", Mention(one.by), "'s yes counts no more: they have left those who decide.")


def _revoked(after: ApprovalRequest) -> Line:
    tail = f"…{(after.key_id or '')[-4:]}"
    if after.ended_because:
        return f"The key {tail} was revoked {after.ended_because}."
    return (Mention(after.requester_id), f" revoked the key, {tail}.")


def _runs(request: ApprovalRequest) -> bool:
    return isinstance(request.plan, CommandPlan)
