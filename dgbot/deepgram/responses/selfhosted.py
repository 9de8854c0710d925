"""Credentials for Deepgram's container registry, which hands out its self-hosted products."""

from __future__ import annotations

from datetime import datetime

from dgbot.deepgram.dates import parsed
from dgbot.deepgram.responses.base import Response
from dgbot.deepgram.responses.people import Member


class DistributionCredential(Response, frozen=True, kw_only=True, gc=False):
    """A credential, without its secret part; *member* is whose it is."""

    distribution_credentials_id: str = ""
    provider: str = ""
    comment: str | None = None
    scopes: list[str] = []
    created: str = ""
    member: Member | None = None

    @property
    def created_at(self) -> datetime | None:
        """When the credential was created, UTC."""
        return parsed(self.created)


class DistributionCredentialsResponse(Response, frozen=True, kw_only=True, gc=False):
    """The distribution credentials of a project."""

    distribution_credentials: list[DistributionCredential] = []
