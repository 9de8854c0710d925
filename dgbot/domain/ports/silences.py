"""Where silences are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.hushing import Silence
from dgbot.domain.audit import AuditEvent


class SilenceStore(Protocol):
    """What people keep quiet by labels."""

    async def silences(self, now: datetime) -> list[Silence]:
        """Return those that hold at *now* or later, the one that ends first first."""

    async def open_silence(self, silence: Silence, *, audit: AuditEvent) -> bool:
        """Keep *silence*; False if its id is there already."""

    async def end_silence(self, silence_id: str, *, audit: AuditEvent) -> bool:
        """Let a silence end at the moment of *audit*; False if it is over already, or never was."""
