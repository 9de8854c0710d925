"""What can be watched: how to measure it, and the rules that a plugin or its settings bring along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from dgbot.domain.alerts import HYSTERESIS, AlertRule, Sample
from dgbot.domain.ports import Clock
from dgbot.plugin.context import Project

if TYPE_CHECKING:  # httpx is imported when the first client is built
    from dgbot.deepgram import AsyncManageClient


@dataclass(frozen=True, slots=True)
class SampleContext:
    """What a measurement may use; nobody asked for it, so there is no principal and no channel."""

    project: Project
    deepgram: AsyncManageClient = field(repr=False)
    clock: Clock = field(repr=False)

    @property
    def now(self) -> datetime:
        """Business time, in UTC."""
        return self.clock.now()


Measure = Callable[[SampleContext, Mapping[str, str]], Awaitable[Sample]]
"""Takes the rule's params too; raises DeepgramError or CannotMeasure, on which rules keep their state."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that rules may watch; *summary* completes "watches …"."""

    name: str
    summary: str
    sample: Measure = field(repr=False)


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule that a plugin declares, by itself or because its settings say so; amounts are in the check's unit.

    *clear_at* left out is the threshold and a tenth of it; *every* left out is ``alerts.every`` of the settings.
    """

    name: str
    check: str
    threshold: Decimal
    channel_id: str
    origin: Literal["settings", "plugin"] = "plugin"
    clear_at: Decimal | None = None
    every: timedelta | None = None
    params: Mapping[str, str] = field(default_factory=dict[str, str])

    def rule(self, *, id: str, project_id: str, every: timedelta) -> AlertRule:
        """Return it as a rule of *project_id*, made by the bot itself."""
        clear_at = self.threshold * (1 + HYSTERESIS) if self.clear_at is None else self.clear_at
        return AlertRule(
            id=id,
            name=self.name,
            check=self.check,
            project_id=project_id,
            channel_id=self.channel_id,
            threshold=self.threshold,
            clear_at=clear_at,
            every=self.every or every,
            origin=self.origin,
            created_by="dgbot",
            params=self.params,
        )
