"""Where everything is remembered that watching takes."""

from __future__ import annotations

from typing import Protocol

from dgbot.domain.ports.instances import InstanceStore
from dgbot.domain.ports.readings import ReadingStore
from dgbot.domain.ports.rules import RuleStore
from dgbot.domain.ports.silences import SilenceStore


class AlertStore(RuleStore, InstanceStore, SilenceStore, ReadingStore, Protocol):
    """All that watching takes, and nothing else; a rehearsal has one of its own."""
