"""What every message about an incident needs to know, and the line in which it stands everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Level, Severity
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import AlertState, Incident
from dgbot.domain.alerting.telling import Told
from dgbot.domain.money import limit, said, told_apart
from dgbot.domain.names import one_line
from dgbot.domain.replies import Line
from dgbot.domain.spans import in_words
from dgbot.plugin.check import Check, Detail

MARKS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟡", Severity.INFO: "🟡"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message about an instance says: the rule, where it stands, what was told, and of which project.

    *says* puts the value into words, such as ``{value} left``; *advice* is what to do while it fires; *ends* what alone
    ends it, where no value does; *about* names the thing in the project that it is about, where there are several;
    *quiet* what keeps it quiet, and until when.
    *labels* tell it apart from others of its rule and project.
    """

    rule: AlertRule
    state: AlertState
    told: Told
    project: str
    at: datetime
    says: str = "{value}"
    advice: str = ""
    ends: str = ""
    about: str = ""
    quiet: Line = ""
    labels: Labels = field(default_factory=dict[str, str])
    detail: tuple[Detail, ...] = ()

    def worded(self, check: Check | None) -> Telling:
        """Return it in the words of *check*, if there still is one."""
        if check is None:
            return self
        return replace(self, says=check.says, advice=check.advice, ends="" if check.recovers else check.gone)

    @property
    def incident(self) -> Incident:
        """The incident that is told of."""
        return self.state.opened

    @property
    def level(self) -> Level:
        """The level that fires, or the mildest when none does any more."""
        return self.rule.ladder[max(self.state.rank, 1)]

    @property
    def subject(self) -> str:
        """What it is about, such as ``acme-prod``."""
        return " · ".join(one_line(name) for name in (self.project, self.about) if name)

    @property
    def unit(self) -> str:
        """The unit in which it is measured."""
        return self.state.unit or self.rule.unit

    def amount(self, value: Decimal | None) -> str:
        """Return *value* in its unit."""
        return "an unknown value" if value is None else said(value, self.unit)

    @property
    def mark(self) -> str:
        """The coloured dot of the level that fires."""
        return MARKS[self.level.severity]

    @property
    def lasted(self) -> str:
        """For how long it has fired, or fired, such as ``3 h``."""
        return _span((self.incident.closed_at or self.at) - self.incident.since)

    @property
    def stands(self) -> str:
        """For how long it has been beyond the line of the level that fires."""
        return _span(self.at - self.incident.bad_since(self.state.rank))

    @property
    def beyond(self) -> tuple[str, str]:
        """What is measured now, and the line that it is beyond, with as many digits as tell them apart."""
        if self.state.value is None:
            return self.amount(None), f"{self.rule.ladder.side} {limit(self.level.threshold, self.unit)}"
        now, line = told_apart(self.state.value, self.level.threshold, self.unit)
        return self.says.replace("{value}", now), f"{self.rule.ladder.side} {line}"

    @property
    def headline(self) -> str:
        """What fires, and how bad it is, in a line that stands alone."""
        now, beyond = self.beyond
        return f"{self.mark} {self.subject}: {now}, {beyond}"


def _span(lasted: timedelta) -> str:
    minutes = int(lasted.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else in_words(timedelta(days=minutes // 1440))
