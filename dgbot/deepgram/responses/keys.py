"""API keys."""

from __future__ import annotations

from datetime import datetime

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.responses.people import Member
from dgbot.deepgram.secret import Secret


class Key(Response, frozen=True, kw_only=True, gc=False):
    """An API key; *key*, its value, is there only in the answer that created it, and prints as ``***``.

    *member* is whose key it is (absent in that same answer). Deepgram often leaves *tags*, and in lists
    *expiration_date*, out.
    """

    api_key_id: str = ""
    key: Secret | None = None
    comment: str | None = None
    created: str = ""
    scopes: list[str] = []
    tags: list[str] | None = None
    expiration_date: str | None = None
    member: Member | None = None

    @property
    def created_at(self) -> datetime | None:
        """When the key was created, UTC."""
        return parsed(self.created)

    @property
    def expires_at(self) -> datetime | None:
        """When the key stops working, UTC; None if never, if a list left it out, or if there is no date in it."""
        return parsed(self.expiration_date)


class KeysResponse(Response, frozen=True, kw_only=True, gc=False):
    """The keys of a project, as far as the asking key may see them."""

    api_keys: list[Key] = []


class KeyResponse(Response, frozen=True, kw_only=True, gc=False):
    """One API key."""

    api_key: Key
