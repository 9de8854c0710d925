"""Waiting and keeping on fire agree, minute by minute, with what promtool 2.42 says of the same rows of values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dgbot.domain.alerting.evaluating import Criteria
from dgbot.domain.alerting.levels import Hold, Ladder, Level, Severity, Side
from dgbot.domain.alerting.states import Phase
from tests.unit.domain.alerting.scenario import MINUTE, Scenario

VECTORS = json.loads((Path(__file__).parents[3] / "samples" / "alerting" / "state_vectors.json").read_text())
GOOD = Decimal(1000)
NAMES = {
    Phase.OK: "inactive",
    Phase.RESOLVED: "inactive",
    Phase.PENDING: "pending",
    Phase.FIRING: "firing",
    Phase.RECOVERING: "firing",
}


@dataclass(frozen=True)
class Vector:
    rule: Criteria
    values: list[Decimal | None]
    states: list[str]


def vector(given: dict[str, Any]) -> Vector:
    line = Decimal(given["threshold_below"])
    ladder = Ladder(Side.BELOW, (Level(Severity.WARNING, line, line, Hold(given["for_min"] * MINUTE)),))
    rule = Criteria(ladder, MINUTE, keep_firing=given["keep_firing_for_min"] * MINUTE, reopen_within=0 * MINUTE)
    return Vector(rule, [None if v is None else Decimal(v) for v in given["values"]], given["states"])


CASES = [pytest.param(vector(one), id=f"{number}") for number, one in enumerate(VECTORS)]
HOLED = [pytest.param(vector(one), id=f"{n}") for n, one in enumerate(VECTORS) if None in one["values"]]


def test_there_are_rows_with_and_without_holes():
    assert (len(CASES), len(HOLED)) == (20, 5)


@pytest.mark.parametrize("case", CASES)
def test_phases_are_those_of_prometheus(case):
    """There, a value that is missing is a condition that is not met."""
    one = Scenario(case.rule)
    phases = [NAMES[one.measure(str(GOOD if value is None else value)).phase] for value in case.values]
    assert phases == case.states


@pytest.mark.parametrize("case", HOLED)
def test_a_hole_is_neither_good_nor_bad_for_us(case):
    """What fires goes on firing over a hole, and what waits goes on waiting."""
    one = Scenario(case.rule)
    before = None
    for value in case.values:
        one.measure(None if value is None else str(value))
        if value is None and before is not None:
            assert one.standing.underneath is before
        before = one.standing.underneath
