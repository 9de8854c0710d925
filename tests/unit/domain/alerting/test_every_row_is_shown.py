"""Every row of docs/alert-states.md is shown by a test that bears its name."""

from __future__ import annotations

import re
from pathlib import Path

from dgbot.domain.alerting.states import Row
from tests.unit.domain.alerting import test_no_values, test_people_and_silences, test_values_decide
from tests.unit.domain.alerting.scenario import COVERED

ROOMS = (test_no_values, test_people_and_silences, test_values_decide)
PAGE = (Path(__file__).parents[4] / "docs" / "alert-states.md").read_text()
ROWS = re.findall(r"^\| ([A-Z]\d\d[a-d]?) \|", PAGE, re.MULTILINE)
ELSEWHERE = {"P01", "P02"}
"""Rows about Slack: tests/unit/services/test_elsewhere.py shows them against a Slack that misbehaves."""


def test_the_page_has_every_row_once():
    assert len(ROWS) == len(set(ROWS)) == 46


def test_each_row_is_shown_by_a_test():
    assert ROOMS
    assert {row for row in ROWS if row not in COVERED} == ELSEWHERE
    assert set(COVERED) <= set(ROWS)


def test_every_row_that_the_code_names_is_on_the_page():
    assert {row.value for row in Row} - {"ok"} <= set(ROWS)
