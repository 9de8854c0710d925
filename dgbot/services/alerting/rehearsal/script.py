"""What is played: rules, what is measured of each thing, and what people do meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dgbot.domain.alerting.hushing import QuietRoute
from dgbot.domain.alerting.labels import Labels, Matcher
from dgbot.domain.alerting.rules import AlertRule
from dgbot.plugin.check import Check
from dgbot.plugin.context import Project
from dgbot.services.alerting.rehearsal.notation import Point


@dataclass(frozen=True, slots=True)
class Series:
    """What *check* finds of one thing of *project* at each moment; *labels* tell it from others of the project."""

    check: str
    project: str
    points: tuple[Point, ...]
    labels: Labels = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Acknowledges:
    """Somebody looks after whatever fires and fits *matchers*."""

    matchers: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Snoozes:
    """Somebody puts off whatever fires and fits *matchers*, for so long, or until a moment, or until it changes."""

    matchers: tuple[Matcher, ...] = ()
    lasts: timedelta | None = None
    until_tomorrow: bool = False


@dataclass(frozen=True, slots=True)
class Wakes:
    """Somebody takes back acknowledgements and snoozes."""

    matchers: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Silences:
    """Somebody silences whatever fits *matchers*."""

    matchers: tuple[Matcher, ...]
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Unsilences:
    """Somebody ends the silences with exactly *matchers*; without any, all that there are."""

    matchers: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Archives:
    """Somebody archives a channel of Slack: nothing can be posted to it any more."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class Stops:
    """The bot does not run for so long."""

    lasts: timedelta


Deed = Acknowledges | Snoozes | Wakes | Silences | Unsilences | Archives | Stops


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what, and when; an evaluation at the same moment comes first, for people answer to what they see."""

    at: datetime
    by: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Script:
    """One rehearsal from *start* (UTC), with a point of each series every *interval*; people live in *zone*.

    *ops_channel* hears what the bot can't see, as the settings name one. *checks* have the words for values. *projects*
    are called otherwise than by their ids.
    """

    start: datetime
    interval: timedelta
    zone: ZoneInfo
    rules: tuple[AlertRule, ...]
    series: tuple[Series, ...]
    doings: tuple[Doing, ...] = ()
    quiet: tuple[QuietRoute, ...] = ()
    ops_channel: str = "operators"
    checks: dict[str, Check] = field(default_factory=dict[str, Check])
    until: datetime | None = None
    projects: tuple[Project, ...] = ()

    @property
    def end(self) -> datetime:
        """The moment after the last point, which is not played any more; *until*, if that is given."""
        if self.until is not None:
            return self.until
        return self.start + self.interval * max((len(one.points) for one in self.series), default=0)

    def name_of(self, project_id: str) -> str:
        """Return how a project is called."""
        return next((one.name for one in self.projects if one.id == project_id), project_id)

    def with_doings(self, doings: tuple[Doing, ...]) -> Script:
        """Return it with what people do in it."""
        return replace(self, doings=doings)
