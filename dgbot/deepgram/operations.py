"""The management API on one sheet: each function describes one call and performs none.

Options may be given as an object, a mapping or keyword arguments. Every function raises DeepgramOptionsError for what
Deepgram would refuse or misread.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from dgbot.deepgram import wire
from dgbot.deepgram.dates import day, instant
from dgbot.deepgram.endpoint import Operation
from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.options import InviteOptions, KeyOptions, UsageSummaryOptions, chosen
from dgbot.deepgram.responses import (
    BalancesResponse,
    InvitesResponse,
    KeyResponse,
    KeysResponse,
    MembersResponse,
    Message,
    Project,
    ProjectsResponse,
    UsageSummaryResponse,
)


def get_projects() -> Operation[ProjectsResponse]:
    """List the projects that the key can see."""
    return Operation("GET", _path("projects"), wire.projects)


def get_project(project_id: str) -> Operation[Project]:
    """Fetch one project."""
    return Operation("GET", _path("projects", project_id), wire.project)


def get_keys(project_id: str, *, status: str | None = None) -> Operation[KeysResponse]:
    """List a project's keys, all or those whose *status* is ``active`` or ``expired``.

    Without members:read, admins:read and owners:read Deepgram lists only the asking member's own keys.
    """
    if status not in (None, "active", "expired"):
        raise DeepgramOptionsError(f"status: {status!r} is not active or expired.")
    return Operation("GET", _path("projects", project_id, "keys"), wire.keys, query=_query({"status": status}))


def get_key(project_id: str, key_id: str) -> Operation[KeyResponse]:
    """Fetch one key; its value is not shown again."""
    return Operation("GET", _path("projects", project_id, "keys", key_id), wire.key)


def create_key(
    project_id: str, options: KeyOptions | Mapping[str, object] | None = None, **fields: object
) -> Operation[KeyResponse]:
    """Create an API key; the answer is the only one that ever carries its value.

    It needs a comment and at least one scope. It is sent again only if no byte of it can have left; on any error whose
    *may_have_happened* is true, look for the key before creating another. Deepgram may grant more scopes than asked.
    """
    asked = chosen(KeyOptions, options, fields)
    if not (asked.comment and asked.comment.strip()):
        raise DeepgramOptionsError("comment: a key needs a comment that says what it is for.")
    if not asked.scopes:
        raise DeepgramOptionsError("scopes: a key needs at least one scope, such as usage:read.")
    expires = asked.expiration_date
    body = {
        "comment": asked.comment,
        "scopes": list(asked.scopes),
        "tags": list(asked.tags or ()) or None,
        "time_to_live_in_seconds": asked.time_to_live_in_seconds,
        "expiration_date": None if expires is None else instant("expiration_date", expires),
    }
    path = _path("projects", project_id, "keys")
    return Operation("POST", path, wire.created_key, body=_given(body), guarded=True)


def delete_key(project_id: str, key_id: str) -> Operation[Message]:
    """Delete a key: requests that use it fail at once."""
    return _delete("projects", project_id, "keys", key_id)


def get_members(project_id: str) -> Operation[MembersResponse]:
    """List who belongs to a project, with their scopes."""
    return Operation("GET", _path("projects", project_id, "members"), wire.members)


def get_invites(project_id: str) -> Operation[InvitesResponse]:
    """List the invitations that nobody has answered yet."""
    return Operation("GET", _path("projects", project_id, "invites"), wire.invites)


def send_invite(
    project_id: str, options: InviteOptions | Mapping[str, object] | None = None, **fields: object
) -> Operation[Message]:
    """Invite somebody to a project by e-mail, as member, admin or owner."""
    asked = chosen(InviteOptions, options, fields)
    body = {"email": asked.email, "scope": asked.scope}
    return Operation("POST", _path("projects", project_id, "invites"), wire.message, body=body)


def delete_invite(project_id: str, email: str) -> Operation[Message]:
    """Take an invitation back."""
    return _delete("projects", project_id, "invites", email)


def get_usage_summary(
    project_id: str, options: UsageSummaryOptions | Mapping[str, object] | None = None, **fields: object
) -> Operation[UsageSummaryResponse]:
    """Sum up a project's usage between two UTC days, filtered; without days, from the first request until now."""
    asked = msgspec.structs.asdict(chosen(UsageSummaryOptions, options, fields))
    for name in ("start", "end"):
        asked[name] = None if asked[name] is None else day(name, asked[name])
    return Operation("GET", _path("projects", project_id, "usage"), wire.usage_summary, query=_query(asked))


def get_balances(project_id: str) -> Operation[BalancesResponse]:
    """List what is left of each purchase."""
    return Operation("GET", _path("projects", project_id, "balances"), wire.balances)


def _delete(*parts: str) -> Operation[Message]:
    return Operation("DELETE", _path(*parts), wire.message, when_gone=Message(message="It is gone already."))


def _path(*parts: str) -> str:
    return "/v1/" + "/".join(_part(part) for part in parts)


def _part(part: object) -> str:
    # dots survive quoting, and HTTP clients resolve them: keys/.. would address the project
    if not isinstance(part, str) or part in {"", ".", ".."}:
        raise DeepgramOptionsError(f"{part!r} is not the id or address of anything at Deepgram.")
    try:
        return quote(part, safe="")
    except UnicodeEncodeError:
        pass
    raise DeepgramOptionsError(f"{part!r} contains characters that can't be sent.")


def _query(asked: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The query in wire form: booleans lowercase, a list as repeated names, None left out."""
    return tuple(
        (name, str(item).lower() if isinstance(item, bool) else str(item))
        for name, value in _given(asked).items()
        for item in (value if isinstance(value, list | tuple) else (value,))
    )


def _given(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}
