"""The example of plugins/README.md runs exactly as it is written, for an author who has installed dgbot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.testing.conftest import INI

README = (Path(__file__).parents[3] / "plugins" / "README.md").read_text()
*_, PLUGIN, TESTS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COUNT = len(re.findall(r"^async def test_", TESTS, re.MULTILINE))


@pytest.fixture
def reader(pytester: pytest.Pytester) -> pytest.Pytester:
    """Who has copied both files out of the README."""
    pytester.makeini(INI)
    pytester.makepyfile(seats=PLUGIN, test_seats=TESTS)
    return pytester


@pytest.mark.slow
def test_it_runs_in_auto_mode(reader):
    reader.runpytest_subprocess().assert_outcomes(passed=COUNT)


def test_it_runs_in_strict_mode_when_it_is_marked(reader):
    reader.makeini(INI.replace("auto", "strict"))
    reader.makepyfile(test_seats=f"{TESTS}\n\npytestmark = pytest.mark.asyncio\n")
    reader.runpytest_inprocess().assert_outcomes(passed=COUNT)


def test_without_the_plugin_under_test_it_fails(reader):
    reader.makepyfile(test_seats=TESTS.replace("return [seats]", "return []"))
    reader.runpytest_inprocess().assert_outcomes(errors=COUNT)
