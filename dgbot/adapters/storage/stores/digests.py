"""`DigestStore` on SQL."""

from __future__ import annotations

from datetime import date

from dgbot.adapters.storage import digests
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice
from dgbot.domain.digests import Digest


class SqlDigests(UnitStore):
    """Digests, and the dates for which each was posted."""

    async def digests(self, project_id: str | None = None) -> list[Digest]:
        """Return the digests of a project, by name; without *project_id* all."""
        return await self._run(lambda connection: digests.all_of(connection, project_id))

    async def put_digest(self, digest: Digest, *, audit: AuditEvent) -> None:
        """Add *digest*, or change the one with its id."""
        await self._run(lambda connection: digests.put(connection, digest, audit))

    async def remove_digest(self, digest_id: str, *, audit: AuditEvent) -> bool:
        """Remove a digest; False if there is none."""
        return await self._run(lambda connection: digests.remove(connection, digest_id, audit))

    async def digest_posted(self, digest_id: str, day: date) -> bool:
        """Whether the digest of that local date was posted."""
        return await self._run(lambda connection: digests.is_posted(connection, digest_id, day))

    async def post_digest(self, digest: Digest, day: date, notice: Notice, *, audit: AuditEvent) -> bool:
        """Queue *notice* as the digest of *day*; False if there is one, or *digest* was changed or removed."""
        return await self._run(lambda connection: digests.post(connection, digest, day, notice, audit))
