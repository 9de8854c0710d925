"""Local times over a year in zones with every kind of change: no run is lost, and none comes twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dgbot.domain.alerting.schedules import Schedule
from dgbot.services.alerting.schedules import NeverDue, next_due

ZONES = ["America/New_York", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]
BEGIN, END = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)
DAILY = ["0 0 * * *", "30 0 * * *", "30 1 * * *", "0 2 * * *", "30 2 * * *", "30 3 * * *", "30 23 * * *", "0 9 * * *"]


DAY = timedelta(days=1)


def runs(text: str, zone: str) -> list[datetime]:
    """Return every run of the year, each found from the one before, as the bot does."""
    schedule, at, found = Schedule(DAY, text, zone), BEGIN, []
    while (at := next_due(schedule, at)) < END:
        found.append(at)
    return found


def days_of(zone: str) -> list[datetime]:
    first = BEGIN.astimezone(ZoneInfo(zone)).date()
    return [datetime.combine(first, datetime.min.time()) + timedelta(days=n) for n in range(1, 365)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", DAILY)
def test_a_daily_schedule_runs_once_on_each_local_day(zone, text):
    on = Counter(at.astimezone(ZoneInfo(zone)).date() for at in runs(text, zone))
    assert all(on[day.date()] == 1 for day in days_of(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["0 0 * * 1", "30 2 * * 1", "0 9 * * 1"])
def test_a_weekly_schedule_runs_once_on_each_monday(zone, text):
    on = [at.astimezone(ZoneInfo(zone)).date() for at in runs(text, zone)]
    assert {day.weekday() for day in on} == {0}
    assert {(later - one).days for one, later in pairwise(on)} == {7}
    assert len(on) == 52


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["0 0 1 * *", "5 0 1 * *", "30 2 1 * *"])
def test_a_monthly_schedule_runs_once_in_each_month(zone, text):
    on = [at.astimezone(ZoneInfo(zone)) for at in runs(text, zone)]
    assert [(at.month, at.day) for at in on] == [*((month, 1) for month in range(2, 13)), (1, 1)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["0 0 * * 1-5", "0 9 * * 1-5"])
def test_weekdays_are_all_there(zone, text):
    on = Counter(at.astimezone(ZoneInfo(zone)).date() for at in runs(text, zone))
    assert all(on[day.date()] == int(day.weekday() < 5) for day in days_of(zone))


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("text", "pause"), [("*/15 * * * *", 15), ("0 * * * *", 60)])
def test_what_runs_all_day_never_pauses_for_longer_than_a_change_of_the_clock(zone, text, pause):
    pauses = Counter(later - one for one, later in pairwise(runs(text, zone)))
    [(usual, _)] = pauses.most_common(1)
    assert usual == timedelta(minutes=pause)
    assert max(pauses) <= timedelta(minutes=max(pause, 90))
    assert min(pauses) >= timedelta(minutes=15)
    assert sum(pauses.values()) - pauses[usual] <= 2


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_may_be_asked_at_any_moment_of_the_hours_that_come_twice_or_never(zone):
    schedule, at = Schedule(DAY, "30 1 * * *", zone), BEGIN
    found = set()
    while at < END:
        found.add(next_due(schedule, at))
        at += timedelta(minutes=17)
    assert len([run for run in found if run < END]) == len(runs("30 1 * * *", zone))


def test_slots_stay_where_they_are_however_late_one_was_evaluated():
    every = Schedule(timedelta(minutes=15))
    on_time, late = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, 14, 59, tzinfo=UTC)
    assert next_due(every, on_time) == next_due(every, late) == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
    assert every.slot(late) == on_time


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("every", [timedelta(hours=1), timedelta(hours=6), DAY, 7 * DAY])
def test_what_runs_every_so_often_never_pauses_longer_or_shorter_whatever_the_clocks_do(zone, every):
    schedule, at, found = Schedule(every, zone=zone), BEGIN, []
    while (at := next_due(schedule, at)) < END:
        found.append(at)
    assert {later - one for one, later in pairwise(found)} == {every}
    assert abs(len(found) - 365 * DAY // every) <= 1


def test_slots_that_were_missed_are_not_made_up_for():
    assert next_due(Schedule(timedelta(hours=1)), BEGIN + timedelta(days=2)) == BEGIN + timedelta(days=2, hours=1)


@pytest.mark.parametrize("text", ["61 * * * *", "* * *", "0 0 30 2 *", "weekly"])
def test_a_schedule_that_never_comes_is_refused(text):
    with pytest.raises(NeverDue, match=r"schedule|never comes"):
        next_due(Schedule(DAY, text), BEGIN)


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(NeverDue, match="Europe/Berln"):
        next_due(Schedule(DAY, "0 9 * * *", "Europe/Berln"), BEGIN)
