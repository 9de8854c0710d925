"""What keeps notices back from outside: silences, and quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from dgbot.domain.alerting.labels import Labels, Matcher, fit
from dgbot.domain.alerting.levels import Severity

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from dgbot.domain.alerting.rules import AlertRule

LONGEST_SILENCE = timedelta(days=30)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody hears of the instances whose labels fit *matchers*, from *begins* until *ends*; *comment* says why.

    Raises ValueError for one without matchers, which would hide everything, without a reason, or without an end.
    """

    id: str
    matchers: tuple[Matcher, ...]
    begins: datetime
    ends: datetime
    by: str
    comment: str

    def __post_init__(self) -> None:
        if not self.matchers:
            raise ValueError("A silence needs a matcher: without one it would hide every alert.")
        if not self.comment.strip():
            raise ValueError("A silence needs a reason: whoever wonders why it is quiet reads it.")
        if not self.begins < self.ends <= self.begins + LONGEST_SILENCE:
            raise ValueError(f"A silence ends after it begins, and within {LONGEST_SILENCE.days} days.")

    def holds(self, labels: Labels, now: datetime) -> bool:
        """Whether it keeps back what has *labels* at *now*; its end is not part of it."""
        return self.begins <= now < self.ends and fit(self.matchers, labels)


def matched_labels(rule: AlertRule, own: Labels, *, project: str, severity: Severity | None) -> Labels:
    """Return what matchers look at: the labels of *rule* and the *own* ones of the instance, and what both are."""
    known = {"rule": rule.name, "kind": rule.check, "project": project, "severity": severity or ""}
    return {**rule.labels, **own, **known}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times of day between which a route is quiet, on *weekdays* (Monday is 0) on which they begin.

    They may go over midnight; *begins* equal to *ends* is the whole day.
    """

    name: str
    begins: time
    ends: time
    zone: ZoneInfo
    weekdays: frozenset[int] = frozenset(range(7))

    def hold(self, now: datetime) -> bool:
        """Whether it is quiet at *now*; the end is not part of it."""
        local = now.astimezone(self.zone)
        at = local.time().replace(tzinfo=None, fold=0)
        today, yesterday = local.weekday(), (local.weekday() - 1) % 7
        if self.begins < self.ends:
            return today in self.weekdays and self.begins <= at < self.ends
        return (today in self.weekdays and at >= self.begins) or (yesterday in self.weekdays and at < self.ends)

    def ends_after(self, now: datetime) -> datetime:
        """Return when quiet hours end next after *now*; *now* if they never do."""
        return next((at for at in self._moments(now, self.ends, 1) if at > now and not self.hold(at)), now)

    def begins_after(self, now: datetime) -> datetime:
        """Return when quiet hours begin next after *now*; *now* if they never do."""
        return next((at for at in self._moments(now, self.begins, 1) if at > now and self.hold(at)), now)

    def began_before(self, now: datetime) -> datetime:
        """Return when the latest quiet hours began, which may be over at *now*; *now* if there were none."""
        moments = self._moments(now, self.begins, -1)
        return next((at for at in moments if at <= now and self.hold(at) and not self.hold(at - _INSTANT)), now)

    def _moments(self, now: datetime, at: time, pace: int) -> Iterator[datetime]:
        today = now.astimezone(self.zone).date()
        for days in range(-1, 9):
            yield datetime.combine(today + timedelta(days=pace * days), at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class QuietRoute:
    """*hours* in which *channels* hear of nothing, but perhaps of what is critical."""

    hours: QuietHours
    channels: frozenset[str]
    lets_critical_through: bool = True

    def holds(self, channel_id: str, severity: Severity | None, now: datetime) -> bool:
        """Whether a channel hears nothing of what is that severe at *now*."""
        return self.covers(channel_id, severity) and self.hours.hold(now)

    def covers(self, channel_id: str, severity: Severity | None) -> bool:
        """Whether what is that severe is put off for a channel at all."""
        through = self.lets_critical_through and severity is Severity.CRITICAL
        return channel_id in self.channels and not through
