"""Who decided on a request, by the names that readers know, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from dgbot.adapters.slack.replies import Names
from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest


def approvers(request: ApprovalRequest, names: Names) -> str:
    """Name whoever approved *request*."""
    if request.decided_by == BY_QUOTA:
        return "the quota of the settings"
    if request.glass is not None:
        return f"{names.get(request.glass.by, 'someone')} alone, who broke the glass"
    yes = [vote.by for vote in request.votes if vote.counts_as_yes]
    return _together(yes or [request.decided_by or ""], names)


def deniers(request: ApprovalRequest, names: Names) -> str:
    """Name whoever denied *request*."""
    no = [vote.by for vote in request.votes if not vote.yes]
    return _together(no or [request.decided_by or ""], names)


def objections(request: ApprovalRequest, names: Names) -> str:
    """Return what follows on "bob denied it": the one reason, or who gave which."""
    said = {vote.by: vote.because for vote in request.votes if not vote.yes}
    said = said or {request.decided_by or "": request.denied_because}  # from before votes were kept
    if not any(said.values()):
        return ", without a reason."
    if len(said) == 1:
        return "".join(f": “{because}”" for because in said.values())
    each = (f"{names.get(who, 'someone')}: {f'“{text}”' if text else 'no reason'}" for who, text in said.items())
    return f". {' · '.join(each)}"


def _together(people: Sequence[str], names: Names) -> str:
    *others, last = [names.get(who, "someone") for who in people]
    return f"{', '.join(others)} and {last}" if others else last
