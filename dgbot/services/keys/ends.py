"""When keys end: a list often leaves it out, so each key is asked for once; no key's end ever changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from dgbot.deepgram import AsyncManageClient, DeepgramError, DeepgramNotFoundError, Key

log = structlog.get_logger(__name__)

ASKED_FOR = 500
"""Keys that one review asks for; the rest waits for the next one."""

AT_ONCE = 8


class KeyEnds:
    """Remembers what Deepgram told about the end of each key that lives."""

    def __init__(self, deepgram: AsyncManageClient) -> None:
        self._deepgram = deepgram
        self._known: dict[str, datetime | None] = {}

    async def look(self, project_id: str, keys: Sequence[Key]) -> frozenset[str]:
        """Ask for the ends of *keys* that are not known; return the ids of those that turn out to be gone."""
        told = {key.api_key_id: key.expires_at for key in keys if key.expiration_date}
        listed = {key.api_key_id for key in keys}
        self._known = {key_id: end for key_id, end in self._known.items() if key_id in listed} | told
        asked = [key.api_key_id for key in keys if key.api_key_id not in self._known][:ASKED_FOR]
        gone: set[str] = set()
        for at in range(0, len(asked), AT_ONCE):
            try:
                some = asked[at : at + AT_ONCE]
                gone |= set(filter(None, await asyncio.gather(*(self._ask(project_id, one) for one in some))))
            except DeepgramError as error:
                log.warning("ends of keys not told", project=project_id, reason=str(error))
                break
        return frozenset(gone)

    def of(self, key: Key) -> tuple[datetime | None, bool]:
        """Return when *key* ends, None for never, and whether that is known at all."""
        end, is_told = self._known.get(key.api_key_id), key.api_key_id in self._known
        return end, is_told and (end is not None or not key.expiration_date)

    async def is_gone(self, project_id: str, key_id: str) -> bool:
        """Whether Deepgram says that there is no such key; False also while it can't tell."""
        try:
            await self._deepgram.get_key(project_id, key_id)
        except DeepgramNotFoundError:
            return True
        except DeepgramError as error:
            log.warning("key not looked up", key_id=key_id, reason=str(error))
        return False

    async def _ask(self, project_id: str, key_id: str) -> str:
        """Learn when a key ends; return its id if it is gone, else ""."""
        try:
            key = (await self._deepgram.get_key(project_id, key_id)).api_key
        except DeepgramNotFoundError:
            return key_id
        if key.expires_at is not None or not key.expiration_date:  # a date that can't be read tells nothing
            self._known[key_id] = key.expires_at
        return ""
