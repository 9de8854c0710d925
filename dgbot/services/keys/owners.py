"""Whose a key is, as people in Slack know them, and whether they are still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dgbot.deepgram import Member
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.ports import Clock, Directory, DirectoryUnavailable
from dgbot.domain.reconciliation import Standing

FRESH = timedelta(hours=1)
"""How old an answer about somebody may be: a review is no decision on what anybody may do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A name to show, the Slack user if it is known, and whether they are in the workspace."""

    name: str
    user_id: str = ""
    standing: Standing = Standing.UNKNOWN


NOBODY = Owner("nobody that Deepgram names")


class KeyOwners:
    """Asks Slack for one person at a time; after a look-up that fails it asks no more until `begin`."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        self._by_email: dict[str, tuple[datetime, Owner]] = {}
        self.untold = ""

    def begin(self) -> None:
        """Begin a review: *untold* is empty until Slack fails to tell of somebody, and says why from then on."""
        self.untold = ""

    async def of_request(self, request: ApprovalRequest) -> Owner:
        """Return who asked for the key; somebody who is no full member any more has left."""
        try:
            person = await self._directory.person(request.requester_id, max_age=FRESH)
        except DirectoryUnavailable as error:
            self.untold = self.untold or str(error)
            return Owner("someone", request.requester_id)
        return Owner(person.name, person.user_id, Standing.HERE if person.full else Standing.LEFT)

    async def of_member(self, member: Member | None) -> Owner:
        """Return whose key Deepgram says it is; an address without an active account has left."""
        email = member.email.strip() if member else ""
        if not email:
            return NOBODY
        now, known = self._clock.now(), self._by_email.get(email.casefold())
        if known is not None and timedelta() <= now - known[0] < FRESH:
            return known[1]
        if self.untold:
            return Owner(email)
        try:
            person = await self._directory.by_email(email)
        except DirectoryUnavailable as error:
            self.untold = str(error)
            return Owner(email)
        owner = Owner(person.name, person.user_id, Standing.HERE) if person else Owner(email, "", Standing.LEFT)
        self._by_email[email.casefold()] = (now, owner)
        return owner
