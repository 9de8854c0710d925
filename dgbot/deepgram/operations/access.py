"""The key that the client works with, and short-lived access for somebody who gets no key."""

from __future__ import annotations

from dgbot.deepgram.operation import Operation
from dgbot.deepgram.operations.building import body, path
from dgbot.deepgram.options.checks import check_number
from dgbot.deepgram.responses.access import TokenDetails, TokenGrant
from dgbot.deepgram.wire import access as wire


def get_token_details() -> Operation[TokenDetails]:
    """Return what the client's own key is.

    Documented in words alone, so Deepgram may answer in a way that can't be read: DeepgramResponseError.
    """
    return Operation("GET", path("auth/token"), wire.token_details)


def grant_token(*, ttl_seconds: int | None = None) -> Operation[TokenGrant]:
    """Get a token that transcribes and speaks for *ttl_seconds* (1 to 3600; Deepgram's default is 30).

    The management API does not take it. It is sent again only if no byte of it can have left.
    """
    check_number("ttl_seconds", ttl_seconds, 1, 3600)
    return Operation(
        "POST", path("auth/grant"), wire.token_grant, body=body({"ttl_seconds": ttl_seconds}), guarded=True
    )
