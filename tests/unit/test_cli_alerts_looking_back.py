"""``dgbot alerts route`` and ``backtest``: who hears of what, and what would have been posted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.adapters.storage import open_store
from dgbot.adapters.storage.columns import instant_text
from dgbot.cli import main

RULES = str(Path(__file__).parents[2] / "deploy" / "alerts.example.toml")
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def alerts(*words):
    return CliRunner().invoke(main, ["alerts", *words])


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (
            "kind=balance,severity=critical,project=acme-prod",
            "low-balance: C0BILLING, after 4h C0ONCALL calls @S0ONCALL\n",
        ),
        ("kind=balance,severity=warning", "low-balance: C0BILLING\n"),
        ("severity=warning", "low-balance: C0BILLING\ndays-left: C0BILLING\n"),
        (
            "rule=days-left, team=any",
            "days-left (warning): C0BILLING\ndays-left (critical): C0ONCALL calls @S0ONCALL\n"
            "days-left (critical): C0BILLING\n",
        ),
        ("rule=days-left,severity=critical", "days-left: C0ONCALL calls @S0ONCALL\ndays-left: C0BILLING\n"),
        ("kind=moon", "Nobody hears of it: no rule fits these labels.\n"),
        ("severity=info", "Nobody hears of it: no rule fits these labels.\n"),
    ],
)
def test_labels_lead_to_a_channel(labels, says):
    result = alerts("route", "--rules", RULES, "--labels", labels)
    assert (result.exit_code, result.stdout) == (0, says)


def test_another_channel_than_expected_is_a_failure():
    asked = ("route", "--rules", RULES, "--labels", "kind=balance")
    assert alerts(*asked, "--expect", "C0BILLING").exit_code == 0
    assert alerts(*asked, "--expect", "#C0BILLING").exit_code == 0
    result = alerts(*asked, "--expect", "C0OTHER")
    assert (result.exit_code, result.stderr) == (1, "Expected C0OTHER, not C0BILLING.\n")
    result = alerts("route", "--rules", RULES, "--labels", "kind=moon", "--expect", "C0OTHER")
    assert (result.exit_code, result.stderr) == (1, "Expected C0OTHER, not nobody.\n")


def test_a_rule_for_one_project_and_with_labels_of_its_own_hears_of_no_other(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\nname = "a"\nkind = "balance"\nchannel = "C0A"\nbelow = { warning = 5 }\nproject = "acme-*"\n'
        'labels = { team = "billing" }\n'
    )

    def hears(labels):
        return alerts("route", "--rules", str(rules), "--labels", labels, "--expect", "C0A").exit_code == 0

    assert hears("project=acme-prod,team=billing")
    assert not hears("project=acme-prod,team=research")
    assert not hears("project=other")


def test_what_no_route_takes_is_told_to_the_operators(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rule]]\nname = "a"\nkind = "balance"\nbelow = { warning = 5, critical = 1 }\n'
        '[[route]]\nmatch = "project=~acme-.*"\nchannel = "C0A"\n'
    )
    asked = ("route", "--rules", str(rules), "--labels")
    assert alerts(*asked, "project=acme-prod", "--expect", "C0A").exit_code == 0
    assert alerts(*asked, "project=beta", "--expect", "operators").exit_code == 0


@pytest.mark.parametrize("labels", ["kind", "kind=a,kind=b", "", "Kind=a"])
def test_labels_that_are_none_are_refused(labels):
    assert alerts("route", "--rules", RULES, "--labels", labels).exit_code == 2


@pytest.fixture
def samples(tmp_path):
    def samples(amounts, every=HOUR):
        read = [[(FIRST + every * at).isoformat(), amount] for at, amount in enumerate(amounts)]
        path = tmp_path / "acme-prod.json"
        path.write_text(json.dumps({"unit": "usd", "now": read[-1][0] if read else FIRST.isoformat(), "samples": read}))
        return str(path)

    return samples


def test_it_tells_what_would_have_been_posted_and_how_often(samples):
    result = alerts("backtest", "--rules", RULES, "--samples", samples([60, 55, 45, 40, 8, 100]))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "2026-03-01 02:00  low-balance: open fired, in C0BILLING: 🟡 acme-prod: $45 left, below $50",
        "2026-03-01 03:00  the bot: trouble told, in operators: 🟡 acme-prod: there is no data",
        "2026-03-01 04:00  low-balance: broadcast worse, in C0BILLING: 🔴 Now $8 left, below $10.",
        "2026-03-01 05:00  low-balance: broadcast resolved, in C0BILLING: "
        "🟢 Recovered after 3 h: $100, was $8 at worst.",
        "low-balance about acme-prod: 3 posts, 3 edits, 0 kept back.",
        "days-left about acme-prod: 0 posts, 0 edits, 0 kept back.",
    ]


def test_a_balance_that_runs_out_is_forecast_before_it_is_low(samples):
    amounts = [400 - 0.5 * at for at in range(24 * 32)]
    lines = alerts("backtest", "--rules", RULES, "--samples", samples(amounts), "--zone", "Europe/Berlin").stdout
    posted = [line for line in lines.splitlines() if "open fired" in line]
    assert ["days-left" in line for line in posted] == [True, False]
    assert posted[0].startswith("2026-03-27"), "a week before there is nothing left"


def test_what_does_not_follow_from_a_balance_is_left_out_and_said(samples, tmp_path):
    rules = tmp_path / "rules.toml"
    rule = '[[rule]]\nname = "{0}"\nkind = "{0}"\nchannel = "C0ABC"\nbelow = {{ warning = 5 }}\n'
    rules.write_text(rule.format("balance") + rule.format("key-expiry"))
    path = samples([60, 55])
    lines = alerts("backtest", "--rules", str(rules), "--samples", path).stdout.splitlines()
    assert lines[-1] == "key-expiry was left out: what its kind, key-expiry, measures does not follow from a balance."
    rules.write_text(rule.format("key-expiry"))
    result = alerts("backtest", "--rules", str(rules), "--samples", path)
    assert (result.exit_code, "balance and days-left can be played" in result.stderr) == (2, True)


def test_no_reading_at_all_is_no_post(samples):
    assert alerts("backtest", "--rules", RULES, "--samples", samples([])).exit_code == 0
    assert alerts("backtest", "--rules", RULES, "--samples", samples([None, None])).exit_code == 0


@pytest.fixture
async def kept(tmp_path):
    """Return the URL of a database as a bot leaves it; with readings, once it is asked for them."""
    url = f"sqlite:///{tmp_path / 'dgbot.db'}"
    async with open_store(url):
        pass
    return url


def test_what_the_bot_kept_is_played_for_each_project(kept):
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    columns = "project_id TEXT, series TEXT, fingerprint TEXT, unit TEXT, at TEXT, amount TEXT"
    with closing(sqlite3.connect(kept.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS alert_samples ({columns})")
        for project, amounts in {"p1": (45, 44, 60), "p2": (60, 60, 60), "old": ()}.items():
            for hours, amount in zip((3, 2, 1), amounts, strict=False):
                at = instant_text(now - timedelta(days=2, hours=hours))
                row = (project, "balance", "f", "usd", at, str(amount))
                connection.execute("INSERT INTO alert_samples VALUES (?, ?, ?, ?, ?, ?)", row)
        long_ago = ("old", "balance", "f", "usd", instant_text(now - timedelta(days=9)), "1")
        connection.execute("INSERT INTO alert_samples VALUES (?, ?, ?, ?, ?, ?)", long_ago)
    lines = alerts("backtest", "--rules", RULES, "--database", kept, "--since", "7d").stdout.splitlines()
    counts = [line for line in lines if line.startswith("low-balance about")]
    assert counts == [
        "low-balance about p1: 2 posts, 1 edit, 0 kept back.",
        "low-balance about p2: 0 posts, 0 edits, 0 kept back.",
    ]


def test_a_bot_that_kept_nothing_is_told_so(kept):
    result = alerts("backtest", "--rules", RULES, "--database", kept)
    assert result.exit_code == 2
    assert "The bot kept no readings of the last 90d; name a file of them with --samples." in result.stderr
    assert alerts("backtest", "--rules", RULES, "--database", kept, "--since", "x").exit_code == 2
