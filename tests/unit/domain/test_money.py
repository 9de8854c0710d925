"""Amounts as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dgbot.domain.money import said, told_apart


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
    ],
)
def test_a_value_just_beyond_its_line_is_told_apart_from_it(value, line, unit, words):
    assert told_apart(Decimal(value), Decimal(line), unit) == words
