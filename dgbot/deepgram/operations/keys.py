"""API keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from dgbot.deepgram.dates import instant
from dgbot.deepgram.errors import DeepgramOptionsError
from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, deletion, path, query
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.checks import check_choice
from dgbot.deepgram.options.keys import KeyOptions
from dgbot.deepgram.options.keywords import KeyFields
from dgbot.deepgram.responses.keys import KeyResponse, KeysResponse
from dgbot.deepgram.responses.message import Message
from dgbot.deepgram.wire import keys as wire


def get_keys(project_id: str, *, status: str | None = None) -> Operation[KeysResponse]:
    """List a project's keys, all or those whose *status* is ``active`` or ``expired``.

    Without members:read, admins:read and owners:read Deepgram lists only the asking member's own keys.
    Its list leaves tags and expiry out: there an *expires_at* of None does not mean never; ``get_key`` tells.
    """
    if status is not None:
        check_choice("status", status, ("active", "expired"))
    return Operation("GET", path("projects/{project_id}/keys", project_id), wire.keys, query=query({"status": status}))


def get_key(project_id: str, key_id: str) -> Operation[KeyResponse]:
    """Fetch one key; its value is not shown again."""
    return Operation("GET", path("projects/{project_id}/keys/{key_id}", project_id, key_id), wire.key)


def create_key(
    project_id: str, options: KeyOptions | Mapping[str, object] | None = None, **fields: Unpack[KeyFields]
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
    new = {
        "comment": asked.comment,
        "scopes": list(asked.scopes),
        "tags": list(asked.tags or ()) or None,
        "time_to_live_in_seconds": asked.time_to_live_in_seconds,
        "expiration_date": None if expires is None else instant("expiration_date", expires),
    }
    return Operation(
        "POST", path("projects/{project_id}/keys", project_id), wire.created_key, body=body(new), guarded=True
    )


def delete_key(project_id: str, key_id: str) -> Operation[Message]:
    """Delete a key: requests that use it fail at once."""
    return deletion("projects/{project_id}/keys/{key_id}", project_id, key_id)
