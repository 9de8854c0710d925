"""`SilenceStore` on SQL."""

from __future__ import annotations

from datetime import datetime

from dgbot.adapters.storage import silences
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.audit import AuditEvent


class SqlSilences(UnitStore):
    """What people keep quiet by labels."""

    async def silences(self, now: datetime) -> list[Silence]:
        """Return those that hold at *now* or later, the one that ends first first."""
        return await self._run(lambda connection: silences.silences(connection, now))

    async def open_silence(self, silence: Silence, *, audit: AuditEvent) -> bool:
        """Keep *silence*; False if its id is there already."""
        return await self._run(lambda connection: silences.open_silence(connection, silence, audit))

    async def end_silence(self, silence_id: str, *, audit: AuditEvent) -> bool:
        """Let a silence end at the moment of *audit*; False if it is over already, or never was."""
        return await self._run(lambda connection: silences.end_silence(connection, silence_id, audit))
