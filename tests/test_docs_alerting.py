"""What docs/alerting.md tells of kinds and rules is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgbot import Check, PluginConfig
from dgbot.domain.spans import in_words
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.message_template import FILTERS, LONGEST_MESSAGE, LONGEST_TEMPLATE, VARIABLES
from dgbot.settings.rule_entry import RuleEntry
from dgbot.settings.rules_file import rules_in

PAGE = (Path(__file__).parents[1] / "docs" / "alerting.md").read_text()
CHECKS = load_plugins(PluginConfig()).checks
EXAMPLES = [text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "[[rule]]" in text]
UNITS = {"usd": "US dollars", "day": "days", "percent": "percent", "count": "keys"}


def row(check: Check) -> str:
    lines: dict[str, list[str]] = {}
    for severity, line in check.levels:
        lines.setdefault(severity, []).append(f"{line:f}")
    told = "; ".join(f"{severity} {', '.join(amounts)}" for severity, amounts in lines.items()) or "none"
    hold = f"{check.hold.evaluations} evaluations" if check.hold.waits else "at once"
    every = in_words(check.every) if check.every else "`alerts.every`"
    params = "; ".join(f"`{name}`: {what}" for name, what in check.params.items())
    measured = f"{check.summary} ({UNITS[check.unit]})"
    return f"| `{check.name}` | {measured} | {check.side} | {told} | {hold} | {every} | {params} |"


def test_the_table_of_kinds_is_complete():
    table = PAGE.partition("| kind | what is measured |")[2].partition("\n\n")[0]
    assert table.splitlines()[2:] == [row(CHECKS[name]) for name in sorted(CHECKS)]


def test_the_table_of_settings_is_complete():
    table = PAGE.partition("| setting | what it says | left out |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    told = re.findall(r"`(\w+)`", " ".join(cells))
    assert sorted(told) == sorted(info.alias or name for name, info in RuleEntry.model_fields.items())


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_valid(example):
    assert rules_in(example, CHECKS).problems == ()


def test_the_words_of_messages_are_those_of_the_code():
    told = PAGE.partition("**Messages** fill in")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", told) == [*VARIABLES, *FILTERS]
    assert f"{LONGEST_MESSAGE:,} characters" in told
    assert f"at most {LONGEST_TEMPLATE} characters" in PAGE
