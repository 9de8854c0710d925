"""An alert rule: what is watched, where its lines are, and how it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from dgbot.domain.alerting.evaluating import Criteria
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Ladder, Severity
from dgbot.domain.alerting.routes import Route
from dgbot.domain.alerting.scene import REPEATS, Manner
from dgbot.domain.alerting.schedules import Schedule
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Told
from dgbot.domain.alerting.turning_back import TOO_FAR
from dgbot.domain.charts import Chart

EVERY_PROJECT = "*"


def is_pattern(project_id: str) -> bool:
    """Whether it stands for every project whose name or id fits it, such as ``*`` or ``acme-*``."""
    return "*" in project_id


class WhenNoData(StrEnum):
    """What a rule does about values that are missing; it keeps its state in any case."""

    KEEP = "keep"
    ALERT = "alert"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Where else it is told when nobody has acknowledged it for so long, and whom that calls.

    *channel_id* is a channel, a person for a direct message, or empty for the thread of the alert itself.
    """

    after: timedelta
    channel_id: str = ""
    mention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What a rule says beside its name, its lines and its times, whether it belongs to a project yet or not.

    *unit* is that of the check; *params* are what it is measured with. A rule for several projects leaves those alone
    that it is *apart_from*, by id. *routes* say who is told where there is no channel. *no_data_after* None means three
    intervals. *mentions* are written by severity, such as ``<!subteam^S123>``. *paused_by* is empty while it is
    evaluated.
    """

    unit: str = "usd"
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Labels = field(default_factory=dict[str, str])
    keep_firing: timedelta = timedelta()
    no_data_after: timedelta | None = None
    when_no_data: WhenNoData = WhenNoData.KEEP
    error_after: int = 2
    max_age: timedelta | None = None
    reopen_within: timedelta = timedelta(minutes=30)
    repeat: Mapping[Severity, timedelta | None] = field(default_factory=lambda: dict(REPEATS))
    escalation: tuple[EscalationStep, ...] = ()
    through_quiet_hours: bool = False
    ack_lasts: timedelta = timedelta(hours=24)
    mentions: Mapping[Severity, str] = field(default_factory=dict[Severity, str])
    runbook: str = ""
    message: str = ""
    paused_by: str = ""
    apart_from: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertRule(Conduct):
    """Watch what *check* measures with its params, and tell *channel_id* when it is beyond a line of *ladder*.

    Without a *channel_id*, the routes say who is told; the last one of them takes everything.
    *project_id* may be a pattern, such as ``*``: every project that the bot's key can see and whose name or id fits it.
    *origin* is ``settings``, ``slack``, ``file`` or ``plugin``.
    """

    id: str
    name: str
    check: str
    project_id: str
    channel_id: str
    ladder: Ladder
    schedule: Schedule
    origin: str
    created_by: str

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that may hear of it: its own, or those of its routes in their order."""
        return (self.channel_id,) if self.channel_id else tuple(dict.fromkeys(one.channel_id for one in self.routes))

    @property
    def of_many(self) -> bool:
        """Whether it watches every project that fits a pattern."""
        return is_pattern(self.project_id)

    def watches(self, project_id: str, name: str) -> bool:
        """Whether it watches the project of this id and *name*."""
        if project_id in self.apart_from:
            return False
        return self.project_id == project_id or any(fnmatchcase(one, self.project_id) for one in (project_id, name))

    @property
    def criteria(self) -> Criteria:
        """What decides where its instances stand."""
        return Criteria(
            ladder=self.ladder,
            every=self.schedule.every,
            keep_firing=self.keep_firing,
            no_data_after=self.no_data_after,
            error_after=self.error_after,
            max_age=self.max_age if self.max_age is not None else timedelta.max,
            reopen_within=self.reopen_within,
        )

    @property
    def manner(self) -> Manner:
        """How its instances speak."""
        return Manner(
            repeat=self.repeat,
            escalate_after=tuple(step.after for step in self.escalation),
            through_quiet_hours=self.through_quiet_hours,
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """One rule with one thing that it watches: where it stands (None before the first evaluation), what was told.

    *labels* say which thing; *severity* is that of the level that fires, None when none does; *revision* grows with
    every save (compare-and-set). *detail* is what the latest measurement says beside its value: lines, and charts.
    """

    rule_id: str
    fingerprint: str
    labels: Labels
    state: AlertState | None = None
    told: Told = field(default_factory=Told)
    severity: Severity | None = None
    revision: int = 0
    detail: tuple[str | Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class DueRule:
    """A *rule* that is due *since* a moment: what was evaluated at or after it is not evaluated again."""

    rule: AlertRule
    since: datetime

    def has_had(self, state: AlertState | None, now: datetime) -> bool:
        """Whether *state* was evaluated in this turn, and not by a clock that was far ahead of *now*."""
        return state is not None and self.since <= state.evaluated_at <= now + TOO_FAR
