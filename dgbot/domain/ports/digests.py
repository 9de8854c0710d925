"""Where digests are kept."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.digests import Digest


class DigestStore(Protocol):
    """Digests, and the local dates for which each was posted; those are remembered when it is removed, too."""

    async def digests(self, project_id: str | None = None) -> list[Digest]:
        """Return the digests of a project, by name; without *project_id* all."""

    async def put_digest(self, digest: Digest, *, audit: AuditEvent) -> None:
        """Add *digest*, or change the one with its id."""

    async def remove_digest(self, digest_id: str, *, audit: AuditEvent) -> bool:
        """Remove a digest; False if there is none."""

    async def digest_posted(self, digest_id: str, day: date) -> bool:
        """Whether the digest of that local date was posted."""

    async def post_digest(self, digest: Digest, day: date, notice: Notice, *, audit: AuditEvent) -> bool:
        """Queue *notice* as the digest of *day*.

        False, and nothing is kept, if that date has one, or *digest* was changed or removed since it was read.
        """
