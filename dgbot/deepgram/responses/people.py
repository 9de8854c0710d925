"""Members of a project, what they may do, and who is invited."""

from __future__ import annotations

from datetime import datetime

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response


class Member(Response, frozen=True, kw_only=True, gc=False):
    """Somebody in a project; as the owner of a key, without scopes."""

    member_id: str = ""
    email: str = ""
    first_name: str | None = None
    last_name: str | None = None
    scopes: list[str] = []


class MembersResponse(Response, frozen=True, kw_only=True, gc=False):
    """Everybody in a project whom the asking key may see."""

    members: list[Member] = []


class ScopesResponse(Response, frozen=True, kw_only=True, gc=False):
    """What a member may do."""

    scopes: list[str] = []


class Invite(Response, frozen=True, kw_only=True, gc=False):
    """An invitation that nobody has answered yet. *sent* is published but never sent, so it is None."""

    email: str = ""
    scope: str = ""
    sent: str | None = None

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent, UTC."""
        return parsed(self.sent)


class InvitesResponse(Response, frozen=True, kw_only=True, gc=False):
    """The open invitations of a project."""

    invites: list[Invite] = []
