"""The digests of a project, as a command may set them."""

from __future__ import annotations

from typing import Protocol

from dgbot.domain.digests import Digest, Every, Rhythm
from dgbot.domain.replies import Reply


class Digests(Protocol):
    """What channels hear regularly; what it changes is audited under the invocation's principal."""

    async def all(self) -> list[Digest]:
        """Return every digest of the project, by name."""

    async def put(self, name: str, channel_id: str, rhythm: Rhythm) -> Digest:
        """Add the digest, or change the one of its name; the next moment of its rhythm is its first."""

    async def remove(self, name: str) -> bool:
        """Remove the digest of that name; False if there is none."""

    async def now(self, every: Every) -> Reply:
        """Return what a digest of a day, or of a week, would tell now."""

    async def zone(self) -> str:
        """Return the IANA time zone of whoever asks; empty where Slack does not tell it."""
