"""A rule before it belongs to a project: what people and plugins say, with defaults for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal, cast

from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.mentions import read_calls
from dgbot.domain.alerting.routes import Route
from dgbot.domain.alerting.rules import AlertRule, Conduct
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.names import LONGEST_NAME, one_line
from dgbot.plugin.message_template import check_template
from dgbot.plugin.params import LONGEST_DURATION

Origin = Literal["settings", "plugin", "slack", "file"]

HYSTERESIS = Decimal("0.10")
"""A level recovers at its threshold and this share of it more, so that a value near the line is told once."""


@dataclass(frozen=True, slots=True)
class RuleSpec(Conduct):
    """A rule that a plugin, a command or a file declares; amounts are in *unit*, that of the check.

    It is a warning beyond *threshold*, and critical beyond *critical* if that is given; *levels* take the place of
    both. *clear_at* left out is a tenth from the threshold; *every* left out is ``alerts.every`` of the settings; with
    *cron*, it is due at those local times of *zone* instead. *project* left out is the bot's own; it may be a pattern,
    such as ``*``. All else, such as the routes that say who is told where *channel_id* is empty, is as in `Conduct`.
    """

    name: str
    check: str
    threshold: Decimal | None
    channel_id: str
    origin: Origin = "plugin"
    clear_at: Decimal | None = None
    every: timedelta | None = None
    critical: Decimal | None = None
    side: Side = Side.BELOW
    hold: Hold = field(default_factory=Hold)
    levels: tuple[Level, ...] = ()
    cron: str = ""
    zone: str = "UTC"
    project: str = ""

    @classmethod
    def of(cls, rule: AlertRule) -> RuleSpec:
        """Return the spec that says *rule* again, to change a part of it."""
        same = {name: getattr(rule, name) for name in _SHARED}
        return cls(
            threshold=None,
            origin=cast(Origin, rule.origin),
            levels=rule.ladder.levels,
            side=rule.ladder.side,
            every=rule.schedule.every,
            cron=rule.schedule.cron,
            zone=rule.schedule.zone,
            project=rule.project_id,
            **same,
        )

    def routed(self, last: str) -> RuleSpec:
        """Return it so that what no route takes is told in the channel *last*; as it is if it has its own channel."""
        if self.channel_id or not last:
            return self
        return replace(self, routes=(*self.routes, Route((), last)))

    def rule(self, *, id: str, project_id: str, every: timedelta, created_by: str = "dgbot") -> AlertRule:
        """Return it as a rule of *project_id*.

        Raises ValueError for levels that are out of order, for a name, a message, a mention or a runbook that is none,
        for a time that is negative or longer than ten years, and for one that nobody would hear of.
        """
        self._check_words()
        self._check_times()
        same: dict[str, Any] = {name: getattr(self, name) for name in _SHARED}
        return AlertRule(
            id=id,
            project_id=project_id,
            ladder=Ladder(self.side, self._levels()),
            schedule=Schedule(self.every or every, self.cron, self.zone),
            origin=self.origin,
            created_by=created_by,
            **same,
        )

    def _levels(self) -> tuple[Level, ...]:
        if self.levels or self.threshold is None:
            return self.levels
        mild = cleared(Severity.WARNING, self.threshold, self.side, self.hold, clear_at=self.clear_at)
        if self.critical is None:
            return (mild,)
        return mild, cleared(Severity.CRITICAL, self.critical, self.side, self.hold)

    def _check_words(self) -> None:
        for what, text in (("name", self.name), ("unit", self.unit)):
            if text != one_line(text) or not self.name:
                raise ValueError(f"The {what} {one_line(text)!r} is no single line of 1 to {LONGEST_NAME} characters.")
        check_template(self.message)
        if self.runbook and not re.fullmatch(r"https?://[^\s<>|]{3,500}", self.runbook):
            raise ValueError(f"The runbook {self.runbook!r} is no address such as https://wiki.example.com/balance.")
        for mention in (*self.mentions.values(), *(step.mention for step in self.escalation if step.mention)):
            read_calls(mention)
        if not self.channel_id and not self.routes:
            raise ValueError(f"Nobody would hear of {self.name}: it names no channel, and no route takes it.")

    def _check_times(self) -> None:
        times = {
            "every": self.every,
            "hold": max((one.hold.lasts for one in self._levels()), default=None),
            "keep_firing": self.keep_firing,
            "no_data_after": self.no_data_after,
            "reopen_within": self.reopen_within,
            "ack_lasts": self.ack_lasts,
            **{f"repeat.{severity}": pause for severity, pause in self.repeat.items()},
            **{f"escalation {number}": step.after for number, step in enumerate(self.escalation, start=1)},
        }
        for name, span in times.items():
            if span is not None and not timedelta() <= span <= LONGEST_DURATION:
                raise ValueError(f"{name} of {self.name} is {span}; it takes up to {LONGEST_DURATION.days} days.")


def cleared(
    severity: Severity,
    threshold: Decimal,
    side: Side,
    hold: Hold = Hold(),  # noqa: B008  # a frozen value
    *,
    clear_at: Decimal | None = None,
    away: Decimal | None = None,
) -> Level:
    """Return a level that recovers at *clear_at*, or as far as *away* from its threshold: a tenth of it if left out."""
    if clear_at is None:
        distance = abs(threshold) * HYSTERESIS if away is None else away
        clear_at = threshold + distance if side is Side.BELOW else threshold - distance
    return Level(severity, threshold, clear_at, hold)


_SHARED = ("name", "check", "channel_id", *(one.name for one in fields(Conduct)))
"""What a spec and its rule say in the same words."""
