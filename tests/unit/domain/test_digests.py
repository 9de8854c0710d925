"""Which days a digest tells of, and what its spending is cut into."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dgbot.domain.days import Days
from dgbot.domain.digests import Digest, Every, Rhythm
from dgbot.domain.spending import Share, Spent, movers, shares
from dgbot.services.alerting.schedules import next_due

SUNDAY = date(2026, 11, 22)
WEEK = Days(date(2026, 11, 16), SUNDAY)


def digest(every=Every.DAY, at=time(9), zone="Europe/Berlin"):
    return Digest("d1", "daily", "p1", "C1", Rhythm(every, 0, at, zone), "U1", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "at", "told"),
    [
        ("Europe/Berlin", time(9), "Sun 22 Nov"),
        ("Europe/Berlin", time(2), "Sun 22 Nov"),
        ("Europe/Berlin", time(1), "Sat 21 Nov"),
        ("Pacific/Auckland", time(9), "Sat 21 Nov"),
        ("Pacific/Auckland", time(13), "Sun 22 Nov"),
        ("America/Los_Angeles", time(0), "Sun 22 Nov"),
    ],
)
def test_yesterday_is_told_or_the_day_before_where_yesterday_is_not_over_by_utc(zone, at, told):
    assert str(digest(at=at, zone=zone).days_told(date(2026, 11, 23))) == told


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("at", [time(0), time(1), time(2, 30), time(9), time(10, 45), time(23, 59)])
def test_each_day_of_a_year_is_told_of_once_after_it_is_over(zone, at):
    daily, moment, told = digest(at=at, zone=zone), datetime(2026, 1, 1, tzinfo=UTC), []
    while moment.year == 2026:
        moment = next_due(daily.rhythm.schedule, moment)
        told += daily.days_told(daily.day_of(moment))
        assert datetime.combine(told[-1], time(), UTC) + timedelta(days=1) <= moment
    assert {(after - before).days for before, after in pairwise(told)} == {1}


def test_a_week_ends_with_that_day():
    assert str(digest(Every.WEEK).days_told(date(2026, 11, 23))) == "16–22 Nov"


@pytest.mark.parametrize(
    ("local", "until"),
    [("2026-11-23T09:00", "2026-11-24T00:00"), ("2026-11-23T23:30", "2026-11-24T01:30")],
)
def test_it_is_made_up_for_on_its_day_and_two_hours_at_least(local, until):
    berlin = ZoneInfo("Europe/Berlin")
    due_at = datetime.fromisoformat(local).replace(tzinfo=berlin).astimezone(UTC)
    assert digest().made_up_until(due_at) == datetime.fromisoformat(until).replace(tzinfo=berlin)


def test_days_are_written_as_people_do():
    assert str(WEEK) == "16–22 Nov"
    assert str(WEEK.a_week_before) == "9–15 Nov"
    assert str(Days(SUNDAY, SUNDAY)) == "Sun 22 Nov"
    assert len(list(WEEK)) == len(WEEK) == 7


def spent(day, amount, key="k1", item="streaming::nova-3", tags=()):
    return Spent(date(2026, 11, day), Decimal(amount), key, item, tags)


def test_shares_are_summed_beside_the_week_before_the_dearest_first():
    found = shares(
        [spent(16, "3"), spent(22, "4"), spent(15, "2"), spent(20, "9", "k2"), spent(9, "1", "k3"), spent(8, "50")],
        WEEK,
        lambda one: (one.key_id,),
    )
    assert found == [
        Share("k2", Decimal(9), Decimal(0)),
        Share("k1", Decimal(7), Decimal(2)),
        Share("k3", Decimal(0), Decimal(1)),
    ]


def test_what_has_several_names_counts_for_each():
    found = shares([spent(16, "3", tags=("a", "b")), spent(17, "1", tags=("b",))], WEEK, lambda one: one.tags)
    assert found == [share("b", 4, 0), share("a", 3, 0)]


def share(name, amount, before):
    return Share(name, Decimal(amount), Decimal(before))


def test_movers_are_the_largest_changes_up_or_down():
    found = [share("same", 80, 80), share("up", 30, 20), share("gone", 0, 40), share("little", 5, 4)]
    assert [one.name for one in movers(found)] == ["gone", "up"]


def test_nothing_moved_where_nothing_was_before():
    assert movers([share("new", 80, 0)]) == []
