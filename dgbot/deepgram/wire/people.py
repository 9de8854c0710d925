"""Members, their scopes and invitations."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.responses.people import Invite, InvitesResponse, MembersResponse, ScopesResponse
from dgbot.deepgram.wire.reading import decoder, read


class _InviteList(msgspec.Struct, gc=False):
    invites: list[Invite] = []
    members: list[Invite] = []


_MEMBERS = decoder(MembersResponse)
_SCOPES = decoder(ScopesResponse)
_INVITES = decoder(_InviteList)


def members(body: bytes) -> MembersResponse:
    """A list of members."""
    return read(_MEMBERS, body)


def scopes(body: bytes) -> ScopesResponse:
    """A member's scopes."""
    return read(_SCOPES, body)


def invites(body: bytes) -> InvitesResponse:
    """A list of invitations, which older answers call members."""
    answer = read(_INVITES, body)
    return InvitesResponse(invites=answer.invites or answer.members)
