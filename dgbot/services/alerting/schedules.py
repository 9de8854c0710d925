"""When a schedule is due next; local times of the day neither get lost nor come twice when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

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


_SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKED_AT = 400
"""Runs among which the longest pause is sought: a year of days."""


def longest_pause(cron: str, zone: str) -> timedelta:
    """Return how far apart two runs may be, judged by the first runs of a year; raises NeverDue."""
    first = next_due(Schedule(timedelta(days=1), cron, zone), _SOMETIME)
    runs = islice(CronSim(cron, first.astimezone(ZoneInfo(zone))), _LOOKED_AT)
    times = [first, *(run.astimezone(UTC) for run in runs)]
    return max((after - before for before, after in pairwise(times)), default=timedelta(days=366))
