"""The digests as a command sees them: those of one project, changed under the name of whoever asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from dgbot.domain.audit import AuditEvent
from dgbot.domain.days import whole_days_before
from dgbot.domain.digests import Digest, Every, Rhythm
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, DigestStore, Directory
from dgbot.domain.replies import Reply
from dgbot.plugin.context import Project
from dgbot.services.digests.gathering import Gathering
from dgbot.services.digests.words import said
from dgbot.services.people import zone_of


class PersonalDigests:
    """The Digests port of one invocation."""

    def __init__(
        self,
        store: DigestStore,
        gathering: Gathering,
        directory: Directory,
        clock: Clock,
        *,
        project: Project,
        principal: Principal,
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._directory = directory
        self._clock = clock
        self._project = project
        self._principal = principal

    async def all(self) -> list[Digest]:
        """Return every digest of the project, by name."""
        return await self._store.digests(self._project.id)

    async def put(self, name: str, channel_id: str, rhythm: Rhythm) -> Digest:
        """Add the digest, or change the one of its name; a moment that has passed already is not made up for."""
        before = next((one for one in await self.all() if one.name == name), None)
        now = self._clock.now()
        digest = Digest(
            id=digest_id(self._project.id, name),
            name=name,
            project_id=self._project.id,
            channel_id=channel_id,
            rhythm=rhythm,
            created_by=before.created_by if before else self._principal.user_id,
            since=before.since if before and before.rhythm == rhythm else now,
        )
        details = {"name": name, "channel": channel_id, "rhythm": str(rhythm)}
        await self._store.put_digest(digest, audit=self._event("digest.put", digest.id, details))
        return digest

    async def remove(self, name: str) -> bool:
        """Remove the digest of that name; False if there is none."""
        gone = digest_id(self._project.id, name)
        return await self._store.remove_digest(gone, audit=self._event("digest.remove", gone, {"name": name}))

    async def now(self, every: Every) -> Reply:
        """Return what a digest of a day or a week would tell now, with the zone of whoever asks."""
        days = whole_days_before(self._clock.now(), every.days)
        return said(await self._gathering.gather(self._project, days), None)

    async def zone(self) -> str:
        """Return the time zone of whoever asks; empty where Slack does not tell it."""
        return await zone_of(self._directory, self._principal.user_id)

    def _event(self, action: str, subject: str, details: Mapping[str, str]) -> AuditEvent:
        return AuditEvent(self._clock.now(), self._principal.user_id, action, subject, "done", details)


def digest_id(project_id: str, name: str) -> str:
    """Return the id of a project's digest *name*: the same for ever, so that a date is remembered beyond its end."""
    return hashlib.sha256(f"{project_id}:digest:{name}".encode()).hexdigest()[:12]
