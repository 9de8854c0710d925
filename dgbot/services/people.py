"""Which accounts belong to the same person."""

from __future__ import annotations

from datetime import timedelta

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.ports import Directory


async def same_person(
    directory: Directory, user_id: str, request: ApprovalRequest, *, max_age: timedelta
) -> frozenset[str]:
    """Return who else of the requester and the voters has the e-mail address of *user_id*.

    Nobody, where Slack tells no addresses. Raises DirectoryUnavailable.
    """
    others = {request.requester_id, *(vote.by for vote in request.votes)} - {user_id}
    if not others:
        return frozenset()
    mine = (await directory.person(user_id, max_age=max_age)).email.strip().casefold()
    if not mine:
        return frozenset()
    emails = {other: (await directory.person(other, max_age=max_age)).email for other in sorted(others)}
    return frozenset(other for other, email in emails.items() if email.strip().casefold() == mine)
