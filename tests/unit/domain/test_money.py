"""Amounts as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dgbot.domain.money import limit, said, told_apart


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("42.10", "usd", "$42"), ("1240", "usd", "$1,240"), ("8.5", "usd", "$8.50"), ("8", "usd", "$8"),
        ("0", "usd", "$0"), ("-3.25", "usd", "-$3.25"), ("12.50", "hour", "12.5 hours"), ("1e3", "hour", "1,000 hours"),
        ("1", "day", "1 day"), ("80.4", "percent", "80 %"), ("3", "count", "3"), ("0", "day", "0 days"),
    ],
)  # fmt: skip
def test_an_amount_is_said_as_people_say_it(amount, unit, words):
    assert said(Decimal(amount), unit) == words


@pytest.mark.parametrize(
    ("value", "line", "unit", "words"),
    [
        ("49.99", "50", "usd", ("$49.99", "$50.00")),
        ("42", "50", "usd", ("$42", "$50")),
        ("50", "50", "usd", ("$50", "$50")),
        ("79.9", "80", "percent", ("79.90 %", "80.00 %")),
        ("6.96", "7.00", "day", ("6.96 days", "7.00 days")),
        ("4", "13.60", "usd", ("$4", "$13.60")),
        ("13.90", "14.40", "usd", ("$13.90", "$14.40")),
        ("18.405", "20.45", "usd", ("$18", "$20.45")),
        ("0.5", "0.25", "hour", ("0.5 hours", "0.25 hours")),
        ("90", "99.5", "percent", ("90 %", "99.5 %")),
        ("-3", "-0.50", "usd", ("-$3", "-$0.50")),
    ],
)
def test_a_value_just_beyond_its_line_is_told_apart_from_it(value, line, unit, words):
    assert told_apart(Decimal(value), Decimal(line), unit) == words


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("50", "usd", "$50"), ("50.00", "usd", "$50"), ("20.45", "usd", "$20.45"), ("1240.5", "usd", "$1,240.50"),
        ("4.094", "usd", "$4.09"), ("0.005", "usd", "$0.005"), ("-0.5", "usd", "-$0.50"),
        ("14.25", "day", "14.25 days"),
        ("14", "day", "14 days"), ("0.001", "percent", "0.001 %"), ("0.10", "count", "0.1"), ("1000.5", "", "1,000.5"),
        ("9.999999", "hour", "10 hours"), ("99.999", "usd", "$100.00"),
    ],
)  # fmt: skip
def test_a_line_is_said_as_it_was_set(amount, unit, words):
    assert limit(Decimal(amount), unit) == words
