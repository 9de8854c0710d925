"""For how long it has been so bad: that is what counts for escalation, and what repeats and escalations say."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from dgbot.cli import main

STORY = """\
rules:
  - name: low-balance
    kind: balance
    channel: C0BILLING
    below: {warning: 50, critical: 10}
    repeat: {critical: 4h}
    escalate: [{after: 1h, channel: C0ONE}, {after: 2h, channel: C0TWO}]
tests:
  - name: a warning of a day, and then critical
    edits: any
    start: 2026-11-23T09:00 UTC
    series: [{kind: balance, values: 45x95 9x19 45x2}]
    expect:
      - {at: 0m, posts: [open fired]}
      - {at: 24h, posts: [broadcast worse]}
      - {at: 25h, posts: [{escalate: escalation, in: C0ONE, contains: "below $10, for 60 min"}]}
      - {at: 26h, posts: [{escalate: escalation, in: C0TWO, contains: "below $10, for 2 h"}]}
      - {at: 28h, posts: [{broadcast: repeat, contains: "below $10, for 4 h"}]}
      - {at: 29h, posts: [reply eased]}
"""


def test_a_day_as_a_warning_is_no_day_below_the_worse_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my.tests.yml").write_text(STORY)
    result = CliRunner().invoke(main, ["alerts", "test", "my.tests.yml"])
    assert result.exit_code == 0, result.output
