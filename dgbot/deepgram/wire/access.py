"""What a key is, and token grants."""

from __future__ import annotations

import math

import msgspec

from dgbot.deepgram.responses.access import TokenDetails, TokenGrant
from dgbot.deepgram.wire.reading import decoder, missing, read, read_one

_DETAILS = decoder(TokenDetails)
_GRANT = decoder(TokenGrant, strict=False)


def token_details(body: bytes) -> TokenDetails:
    """What the caller's key is, which must have an id."""
    return read_one(_DETAILS, body, "api_key_id")


def token_grant(body: bytes) -> TokenGrant:
    """A token, which must not be empty."""
    answer = read(_GRANT, body)
    if not math.isfinite(answer.expires_in):
        raise msgspec.ValidationError("Expected a number of seconds - at `$.expires_in`")
    if not answer.access_token.reveal().strip():
        raise missing("access_token")
    return answer
