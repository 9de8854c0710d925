"""``dgbot alerts route`` and ``backtest``: who hears of what, and what would have been posted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from dgbot.adapters.storage import open_store
from dgbot.adapters.storage.columns import instant_text
from dgbot.cli import main
from dgbot.cli.backtests import BadBacktest, back_from, lines_of, of_deepgram
from dgbot.domain.alerting.readings import KeptReading
from dgbot.domain.forecast.readings import Reading
from dgbot.plugin.context import Project
from dgbot.testing import company
from tests.office import SUNDAY

RULES = "rules.toml"
TWO = """
[[rule]]
name = "low-balance"
kind = "balance"
project = "*"
channel = "C0BILLING"
below = { warning = 50, critical = 10 }
escalate = [{ after = "4h", channel = "C0ONCALL", mention = "S0ONCALL" }]
[[rule]]
name = "days-left"
kind = "days-left"
project = "*"
every = "1h"
[[route]]
match = ["severity=critical"]
channel = "C0ONCALL"
mention = { critical = "S0ONCALL" }
continue = true
[[route]]
channel = "C0BILLING"
"""
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def two_rules(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(RULES).write_text(TWO)


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
        (
            "rule=low-balance",
            "low-balance (warning): C0BILLING\nlow-balance (critical): C0BILLING, after 4h C0ONCALL calls @S0ONCALL\n",
        ),
        ("kind=key-expiry", "Nobody hears of it: no rule fits these labels.\n"),
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
    result = alerts("route", "--rules", RULES, "--labels", "kind=budget", "--expect", "C0OTHER")
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


def test_levels_that_lead_to_the_same_are_told_once(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(TWO.replace('escalate = [{ after = "4h", channel = "C0ONCALL", mention = "S0ONCALL" }]\n', ""))
    assert alerts("route", "--rules", str(rules), "--labels", "rule=low-balance").stdout == "low-balance: C0BILLING\n"


def test_labels_on_which_the_way_depends_and_that_are_left_out_are_named(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(TWO.replace('"severity=critical"', '"severity=critical", "project=~acme-.*"'))
    asked = ("route", "--rules", str(rules), "--labels")
    result = alerts(*asked, "rule=days-left")
    assert result.stderr == "Routes look at project as well, taken for empty here: name it in --labels.\n"
    assert result.exit_code == 0
    assert alerts(*asked, "rule=days-left,project=acme-prod").stderr == ""
    assert alerts(*asked, "rule=low-balance").stderr == "", "it names its channel, so no route is taken"


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ("severity=fatal", "--labels: 'fatal' is no severity; there are info, warning, critical."),
        ("severity=critcal", "--labels: 'critcal' is no severity; did you mean critical?"),
        ("rule=low-blance", "--labels: 'low-blance' is no rule; did you mean low-balance?"),
        ("kind=balanse", "--labels: 'balanse' is no kind; did you mean balance?"),
    ],
)
def test_a_slip_of_the_pen_does_not_look_like_silence(labels, says):
    result = alerts("route", "--rules", RULES, "--labels", labels, "--expect", "C0BILLING")
    assert (result.exit_code, result.stdout, says in result.stderr) == (2, "", True)


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
        "Played 6 readings of acme-prod, from 2026-03-01 00:00 to 2026-03-01 05:00.",
        "2026-03-01 02:00  low-balance: open fired, in C0BILLING: 🟡 acme-prod: $45 left, below $50",
        "2026-03-01 04:00  low-balance: broadcast worse, in C0BILLING: 🔴 acme-prod: now $8 left, below $10.",
        "2026-03-01 05:00  low-balance: broadcast resolved, in C0BILLING: "
        "🟢 acme-prod: recovered after 3 h, $100; was $8 at worst.",
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
    assert lines[-1] == "key-expiry was left out: what key-expiry measures does not follow from what is known."
    rules.write_text(rule.format("key-expiry"))
    result = alerts("backtest", "--rules", str(rules), "--samples", path)
    assert (result.exit_code, "what key-expiry measure does not follow from" in result.stderr) == (2, True)


@pytest.mark.parametrize("amounts", [[], [None, None]])
def test_no_reading_at_all_is_nothing_to_play(samples, amounts):
    result = alerts("backtest", "--rules", RULES, "--samples", samples(amounts))
    assert (result.exit_code, "has no reading of a balance" in result.stderr) == (2, True)


def test_readings_in_another_unit_are_refused(tmp_path):
    path = tmp_path / "hours.json"
    path.write_text('{"unit": "hour", "now": "2026-06-11T00:00:00Z", "samples": [["2026-06-10T00:00:00Z", 5]]}')
    result = alerts("backtest", "--rules", RULES, "--samples", str(path))
    assert (result.exit_code, "are in 'hour'; rules watch balances in usd." in result.stderr) == (2, True)


@pytest.fixture
async def kept(tmp_path):
    """Return the URL of a database as a bot leaves it; with readings, once it is asked for them."""
    url = f"sqlite:///{tmp_path / 'dgbot.db'}"
    async with open_store(url):
        pass
    return url


def test_what_the_bot_kept_is_played_for_each_project(kept):
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with closing(sqlite3.connect(kept.removeprefix("sqlite:///"))) as connection, connection:
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


ROUTED = """
[[rule]]
name = "low-balance"
kind = "balance"
project = "acme-*"
below = { warning = 50 }
[rule.override.a1]
below = { warning = 100 }
[rule.override.a3]
off = true
[[route]]
match = "project=acme-prod"
channel = "C0PROD"
[[route]]
channel = "C0REST"
"""


@pytest.fixture
async def three_projects(kept):
    """Let the bot have kept readings of three projects, and called two of them by name."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    async with open_store(kept) as store:
        for project_id, amount in (("a1", 90), ("a2", 40), ("a3", 30)):
            for hours in range(3):
                reading = Reading(now - HOUR * (3 - hours), Decimal(amount), "usd")
                await store.keep_readings([KeptReading(project_id, "balance", "f", reading)])
        await store.keep_project_names({"a1": "acme-prod", "a2": "acme-test"})
    return kept


