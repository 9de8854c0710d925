"""A forecast as people say it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dgbot.domain.forecast.days_left import DaysLeft
from dgbot.domain.forecast.words import empty_about, span_left

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (DaysLeft(1.2, 2.1, 3.3), "empty about Tue 24 Nov (80 %: Mon-Wed)"),
        (DaysLeft(2.1, 2.1, 2.2), "empty about Tue 24 Nov (80 %: Tue)"),
        (DaysLeft(2, 9, 30), "empty about Tue 1 Dec (80 %: 24 Nov to 22 Dec)"),
        (DaysLeft(30, 45, 60), "empty about Wed 6 Jan 2027 (80 %: 22 Dec to 21 Jan 2027)"),
        (DaysLeft(2, 9, None), "empty about Tue 1 Dec (80 %: 24 Nov or later)"),
        (DaysLeft(20, None, None), "lasts over a year, but may be empty from 12 Dec on"),
        (DaysLeft(), "lasts over a year"),
        (DaysLeft(0, 0, 0), "empty now"),
    ],
)
def test_the_day_and_its_band(left, told):
    assert empty_about(left, NOW) == told


def test_the_day_is_that_of_the_readers_zone():
    assert empty_about(DaysLeft(1.6, 1.6, 1.6), NOW, ZoneInfo("Asia/Tokyo")) == "empty about Tue 24 Nov (80 %: Tue)"


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (DaysLeft(0, 0, 0), "nothing"),
        (DaysLeft(0.3, 0.4, 0.6), "about 10 hours"),
        (DaysLeft(0, 0.01, 0.1), "about 1 hour"),
        (DaysLeft(1.5, 2.2, 3), "about 2 days"),
        (DaysLeft(20, 27, 33), "about 25 days"),
        (DaysLeft(1, 4.2, 40), "about 4 days"),
        (DaysLeft(30, 44, None), "about 40 days"),
        (DaysLeft(10, None, None), "over a year"),
    ],
)
def test_the_span_is_rounded_to_what_the_band_supports(left, told):
    assert span_left(left) == told
