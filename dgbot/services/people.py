"""Which accounts belong to the same person."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import timedelta

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.ports import Directory


async def same_person(
    directory: Directory, user_id: str, request: ApprovalRequest, *, max_age: timedelta
) -> frozenset[str]:
    """Return who else of the requester and the voters has the address of *user_id*, or that with ``+something``.

    Nobody, where Slack tells no addresses. Raises DirectoryUnavailable.
    """
    others = {request.requester_id, *(vote.by for vote in request.votes)} - {user_id}
    if not others:
        return frozenset()
    return await accounts_of(directory, user_id, others, max_age=max_age) or frozenset()


async def accounts_of(
    directory: Directory, user_id: str, others: Collection[str], *, max_age: timedelta
) -> frozenset[str] | None:
    """Return which of *others* are accounts of whoever *user_id* is; None where Slack does not tell their address.

    Raises DirectoryUnavailable.
    """
    mine = _mailbox((await directory.person(user_id, max_age=max_age)).email)
    if not mine:
        return None
    emails = {other: (await directory.person(other, max_age=max_age)).email for other in sorted(others)}
    return frozenset(other for other, email in emails.items() if _mailbox(email) == mine)


def _mailbox(email: str) -> str:
    """Return whose *email* is: what follows a plus sign only sorts the post of one person."""
    name, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}" if name else domain
