"""The key that the client works with, and short-lived access for somebody who gets no key."""

from __future__ import annotations

from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.secret import Secret


class TokenDetails(Response, frozen=True, kw_only=True, gc=False):
    """What the key is that the client works with.

    Deepgram's pages promise "details about your key" and no more: every field but the id may be empty.
    """

    api_key_id: str
    comment: str = ""
    scopes: list[str] = []
    created: str = ""


class TokenGrant(Response, frozen=True, kw_only=True, gc=False):
    """A token to transcribe and speak with for *expires_in* seconds; the management API does not take it."""

    access_token: Secret
    expires_in: float = 0.0
