"""The notation of series: what it stands for, and what it refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.alerting.outcomes import Cause
from dgbot.services.alerting.rehearsal.notation import (
    LONGEST,
    Absent,
    BadSeries,
    GoOn,
    Missing,
    Run,
    Stale,
    TopUp,
    expand,
    read_series,
    write_series,
)

NUMBERS = st.decimals(0, 10**9, places=2)
CHANGES = st.decimals(-(10**6), 10**6, places=2)
COUNTS = st.integers(1, 50)
RUNS = st.builds(Run, NUMBERS | NUMBERS.map(lambda value: -value), CHANGES, COUNTS) | st.builds(Run, NUMBERS)
ABSENT = st.builds(Absent, st.sampled_from([Missing(), Stale(), *Cause]), COUNTS)
LATER = st.lists(RUNS | ABSENT | st.builds(GoOn, CHANGES, COUNTS) | st.builds(TopUp, NUMBERS), max_size=8)
SERIES = st.builds(lambda first, later: (first, *later), RUNS, LATER)
WORDS = st.text("0123456789+-x._ staleifoupnthu()", max_size=40) | st.text(max_size=40)


def points(text):
    return [int(point) if isinstance(point, Decimal) else point for point in expand(read_series(text))]


def test_a_run_has_its_first_value_and_as_many_steps_as_it_says():
    assert points("10-1x5") == [10, 9, 8, 7, 6, 5]
    assert points("10+2x3") == [10, 12, 14, 16]
    assert points("5x4") == [5, 5, 5, 5, 5]
    assert points("-5x1 7") == [-5, -5, 7]


def test_what_is_missing_gone_or_refused_has_a_place_too():
    assert points("1 _ _x2 stale") == [1, Missing(), Missing(), Missing(), Stale()]
    assert points("fail(auth) fail(net)x2") == [Cause.AUTH, Cause.NET, Cause.NET]


def test_a_top_up_and_what_goes_on_count_from_the_value_before():
    assert points("20 _ topup(+100) ..-5x3 topup(1)") == [20, Missing(), 120, 115, 110, 105, 106]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", "at least one value"),
        ("10 ten", "'ten' is no part of a series; 10-1x5"),
        ("10--1x5", "no part of a series"),
        ("1e9", "no part of a series"),
        ("NaN", "no part of a series"),
        ("٣", "no part of a series"),
        ("fail(moon)", "fail(auth), fail(rate), fail(net), fail(api), fail(bug) fit"),
        ("fail", "fail(auth)"),
        ("_x0", "_x0 is nothing; x1 or more would fit."),
        ("_ topup(+5)", "topup(+5) goes on from a value, and there is none before it"),
        ("..-1x3 5", "..-1x3 goes on from a value"),
        (f"5x{LONGEST}", "100,001 points; 100,000 fit"),
        ("9" * 200, "'9999999999999999999999999999999999999999…' is no part"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(text, fits):
    with pytest.raises(BadSeries) as refused:
        read_series(text)
    assert fits in str(refused.value)
    assert "\n" not in str(refused.value)


@given(SERIES)
def test_what_is_written_reads_as_it_was(items):
    assert read_series(write_series(items)) == items


@given(WORDS)
def test_any_text_is_a_series_or_a_sentence(text):
    try:
        items = read_series(text)
    except BadSeries as refused:
        sentence = str(refused)
    else:
        sentence = "It is a series."
        assert read_series(write_series(items)) == items
        assert len(list(expand(items))) <= LONGEST
    assert sentence.endswith(".")
