"""Members of a project, what they may do, and who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, deletion, path
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.keywords import InviteFields, ScopeFields
from dgbot.deepgram.options.people import InviteOptions, ScopeOptions
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.responses.people import InvitesResponse, MembersResponse, ScopesResponse
from dgbot.deepgram.wire import people as wire
from dgbot.deepgram.wire.message import message


def get_members(project_id: str) -> Operation[MembersResponse]:
    """List who belongs to a project, with their scopes."""
    return Operation("GET", path("projects/{project_id}/members", project_id), wire.members)


def remove_member(project_id: str, member_id: str) -> Operation[Message]:
    """Remove somebody from a project; every key that they made dies with it, so list those first."""
    return deletion("projects/{project_id}/members/{member_id}", project_id, member_id)


def get_member_scopes(project_id: str, member_id: str) -> Operation[ScopesResponse]:
    """List what a member may do."""
    return Operation(
        "GET", path("projects/{project_id}/members/{member_id}/scopes", project_id, member_id), wire.scopes
    )


def update_member_scope(
    project_id: str,
    member_id: str,
    options: ScopeOptions | Mapping[str, object] | str | None = None,
    **fields: Unpack[ScopeFields],
) -> Operation[Message]:
    """Give a member another role, or one scope more; a bare text as *options* is the scope."""
    asked = chosen(ScopeOptions, options, fields, text="scope")
    return Operation(
        "PUT",
        path("projects/{project_id}/members/{member_id}/scopes", project_id, member_id),
        message,
        body=body(asked.given()),
    )


def get_invites(project_id: str) -> Operation[InvitesResponse]:
    """List the invitations that nobody has answered yet."""
    return Operation("GET", path("projects/{project_id}/invites", project_id), wire.invites)


def send_invite(
    project_id: str,
    options: InviteOptions | Mapping[str, object] | str | None = None,
    **fields: Unpack[InviteFields],
) -> Operation[Message]:
    """Invite somebody to a project by e-mail, as member, admin or owner; a bare text as *options* is the address.

    It is sent again only if no byte of it can have left.
    """
    asked = chosen(InviteOptions, options, fields, text="email")
    return Operation("POST", path("projects/{project_id}/invites", project_id), message, body=body(asked.given()))


def delete_invite(project_id: str, email: str) -> Operation[Message]:
    """Take an invitation back."""
    return deletion("projects/{project_id}/invites/{email}", project_id, email)
