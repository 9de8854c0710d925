"""What keeps notices back from outside: silences by their labels, quiet hours by the clock, and what is worse."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dgbot.domain.alerting.hushing import QuietHours, QuietRoute, Silence
from dgbot.domain.alerting.labels import BadMatcher, Matcher, fingerprint, fit, matcher
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.telling import Hush
from tests.unit.domain.alerting.scenario import HOUR, START

ACME = {"project_id": "p1", "project": "acme-prod", "kind": "balance"}
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours("night", time(22), time(7), BERLIN)
OFFICE = QuietHours("office", time(9), time(17), BERLIN, frozenset(range(5)))


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def silence(**changes: object) -> Silence:
    usual: dict[str, object] = {
        "id": "s1",
        "matchers": (matcher('project="acme-prod"'),),
        "begins": START,
        "ends": START + HOUR,
        "by": "U1",
        "comment": "invoice is being paid",
    }
    return Silence(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('project="acme-prod"', True),
        ("project=acme-prod", True),
        ("project != acme-prod", False),
        ('project=~"acme-.*"', True),
        ('project=~"acme"', False),
        ("project!~beta.*", True),
        ('team=""', True),
        ("team!=ops", True),
    ],
)
def test_a_matcher_reads_one_label(text, fits):
    assert matcher(text).fits(ACME) is fits


@pytest.mark.parametrize("text", ["", "project", "=x", "Project=x", "project=~(", "a=~" + "x" * 300, 'a=~"(x+)+"'])
def test_what_is_no_matcher_is_refused_with_what_would_fit(text):
    with pytest.raises(BadMatcher, match=r"matcher such as|regular expression|characters|for ever"):
        matcher(text)


def test_a_matcher_is_written_as_it_is_read():
    assert matcher(str(matcher("project=~acme-.*"))) == Matcher("project", "=~", "acme-.*")


def test_every_matcher_has_to_fit():
    both = (matcher("project=acme-prod"), matcher("kind=usage"))
    assert fit(both[:1], ACME)
    assert not fit(both, ACME)


def test_a_fingerprint_does_not_depend_on_order_and_does_on_every_label():
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert len({fingerprint(one) for one in ({"a": "1"}, {"a": "2"}, {"b": "1"}, {"a": "1", "b": ""}, {})}) == 5


def test_a_silence_holds_from_its_beginning_to_just_before_its_end():
    one = silence()
    moments = [START - timedelta(seconds=1), START, START + HOUR - timedelta(seconds=1), START + HOUR]
    assert [one.holds(ACME, at) for at in moments] == [False, True, True, False]
    assert not one.holds({"project": "beta"}, START)


@pytest.mark.parametrize(
    "changes",
    [
        {"matchers": ()},
        {"comment": " "},
        {"ends": START},
        {"ends": START + timedelta(days=31)},
    ],
    ids=["of everything", "without a reason", "without a length", "without an end"],
)
def test_a_silence_that_would_hide_too_much_is_refused(changes):
    with pytest.raises(ValueError, match="A silence"):
        silence(**changes)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (berlin(23, 21, 59), False),
        (berlin(23, 22), True),
        (berlin(24, 3), True),
        (berlin(24, 6, 59), True),
        (berlin(24, 7), False),
    ],
)
def test_quiet_hours_go_over_midnight(at, quiet):
    assert NIGHT.hold(at) is quiet


@pytest.mark.parametrize(("at", "quiet"), [(berlin(27, 12), True), (berlin(28, 12), False), (berlin(27, 17), False)])
def test_quiet_hours_may_be_for_some_weekdays(at, quiet):
    assert OFFICE.hold(at) is quiet


def test_a_night_belongs_to_the_day_on_which_it_begins():
    friday_night = QuietHours("friday", time(22), time(7), BERLIN, frozenset({4}))
    assert friday_night.hold(berlin(28, 3))  # Saturday
    assert not friday_night.hold(berlin(27, 3))  # Friday


def test_quiet_hours_follow_the_zone_when_its_clock_changes():
    before, after = datetime(2026, 10, 24, 20, 30, tzinfo=UTC), datetime(2026, 10, 25, 20, 30, tzinfo=UTC)
    assert NIGHT.hold(before)
    assert not NIGHT.hold(after)  # 21:30 there, now


@pytest.mark.parametrize(
    ("now", "began", "ends"),
    [
        (berlin(23, 23), berlin(23, 22), berlin(24, 7)),
        (berlin(24, 6), berlin(23, 22), berlin(24, 7)),
        (berlin(24, 7), berlin(23, 22), berlin(25, 7)),  # over
        (berlin(23, 22), berlin(23, 22), berlin(24, 7)),
    ],
)
def test_quiet_hours_know_when_they_began_and_when_they_end(now, began, ends):
    assert (NIGHT.began_before(now), NIGHT.ends_after(now)) == (began, ends)


def test_quiet_days_that_meet_are_one():
    weekend = QuietHours("weekend", time(), time(), BERLIN, frozenset({5, 6}))
    sunday = berlin(29, 12)
    assert (weekend.began_before(sunday), weekend.ends_after(sunday)) == (berlin(28, 0), berlin(30, 0))


def test_quiet_hours_that_never_end_have_no_end():
    always = QuietHours("always", time(), time(), BERLIN)
    assert always.ends_after(START) == START


def test_a_route_lets_what_is_critical_through_unless_it_waits():
    night = berlin(23, 23)
    for through in (True, False):
        route = QuietRoute(NIGHT, frozenset({"C1"}), lets_critical_through=through)
        assert route.holds("C1", Severity.WARNING, night)
        assert route.holds("C1", Severity.CRITICAL, night) is not through
        assert not route.holds("C2", Severity.WARNING, night)
        assert not route.holds("C1", Severity.WARNING, berlin(23, 12))


def test_the_first_reason_to_keep_quiet_is_the_one_that_is_named():
    assert Hush("r2/f", "s1", "night").reason == "inhibited:r2/f"
    assert Hush(silenced="s1", muted="night").reason == "silence:s1"
    assert Hush(muted="night").reason == "quiet-hours:night"
    assert Hush().reason == ""
