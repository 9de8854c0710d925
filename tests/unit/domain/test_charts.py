"""A chart fits its points, shrinks to what there is room for, and can be read without being drawn."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.charts import Chart, Series, spark

DAYS = tuple(f"{day} Nov" for day in range(1, 31))


def chart(values=range(1, 31), *, sums=False, unit="usd") -> Chart:
    numbers = tuple(float(value) for value in values)
    return Chart("Balance", "line", DAYS[: len(numbers)], (Series("left", numbers),), unit, sums)


@pytest.mark.parametrize(
    ("points", "series"),
    [
        ((), (Series("a", ()),)),
        (("x",), ()),
        (("x",), (Series("a", (1.0, 2.0)),)),
        (("x",), (Series("a", (math.nan,)),)),
        (("x",), (Series("a", (1.0,)), Series("a", (2.0,)))),
    ],
    ids=["no points", "no series", "too long", "no number", "one name twice"],
)
def test_what_cant_be_drawn_is_refused(points, series):
    with pytest.raises(ValueError, match=r"chart|series"):
        Chart("t", "bar", points, series)


def test_where_room_is_short_spending_is_added_up_and_a_balance_is_the_last_one():
    assert chart(sums=True).within(20).series[0].values[:2] == (3.0, 7.0)
    small = chart().within(20)
    assert (small.points[0], small.series[0].values[0]) == ("1 Nov–2 Nov", 2.0)
    assert chart(range(5)).within(20) == chart(range(5))


@given(st.integers(1, 30), st.integers(1, 30))
def test_it_never_has_more_points_than_there_is_room_for(count, most):
    whole = chart(range(count), sums=True)
    small = whole.within(most)
    assert len(small.points) <= most
    assert sum(small.series[0].values) == sum(whole.series[0].values)


def test_in_letters_it_says_the_numbers_that_matter():
    assert chart([4, 212, 80]).in_letters() == "left ▁█▄ 1 Nov $4 to 3 Nov $80, $4–$212"
    assert chart([1.5, 2], unit="h").in_letters().startswith("left ▁█ 1 Nov 1.5 h to 2 Nov 2 h")


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_a_spark_has_a_letter_for_each_value(values):
    assert len(spark(values)) == len(values)
