"""Members, their scopes and invitations."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.responses.people import Invite, InvitesResponse, Member, MembersResponse, ScopesResponse
from dgbot.deepgram.wire.reading import decoder, missing, read


class _MemberList(msgspec.Struct, gc=False):
    members: list[Member]


class _InviteList(msgspec.Struct, gc=False):
    invites: list[Invite] | None = None
    members: list[Invite] | None = None


_MEMBERS = decoder(_MemberList)
_SCOPES = decoder(ScopesResponse)
_INVITES = decoder(_InviteList)


def members(body: bytes) -> MembersResponse:
    """A list of members; it must be there, if only empty."""
    return MembersResponse(members=read(_MEMBERS, body).members)


def scopes(body: bytes) -> ScopesResponse:
    """A member's scopes."""
    return read(_SCOPES, body)


def invites(body: bytes) -> InvitesResponse:
    """A list of invitations, which older answers call members; it must be there, if only empty."""
    answer = read(_INVITES, body)
    if answer.invites is None and answer.members is None:
        raise missing("invites")
    return InvitesResponse(invites=answer.invites or answer.members or [])
