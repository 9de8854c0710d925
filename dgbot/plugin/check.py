"""What can be watched: how to measure it, and the rules that a plugin or its settings bring along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.ports import Clock
from dgbot.plugin.context import Project

if TYPE_CHECKING:  # httpx is imported when the first client is built
    from dgbot.deepgram import AsyncManageClient

HYSTERESIS = Decimal("0.10")
"""A level recovers at its threshold and this share of it more, so that a value near the line is told once."""


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


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured value in *unit*, such as 42.10 ``usd``.

    *labels* tell several things of one project apart, such as a key; *at* is when it was so, now if it is left out.
    """

    value: Decimal
    unit: str
    labels: Labels = field(default_factory=dict[str, str])
    at: datetime | None = None


Measure = Callable[[SampleContext, Mapping[str, str]], Awaitable[Sample | Sequence[Sample]]]
"""Takes the rule's params too; raises DeepgramError or CannotMeasure, on which rules keep their state."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that rules may watch; *summary* completes "watches …".

    *says* puts a value into words, such as ``{value} left``; *advice* is a sentence on what to do while a rule fires.
    """

    name: str
    summary: str
    sample: Measure = field(repr=False)
    says: str = "{value}"
    advice: str = ""


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule that a plugin declares, by itself or because its settings say so; amounts are in the check's unit.

    It is a warning beyond *threshold*, and critical beyond *critical* if that is given. *clear_at* left out is a tenth
    from the threshold; *every* left out is ``alerts.every`` of the settings.
    """

    name: str
    check: str
    threshold: Decimal
    channel_id: str
    origin: Literal["settings", "plugin", "slack"] = "plugin"
    clear_at: Decimal | None = None
    every: timedelta | None = None
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    critical: Decimal | None = None
    side: Side = Side.BELOW
    hold: Hold = field(default_factory=Hold)
    unit: str = "usd"

    def rule(self, *, id: str, project_id: str, every: timedelta, created_by: str = "dgbot") -> AlertRule:
        """Return it as a rule of *project_id*; raises ValueError for levels that are out of order."""
        levels = [Level(Severity.WARNING, self.threshold, self._clear(self.threshold, self.clear_at), self.hold)]
        if self.critical is not None:
            levels.append(Level(Severity.CRITICAL, self.critical, self._clear(self.critical), self.hold))
        return AlertRule(
            id=id,
            name=self.name,
            check=self.check,
            project_id=project_id,
            channel_id=self.channel_id,
            ladder=Ladder(self.side, tuple(levels)),
            schedule=Schedule(self.every or every),
            origin=self.origin,
            created_by=created_by,
            unit=self.unit,
            params=self.params,
        )

    def _clear(self, threshold: Decimal, given: Decimal | None = None) -> Decimal:
        if given is not None:
            return given
        away = abs(threshold) * HYSTERESIS
        return threshold + away if self.side is Side.BELOW else threshold - away
