"""Short-lived access for somebody who gets no key."""

from __future__ import annotations

from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.secret import Secret


class TokenGrant(Response, frozen=True, kw_only=True, gc=False):
    """A token to transcribe and speak with for *expires_in* seconds; the management API does not take it."""

    access_token: Secret
    expires_in: float = 0.0
