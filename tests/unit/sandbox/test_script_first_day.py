from pathlib import Path

from dgbot.sandbox.demo import first_day
from dgbot.sandbox.script import parse

DOCUMENTED = Path(__file__).parents[3] / "docs" / "conversations" / "first-day.txt"


def test_the_built_in_first_day_is_the_documented_one():
    assert first_day() == DOCUMENTED.read_text(encoding="utf-8")


def test_every_line_of_the_first_day_can_be_played():
    assert len(parse(first_day())) > 10
