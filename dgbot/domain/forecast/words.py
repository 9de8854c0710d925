"""A forecast as people say it, no more exact than its band allows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from dgbot.domain.forecast.days_left import DaysLeft
from dgbot.domain.forecast.profile import WeekdayProfile

_CENTS_MATTER = Decimal("9.995")
"""Below so many dollars."""

_COARSE = ((30, 10), (10, 5), (0, 1))
"""A band wider than so many days: the middle is rounded to so many."""


def span_left(left: DaysLeft) -> str:
    """Return about how long it lasts: "about 10 hours", "about 12 days", "over a year"."""
    if left.p50 is None:
        return "over a year"
    if left.p50 <= 0:
        return "nothing"
    if left.p50 < 2:
        hours = max(round(left.p50 * 24), 1)
        return f"about {hours} hour{'s' * (hours != 1)}"
    width = 365.0 if left.p10 is None or left.p90 is None else left.p90 - left.p10
    step = next(step for wider, step in _COARSE if width >= wider and left.p50 >= step)
    return f"about {round(left.p50 / step) * step} days"


def empty_about(left: DaysLeft, now: datetime, zone: tzinfo = UTC) -> str:
    """Return when it will be empty, with the 80 % band: "empty about Tue 24 Nov (80 %: Mon-Wed)"."""
    if left.p50 is not None and left.p50 <= 0:
        return "empty now"
    today = now.astimezone(zone).date()
    early, late = (None if edge is None else _date(edge, now, zone) for edge in (left.p10, left.p90))
    if left.p50 is None:
        return "lasts over a year" + ("" if early is None else f", but may be empty from {_named(early, today)} on")
    about = _date(left.p50, now, zone)
    return f"empty about {about:%a} {_named(about, today)} (80 %: {_band(early or about, late, today)})"


def usual_spend(profile: WeekdayProfile) -> str:
    """Return what a day usually costs, in US dollars: "Spending $19 a day on weekdays, $4 at weekends."."""
    week, weekend = (sum(profile.means[day] for day in days) / len(days) for days in ((0, 1, 2, 3, 4), (5, 6)))
    if not profile.weekly:
        return f"Spending {rough_dollars(week)} a day."
    return f"Spending {rough_dollars(week)} a day on weekdays, {rough_dollars(weekend)} at weekends."


def rough_dollars(amount: float | Decimal) -> str:
    """Return *amount* as exact as anybody cares: cents below ten dollars, "−$3" where it is less than nothing."""
    size = abs(Decimal(amount))
    text = f"${size:,.2f}" if 0 < size < _CENTS_MATTER else f"${size:,.0f}"
    return f"−{text}" if amount < 0 else text


def _band(early: date, late: date | None, today: date) -> str:
    if late is None:
        return f"{_named(early, today)} or later"
    if early == late:
        return f"{early:%a}"
    if late - early < timedelta(days=7):
        return f"{early:%a}-{late:%a}"
    return f"{_named(early, today)} to {_named(late, today)}"


def _named(day: date, today: date) -> str:
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def _date(days: float, now: datetime, zone: tzinfo) -> date:
    return (now + timedelta(days=days)).astimezone(zone).date()
