"""Who somebody is: a full member or not, with which roles now, and with which other accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.identity import Policy, Principal
from dgbot.domain.ports import Directory, DirectoryUnavailable

FRESH = timedelta(seconds=30)
"""How old knowledge of the people who decide may be."""


class People:
    """The workspace's people as the settings know them; every question may raise DirectoryUnavailable."""

    def __init__(self, directory: Directory, policy: Policy) -> None:
        self._directory = directory
        self._policy = policy

    async def principal(self, user_id: str, *, max_age: timedelta = FRESH) -> Principal | None:
        """Return *user_id* with their roles; None for who is no full member."""
        if not (await self._directory.person(user_id, max_age=max_age)).full:
            return None
        groups = await self._directory.groups_of(user_id, self._policy.groups, max_age=max_age)
        return self._policy.principal(user_id, groups)

    async def is_full(self, user_id: str) -> bool:
        """Whether *user_id* is a full member of the workspace."""
        return (await self._directory.person(user_id, max_age=FRESH)).full

    async def who_decide_no_more(self, request: ApprovalRequest) -> frozenset[str]:
        """Return those who said yes to *request* and could not any more."""
        gone: set[str] = set()
        for user_id in sorted({vote.by for vote in request.votes if vote.counts_as_yes}):
            voter = await self.principal(user_id)
            if voter is None or not request.terms.let_decide(voter):
                gone.add(user_id)
        return frozenset(gone)

    async def other_accounts(self, user_id: str, request: ApprovalRequest) -> frozenset[str]:
        """Return who else of the requester and the voters has the address of *user_id*, or that with ``+something``.

        Nobody, where Slack tells no addresses.
        """
        others = {request.requester_id, *(vote.by for vote in request.votes)} - {user_id}
        if not others:
            return frozenset()
        return await accounts_of(self._directory, user_id, others, max_age=FRESH) or frozenset()

    async def hides(self, user_id: str, request: ApprovalRequest) -> bool:
        """Whether Slack tells the requester's address and not that of *user_id*, who might be the same person."""
        if (await self._directory.person(user_id, max_age=FRESH)).email:
            return False
        return bool((await self._directory.person(request.requester_id, max_age=FRESH)).email)


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


async def zone_of(directory: Directory, user_id: str) -> str:
    """Return the IANA time zone in which *user_id* lives; empty where nobody knows it."""
    try:
        zone = (await directory.person(user_id, max_age=FRESH)).zone
        ZoneInfo(zone)
    except (DirectoryUnavailable, ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return zone


def _mailbox(email: str) -> str:
    """Return whose *email* is: what follows a plus sign only sorts the post of one person."""
    name, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}" if name else domain
