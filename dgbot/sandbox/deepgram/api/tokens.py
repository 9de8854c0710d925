"""The operations on credentials other than keys: what a key is, and tokens that live for minutes."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from decimal import Decimal

import msgspec

from dgbot.sandbox.deepgram.api.call import Call, Json
from dgbot.sandbox.deepgram.refusals import bad_request, invalid_json
from dgbot.sandbox.deepgram.wire import rfc3339

_LONGEST = 3600


def describe_token(call: Call) -> Json:
    """What the caller's own key is."""
    return {
        "api_key_id": call.key.api_key_id,
        "comment": call.key.comment,
        "scopes": list(call.key.scopes),
        "created": rfc3339(call.key.created),
        "accessor": call.key.member_id,
        "project_id": call.project.project_id,
    }


def grant(call: Call) -> Json:
    """A token in the form of a JWT; nothing here accepts it, as Deepgram's Manage API does not."""
    seconds = call.fields().get("ttl_seconds", 30) if call.raw else 30
    if not isinstance(seconds, int | Decimal) or isinstance(seconds, bool):
        raise invalid_json(f"invalid type: expected a number for `ttl_seconds` {call.place()}")
    if not 1 <= seconds <= _LONGEST:
        raise bad_request(f"ttl_seconds: {seconds} is not from 1 to {_LONGEST}.")
    ends = call.now + timedelta(seconds=float(seconds))
    claims = {"sub": call.key.api_key_id, "scp": ["usage:write"], "exp": int(ends.timestamp())}
    parts = (
        msgspec.json.encode({"alg": "none", "typ": "JWT"}),
        msgspec.json.encode(claims),
        bytes.fromhex(_seal(call)),
    )
    token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return {"access_token": token, "expires_in": seconds}


def _seal(call: Call) -> str:
    return call.world.new_secret()