def test_a_project_takes_the_route_of_its_name_and_is_called_by_it(three_projects, tmp_path):
    rules = tmp_path / "routed.toml"
    rules.write_text(ROUTED.partition("[rule.override.a3]")[0] + "[[route]]" + ROUTED.partition("[[route]]")[2])
    asked = ("backtest", "--rules", str(rules), "--database", three_projects)
    lines = alerts(*asked, "--project", "acme-prod").stdout.splitlines()
    assert lines[0].startswith("Played 3 readings of acme-prod, from ")
    assert ["in C0PROD: 🟡 acme-prod: $90 left, below $100" in line for line in lines].count(True) == 1
    assert lines[-1] == "low-balance about acme-prod: 1 post, 0 edits, 0 kept back.", "what is otherwise there counts"
    [post] = [line for line in alerts(*asked, "--project", "a2").stdout.splitlines() if "open fired" in line]
    assert post.endswith("in C0REST: 🟡 acme-test: $40 left, below $50")
    result = alerts(*asked, "--project", "moon")
    assert (result.exit_code, "it did of a3, acme-prod, acme-test." in result.stderr) == (2, True)


def test_what_rules_leave_alone_is_not_played(three_projects, tmp_path):
    rules = tmp_path / "routed.toml"
    rules.write_text(ROUTED)
    result = alerts("backtest", "--rules", str(rules), "--database", three_projects, "--project", "a3")
    assert (result.exit_code, result.stdout) == (0, "Every rule leaves a3 alone.\n")


def test_what_is_otherwise_in_one_project_is_told_apart_from_all_others(tmp_path):
    rules = tmp_path / "routed.toml"
    rules.write_text(ROUTED)
    asked = ("route", "--rules", str(rules), "--labels", "rule=low-balance")
    assert alerts(*asked).stdout == "low-balance: C0REST\nlow-balance in a1: C0REST\n"


