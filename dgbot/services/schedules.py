"""When a schedule is due next; local times of the day neither get lost nor come twice when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from dgbot.domain.alerting.schedules import Schedule


class NeverDue(ValueError):
    """A schedule that can't be read, or that names a day which never comes; the message says so."""


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """Return when *schedule* is due first after *now*, in UTC; raises NeverDue.

    Slots that were missed are not made up for.
    """
    if not schedule.cron:
        return schedule.slot(now) + schedule.every
    try:
        return next(CronSim(schedule.cron, now.astimezone(ZoneInfo(schedule.zone)))).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NeverDue(f"{schedule.zone!r} is no time zone such as Europe/Berlin.") from None
    except CronSimError as error:
        raise NeverDue(f"{schedule.cron!r} is no schedule such as 0 9 * * 1-5: {error}.") from None
    except StopIteration:
        raise NeverDue(f"{schedule.cron!r} names a time that never comes.") from None
