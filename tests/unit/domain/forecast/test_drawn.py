from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dgbot.domain.forecast import Reading, balance_chart, forecast

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def falling(days, rate, balance, *, strays=0):
    """A balance that falls to *balance* by *rate* a day, two days of three by *strays* more and the third by less."""
    found, amount = [], Decimal(balance)
    for step in range(days * 4 + 1):
        found.append(Reading(NOON - step * DAY / 4, amount, "usd"))
        amount += (Decimal(rate) + (Decimal(strays) if step // 4 % 3 else -Decimal(strays))) / 4
    return found[::-1]


def drawn(readings):
    return balance_chart(readings, forecast(readings, NOON, "usd"), NOON)


def test_two_weeks_and_the_days_to_come_meet_at_the_balance_of_now():
    chart = drawn(falling(28, 10, 40))
    assert (len(chart.points), chart.points[0], chart.points[13], chart.points[-1]) == (20, "9 Nov", "22 Nov", "28 Nov")
    [likely] = chart.series
    assert likely.values[:2] == (170, 160)
    assert likely.values[13:] == (40, 30, 20, 10, 0, 0, 0)


def test_where_spend_strays_the_edges_of_the_band_lie_around_the_middle():
    chart = drawn(falling(28, 20, 60, strays=15))
    early, late, likely = (dict(zip(chart.points, one.values, strict=True)) for one in chart.series)
    assert [one.name for one in chart.series] == ["if spent fast", "if spent slowly", "balance"]
    assert early["22 Nov"] == likely["22 Nov"] == late["22 Nov"] == 60
    assert all(early[day] <= likely[day] <= late[day] <= 60 for day in chart.points[14:])
    assert early["24 Nov"] < likely["24 Nov"] < late["24 Nov"]


def test_what_lasts_longer_is_drawn_by_two_days_a_point_and_still_fits():
    chart = drawn(falling(28, 10, 150))
    assert len(chart.points) == 20
    assert (chart.points[0], chart.points[-1]) == ("10 Nov", "18 Dec")
    assert chart.series[0].values[12:16] == (30, 10, 0, 0)


def test_a_forecast_goes_on_from_the_time_of_day_that_it_is():
    readings = falling(28, 10, 40)
    chart = balance_chart(readings, forecast(readings, NOON + DAY / 4, "usd"), NOON + DAY / 4)
    assert chart is not None
    assert chart.series[0].values[13:16] == (40, 30, 20)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_with_too_little_to_go_by_there_is_no_chart(days):
    assert drawn(falling(days, 10, 40)) is None


def test_a_debt_neither_grows_nor_is_forgiven_in_the_days_to_come():
    chart = drawn(falling(10, 10, -5))
    assert chart is not None
    [likely] = chart.series
    assert set(likely.values[-6:]) == {-5}