def test_the_readings_of_a_file_are_of_the_project_that_is_named(samples, tmp_path):
    rules = tmp_path / "routed.toml"
    rules.write_text(ROUTED)
    asked = ("backtest", "--rules", str(rules), "--samples", samples([60, 45, 44]))
    assert "in C0PROD: 🟡 acme-prod: $45 left" in alerts(*asked).stdout
    assert "in C0REST: 🟡 acme-new: $45 left" in alerts(*asked, "--project", "acme-new").stdout


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--billing"], "--samples and --billing are different pasts; name one of them."),
        (["--database", "sqlite:////a.db"], "--samples and --database are different pasts; name one of them."),
        (["--since", "7d"], "--samples plays all readings of the file, so --since changes nothing"),
    ],
)
def test_what_would_be_left_out_without_a_word_is_refused(samples, more, says):
    result = alerts("backtest", "--rules", RULES, "--samples", samples([60]), *more)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_bot_that_kept_nothing_is_told_so(kept):
    result = alerts("backtest", "--rules", RULES, "--database", kept)
    assert result.exit_code == 2
    assert (
        "The bot kept no readings of the last 90d; name a file of them with --samples, or ask Deepgram" in result.stderr
    )
    assert alerts("backtest", "--rules", RULES, "--database", kept, "--since", "x").exit_code == 2


def test_a_balance_is_worked_out_backwards_from_what_was_spent_and_bought():
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    spent = {(now - timedelta(days=days)).date(): Decimal(10) for days in range(3)}
    past = back_from(Decimal(100), spent, [(now - timedelta(days=1), Decimal(50))], Project("p1", "acme-prod"), now)
    assert [(one.at.day, one.at.hour, one.amount) for one in past.readings] == [
        (8, 0, Decimal(80)),
        (9, 0, Decimal(70)),
        (10, 0, Decimal(110)),
        (10, 12, Decimal(100)),
    ]
    assert past.begins == datetime(2026, 3, 8, tzinfo=UTC)


SPENDING = """
[[rule]]
name = "month"
kind = "budget"
channel = "C0ABC"
params = { amount = "500" }
[[rule]]
name = "spike"
kind = "usage-spike"
channel = "C0ABC"
[[rule]]
name = "low"
kind = "balance"
channel = "C0ABC"
below = { warning = 50 }
[[rule]]
name = "keys"
kind = "key-expiry"
channel = "C0ABC"
"""


def test_budgets_and_spikes_are_played_on_what_was_spent_by_the_checks_that_watch_them(tmp_path):
    (tmp_path / "rules.toml").write_text(SPENDING)
    now = datetime(2026, 4, 1, tzinfo=UTC)
    days = [(now - timedelta(days=back)).date() for back in range(1, 60)]
    spent = {day: Decimal(210 if day.isoformat() == "2026-03-20" else 10) for day in days}
    past = back_from(Decimal(45), spent, [], Project("p1", "acme-prod"), now)
    lines = list(lines_of(tmp_path / "rules.toml", [past], "UTC", everything=False))
    posts = [(line[:10], line.partition("  ")[2].partition(",")[0]) for line in lines if " open fired" in line]
    assert posts == [
        ("2026-02-26", "month: open fired"),
        ("2026-03-20", "month: open fired"),
        ("2026-03-21", "spike: open fired"),
        ("2026-04-01", "low: open fired"),
    ]
    assert "🟡 acme-prod · 2026-03-20: $200 more than usual yesterday" in "\n".join(lines)
    assert lines[-1] == "keys was left out: what key-expiry measures does not follow from what is known."


async def test_what_deepgram_tells_of_spending_is_a_past(deepgram, loopback, slack):
    settings = company.settings(
        company.tables(
            {},
            may=[],
            slack={"bot_token": slack.bot_token, "app_token": slack.app_token},
            deepgram={
                "api_key": deepgram.api_key,
                "project": deepgram.project_id,
                "base_url": loopback.deepgram.origin,
            },
        )
    )
    [past] = await of_deepgram(settings, "20d", SUNDAY)
    assert (past.project, past.until) == (Project(deepgram.project_id, "acme-prod"), SUNDAY)
    assert len(past.spent) > 15
    assert [one.at for one in past.readings][-1] == SUNDAY
    with pytest.raises(BadBacktest, match="--since: '5x' is not a duration"):
        await of_deepgram(settings, "5x", SUNDAY)
    refused = settings.deepgram.model_copy(update={"api_key": type(settings.deepgram.api_key)("none")})
    with pytest.raises(BadBacktest, match=r"Deepgram does not tell what .* spent"):
        await of_deepgram(settings.model_copy(update={"deepgram": refused}), "20d", SUNDAY)
