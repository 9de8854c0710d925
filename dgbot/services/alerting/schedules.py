"""When a schedule is due next; local times of the day neither get lost nor come twice when the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from dgbot.domain.alerting.rules import DueRule
from dgbot.domain.alerting.schedules import Schedule


class NeverDue(ValueError):
    """A schedule that can't be read, or that names a day which never comes; the message says so."""


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """Return when *schedule* is due first after *now*, in UTC; raises NeverDue.

    Slots that were missed are not made up for.
    """
    try:
        if not schedule.cron:
            return schedule.slot(now) + schedule.every
        return next(CronSim(schedule.cron, now.astimezone(ZoneInfo(schedule.zone)))).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NeverDue(f"{schedule.zone!r} is no time zone such as Europe/Berlin.") from None
    except CronSimError as error:
        raise NeverDue(f"{schedule.cron!r} is no schedule such as 0 9 * * 1-5: {error}.") from None
    except OverflowError:
        raise NeverDue("It would be due after the end of the calendar.") from None
    except StopIteration:
        raise NeverDue(f"{schedule.cron!r} names a time that never comes.") from None


def latest_due(schedule: Schedule, now: datetime, *, within: timedelta) -> datetime | None:
    """Return the latest moment up to *now* at which *schedule* was due, none before *within*; raises NeverDue."""
    found, at = None, next_due(schedule, now - within)
    while at <= now:
        found, at = at, next_due(schedule, at)
    return found


LATE = timedelta(minutes=5)
"""What is evaluated later than this after its slot counts as of now: no incident begins long before it is seen."""


ASTRAY_PAUSE = timedelta(hours=1)
"""After so long a rule comes again of which nobody can tell when it is due."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One evaluation of a rule that is *due*: it counts as made *at* a time, and the *following* one is due at another.

    *astray* is a sentence on why nobody can tell these times, empty if they are known.
    """

    due: DueRule
    at: datetime
    following: datetime
    astray: str = ""


def turn_of(due: DueRule, now: datetime) -> Turn:
    """Return the turn of a rule that is *due*; it counts as made in its slot, unless it comes too late for that.

    Ticks are never quite on time; so what lasts as long as one pause is over at the next slot all the same. It is never
    earlier than the rule is due: what was evaluated since then is not evaluated again.
    """
    schedule = due.rule.schedule
    try:
        slot = latest_due(schedule, now, within=LATE) if schedule.cron else schedule.slot(now)
        following = next_due(schedule, now)
    except NeverDue as error:
        return Turn(due, now, now + ASTRAY_PAUSE, f"Nobody can tell when {due.rule.name} is due. {error}")
    at = due.since if slot is None else max(due.since, slot)
    return Turn(due, at if now - at <= LATE else now, following)


_SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKED_AT = 400
"""Runs among which the longest pause is sought: a year of days."""


def longest_pause(cron: str, zone: str) -> timedelta:
    """Return how far apart two runs may be, judged by the first runs of a year; raises NeverDue."""
    first = next_due(Schedule(timedelta(days=1), cron, zone), _SOMETIME)
    runs = islice(CronSim(cron, first.astimezone(ZoneInfo(zone))), _LOOKED_AT)
    times = [first, *(run.astimezone(UTC) for run in runs)]
    return max((after - before for before, after in pairwise(times)), default=timedelta(days=366))
