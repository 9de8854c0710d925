"""``dgbot alerts test``: what passes, what fails and how that reads, and what can't be played."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgbot.cli import main
from dgbot.cli.alert_rules import load_rules
from dgbot.cli.alert_test_words import ACTS, KEPT
from dgbot.cli.alert_tests import UnreadableTests, read_tests
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Why
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.services.alerting.rehearsal.deeds import read_deed
from dgbot.services.alerting.rehearsal.notation import expand, read_series

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES, TESTS = DEPLOY / "alerts.example.toml", DEPLOY / "alerts.example.tests.yml"

RULE = """\
rules:
  - {name: low-balance, kind: balance, channel: C0BILLING, below: {warning: 50, critical: 10}}
"""
FIRES = """\
tests:
  - name: it fires
    start: 2026-11-23T09:00 Europe/Berlin
    series:
      - {kind: balance, values: 60 40}
    expect:
      - at: 15m
        state: firing
        posts:
          - {open: fired, contains: $40 left}
"""


@pytest.fixture
def told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def told(text, *words):
        Path("my.tests.yml").write_text(text)
        return CliRunner().invoke(main, ["alerts", "test", "my.tests.yml", *words])

    return told


def test_the_rules_that_are_shipped_do_what_their_tests_say():
    result = CliRunner().invoke(main, ["alerts", "test", str(TESTS)])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "22 tests passed."


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("warning = 50", "warning = 45"),
        ('hysteresis = "10%"', 'hysteresis = "1%"'),
        ('after = "4h"', 'after = "3h"'),
        ('critical = "24h", warning = "72h"', 'critical = "24h", warning = "never"'),
        ("for_evaluations = 2", "for_evaluations = 1"),
        ("through_quiet_hours = true", "through_quiet_hours = false"),
        ("above = { warning = 20, critical = 200 }", "above = { warning = 20, critical = 30 }"),
        ('kind = "budget"', 'kind = "budget"\nabove = { warning = 60 }'),
        ('kind = "budget-forecast"', 'kind = "budget-forecast"\nfor_evaluations = 1'),
        ('kind = "credit-expiry"', 'kind = "credit-expiry"\nbelow = { warning = [31, 14] }'),
        ('kind = "key-expiry"', 'kind = "key-expiry"\nbelow = { warning = [31, 14] }'),
        ('kind = "keys-without-expiry"', 'kind = "keys-without-expiry"\nabove = { warning = 1 }'),
        ('kind = "keys-unused"', 'kind = "keys-unused"\nabove = { warning = 2 }'),
    ],
)
def test_the_tests_that_are_shipped_notice_when_a_rule_is_changed(tmp_path, line, other):
    assert line in RULES.read_text()
    (tmp_path / RULES.name).write_text(RULES.read_text().replace(line, other))
    (tmp_path / TESTS.name).write_text(TESTS.read_text())
    assert CliRunner().invoke(main, ["alerts", "test", str(tmp_path / TESTS.name)]).exit_code == 1


def test_every_kind_is_shown_in_the_rules_that_are_shipped_and_in_their_tests():
    checks = load_plugins(PluginConfig()).checks
    assert {rule.check for rule in load_rules(RULES, checks)} == set(checks)
    played = {(one.check, one.project) for test in read_tests(TESTS, checks) for one in test.script.series}
    assert {check for check, _ in played} == set(checks)


def test_what_comes_as_it_should_passes(told):
    result = told(RULE + FIRES)
    assert (result.exit_code, result.stdout) == (0, "pass  it fires\n1 test passed.\n")


def test_a_post_that_nobody_expected_fails_the_test(told):
    result = told(RULE + FIRES.replace("60 40", "60 40 5"))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "FAIL  it fires (my.tests.yml:4)",
        "      30m, 2026-11-23 09:30 CET",
        "        + edit worse, in C0BILLING: 🔴 acme-prod: $5 left, below $10",
        "        + broadcast worse, in C0BILLING: 🔴 acme-prod: now $5 left, below $10.",
        "1 test, 1 failed.",
    ]


def test_a_post_that_is_missing_is_told_with_what_came_in_its_place(told):
    result = told(RULE + FIRES.replace("$40 left", "$41 left").replace("state: firing", "state: pending"))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[2:-1] == [
        "        ! low-balance of acme-prod is firing, expected pending (line 9)",
        "        - open fired, with '$41 left'",
        "        + open fired, in C0BILLING: 🟡 acme-prod: $40 left, below $50",
    ]


def test_a_post_that_was_kept_back_says_why(told):
    people = "    people:\n      - {at: 0m, carol: silence project=acme-prod for 1h}\n    expect:"
    result = told(RULE + FIRES.replace("    expect:", people))
    assert "- open fired, with '$40 left' (kept back by silence:project=\"acme-prod\")" in result.stdout


def test_two_posts_that_look_alike_each_need_a_line_of_their_own(told):
    twice = FIRES.replace(
        "      - {kind: balance, values: 60 40}",
        "      - {kind: balance, values: 60 40, project: one}\n      - {kind: balance, values: 60 40, project: two}",
    )
    assert told(RULE + twice).exit_code == 1
    assert told(RULE + twice + "          - open fired\n").exit_code == 0
    first_fits_both = twice.replace(
        "{open: fired, contains: $40 left}", "open\n          - {open: fired, project: one}"
    )
    assert told(RULE + first_fits_both).exit_code == 0


def test_whoever_answers_to_nothing_fails_the_test(told):
    people = "    people:\n      - {at: 0m, carol: acknowledge}\n    expect:"
    result = told(RULE + FIRES.replace("    expect:", people))
    assert result.exit_code == 1
    assert "! carol has nothing to do: Nothing fires that this could be about." in result.stdout


def test_edits_that_nobody_hears_may_be_left_out(told):
    edits = FIRES.replace("60 40", "60 40 40 40 40 30").replace("    series:", "    edits: any\n    series:")
    assert told(RULE + edits).exit_code == 0
    assert told(RULE + edits.replace("edits: any", "edits: asserted")).exit_code == 1


def test_junit_reads_the_results(told):
    assert told(
        RULE + FIRES + FIRES.replace("tests:\n", "").replace("$40 left", '"\\x01<39>"'), "--junit", "r.xml"
    ).exit_code
    root = ET.fromstring(Path("r.xml").read_bytes())  # noqa: S314  # we wrote it
    suite = next(root.iter("testsuite"))
    counts = [suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")]
    assert counts == ["my.tests.yml", "2", "1", "0", "0"]
    passed, failed = suite.iter("testcase")
    assert (passed.get("name"), "".join(passed.itertext()).strip()) == ("it fires", "")
    assert "+ open fired, in C0BILLING" in "".join(failed.itertext())


def test_a_file_that_cannot_be_read_is_an_error_of_the_report_and_the_others_are_played(told):
    Path("good.tests.yml").write_text(RULE + FIRES)
    result = told("tests: [", "good.tests.yml", "--junit", "r.xml")
    assert (result.exit_code, "my.tests.yml:1 is no YAML" in result.stderr) == (2, True)
    assert result.stdout.splitlines()[-1] == "1 test passed."
    root = ET.fromstring(Path("r.xml").read_bytes())  # noqa: S314  # we wrote it
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["2", "0", "1"]
    good, bad = root.iter("testsuite")
    assert [good.get("name"), good.get("errors")] == ["good.tests.yml", "0"]
    [error] = bad.iter("error")
    assert [bad.get("name"), bad.get("tests"), bad.get("errors")] == ["my.tests.yml", "1", "1"]
    assert error.get("message", "").startswith("my.tests.yml:1 is no YAML")


def test_what_ci_servers_ask_of_junit_is_there(told):
    assert told(RULE + FIRES.replace("60 40", "60 40 5"), "--junit", "r.xml").exit_code
    root = ET.fromstring(Path("r.xml").read_bytes())  # noqa: S314  # we wrote it
    assert [root.tag, *(one.tag for one in root.iter())][1:] == ["testsuites", "testsuite", "testcase", "failure"]
    [suite], [case], [failure] = (list(root.iter(tag)) for tag in ("testsuite", "testcase", "failure"))
    assert {"name", "tests", "failures", "errors", "skipped", "time"} <= suite.attrib.keys()
    assert {"classname", "name", "time", "file"} <= case.attrib.keys()
    assert {"type", "message"} == failure.attrib.keys()
    assert all(float(one.attrib["time"]) >= 0 for one in (root, suite, case))


def test_several_alerts_that_quiet_hours_put_off_are_one_summary_and_replies(told):
    night = """\
tests:
  - name: at night
    start: 2026-11-23T21:00 Europe/Berlin
    interval: 1h
    quiet: {hours: 22:00-07:00, critical: wait}
    series:
      - {kind: balance, project: one, values: 60x1 8x10}
      - {kind: balance, project: two, values: 60x1 40x10}
      - {kind: balance, project: three, values: 60x1 40 60x9}
    expect:
      - {at: 2h, kept_back: quiet-hours}
      - at: 10h
        posts:
          - {summary: "", contains: ["2 alerts still fire", 1 came and went]}
          - {reply: still firing, project: one}
          - {reply: still firing, project: two}
"""
    assert told(RULE + night).stdout.splitlines()[-1] == "1 test passed."
    assert (
        "+ summary, in C0BILLING: 🔴 Quiet hours are over" in told(RULE + night.partition("      - at: 10h")[0]).stdout
    )
    heard = told(RULE + night.replace(", critical: wait", "")).stdout
    assert "+ open fired, in C0BILLING: 🔴 one: $8 left" in heard, "what is critical is heard if nobody says otherwise"


def test_an_archived_channel_is_told_of_elsewhere(told):
    people = "    people:\n      - {at: 0m, slack: archives C0BILLING}\n    expect:"
    elsewhere = FIRES.replace("    expect:", people)
    assert "+ open fired, in operators" in told(RULE + elsewhere.replace("$40 left", '"x", in: C0BILLING')).stdout
    there = elsewhere.replace("$40 left", "can't be reached (is_archived), in: operators")
    assert told(RULE + there).stdout.splitlines()[-1] == "1 test passed."


def test_a_second_acknowledgement_is_told_whose_is_there(told):
    people = "    people:\n      - {at: 15m, carol: acknowledge}\n      - {at: 15m, dave: acknowledge}\n    expect:"
    result = told(RULE + FIRES.replace("    expect:", people))
    assert "! dave has nothing to do: carol looks after it." in result.stdout


def test_nobody_can_answer_a_bot_that_does_not_run(told):
    people = "    people: [{at: 15m, bot: stops for 1h}, {at: 30m, carol: acknowledge}]\n    expect:"
    result = told(RULE + FIRES.replace("60 40", "60 40x4").replace("    expect:", people))
    assert "! carol has nothing to do: The bot does not run." in result.stdout


def test_a_silence_that_is_ended_is_over_at_once(told):
    people = "    people:\n      - {at: 0m, carol: silence project=acme-prod for 2h}\n"
    people += "      - {at: 20m, carol: unsilence project=acme-prod}\n    expect:"
    ended = FIRES.replace("60 40", "60 40x2").replace("    expect:", people).replace("at: 15m", "at: 20m")
    assert told(RULE + ended.replace("open: fired", "open: still firing")).exit_code == 0


def test_colours_are_for_terminals(told):
    assert "\x1b" not in told(RULE + FIRES + FIRES.replace("tests:\n", "").replace("$40", "$39")).output
    assert "\x1b[31m" in CliRunner().invoke(main, ["alerts", "test", "my.tests.yml"], color=True).output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "my.tests.yml:1: tests is missing."),
        ("tests: [", "my.tests.yml:1 is no YAML:"),
        (
            "tests: []",
            "my.tests.yml:1: tests is empty; - {name: ..., start: ..., series: [...], expect: [...]} would fit.",
        ),
        ("tests: soon", "my.tests.yml:1: tests is no list; - {name: "),
        (
            RULE + FIRES.replace("expect:", "expects:"),
            "tests.expect is missing, and expects is no word that fits here; did you mean expect?",
        ),
        (
            RULE + FIRES.replace("at: 15m", "at: 7d."),
            "my.tests.yml:9: at: '7d.' is not a duration such as 30m, 12h or 7d.\n",
        ),
        (
            RULE + FIRES.replace("    series:", "    interval: often\n    series:"),
            "tests.interval: 'often' is not a duration such as 30m, 12h or 7d.\n",
        ),
        ("a: 1\na: 2\n", "my.tests.yml:2: a stands here twice."),
        ("a: &a [*a]\n", "my.tests.yml:1 holds more than a test needs, or itself"),
        (FIRES, "my.tests.yml:2: it fires has no rules"),
        (RULE + FIRES.replace("60 40", "60 forty"), "my.tests.yml:7: 'forty' is no part of a series; 10-1x5"),
        (RULE + FIRES.replace("at: 15m", "at: soon"), "my.tests.yml:9: at: 'soon' is not a duration such as 30m"),
        (RULE + FIRES.replace("at: 15m", "at: 30m"), "my.tests.yml:9: at: 30m is not played: the series end before"),
        (RULE + FIRES.replace("kind: balance", "kind: moon"), "my.tests.yml:7: No rule watches 'moon'; they watch bal"),
        (RULE + FIRES.replace("Berlin", "Bärlin"), "my.tests.yml:5: tests.start: 'Europe/Bärlin' is no time zone such"),
        (
            RULE + FIRES.replace("open: f", "opne: f"),
            "my.tests.yml:11: tests.expect.posts: a post is one of open, edit",
        ),
        (RULE + FIRES.replace("open: fired", "open: fried"), "'fried' is no reason of a post; fired, worse"),
        (RULE + FIRES.replace("state: firing", "stat: firing"), "my.tests.yml:10: tests.expect.stat is no word that"),
        (
            RULE + FIRES.replace("state: firing", "state: fire"),
            "my.tests.yml:10: tests.expect.state: 'fire' does not fit; 'ok', 'pending',",
        ),
        (RULE.replace("50", "5") + FIRES, "my.tests.yml:2: Levels go from mild to worst"),
        (RULE.replace("50", "fifty") + FIRES, "my.tests.yml:2: below.warning: 'fifty' is no amount such as 50"),
        (
            "rules: none.toml\n" + FIRES,
            "my.tests.yml:1: none.toml:1: The file can't be read (No such file or directory).",
        ),
        (
            RULE + FIRES + "    people: [{at: 0m, carol: dance}]\n",
            ":13: 'dance' is nothing that people do; acknowledge",
        ),
        (
            RULE + FIRES + "    people: [{at: 0m, bot: dances}]\n",
            ":13: 'dances' is nothing that the bot does in a test",
        ),
        (RULE + FIRES + "    people: [{at: 0m}]\n", "my.tests.yml:13: Write when and who, such as {at: 1h, carol:"),
        (
            RULE + FIRES + "    quiet: at night\n",
            "my.tests.yml:13: tests.quiet.hours: 'at night' are no quiet hours; 22:",
        ),
        (RULE + FIRES + "    quiet: 25:00-08:00\n", "'25:00-08:00' are no quiet hours; 22:00-08:00 would fit."),
        (
            RULE + FIRES + "    quiet: {hours: 22:00-08:00, weekdays: [may]}\n",
            "'may' does not fit; 'mon', 'tue', 'wed',",
        ),
        (RULE + FIRES + "    quiet: {from: 22:00}\n", "my.tests.yml:13: tests.quiet.hours is missing."),
        (
            RULE + FIRES.replace("values: 60 40", "values: [60]"),
            "my.tests.yml:7: tests.series.values is a list; a text",
        ),
        (
            RULE + FIRES.replace("$40 left}", "$40 left, below $50}"),
            "'below $50' is nothing that is known of a post; contains, mention, in, rule, project are; "
            "a text with a comma in it needs quotes.",
        ),
        (
            RULE + FIRES.replace("open: fired", "summary: fired"),
            "'fired' is no reason of a post; changed would fit",
        ),
        (
            RULE + FIRES.replace("state: firing", "project: acme"),
            ":10: No series is about 'acme'; they are about acme-",
        ),
        (
            RULE + FIRES.replace("state: firing", "kept_back: mute"),
            "'mute' keeps nothing back; silence, quiet-hours, in",
        ),
        (
            RULE + FIRES + "    people: [{at: 0m, slack: sleeps}]\n",
            "happens to Slack in a test; archives C0BILLING wou",
        ),
        (RULE + FIRES.replace("2026-11-23", "0001-01-01"), "years from 2000 to 2100 fit."),
        (
            RULE + FIRES.replace("    series:", "    interval: 3660d\n    series:"),
            "The series last longer than 3660 days",
        ),
        (RULE + FIRES.replace("    expect:", "      - {kind: balance, values: 5}\n    expect:"), ":6: Two series are"),
        (RULE.replace("50", "1e999999") + FIRES, "my.tests.yml:2: below.warning: '1e999999' is no amount such as 50"),
        (
            RULE + FIRES.replace("11-23T09:00 Europe/Berlin", "03-29T02:30 Europe/Berlin"),
            "2026-03-29T02:30 is left out in Europe/Berlin: the clocks are set forward then.",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_line(told, text, says):
    result = told(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_rules_file_that_does_not_fit_is_refused_with_its_line(told):
    Path("rules.toml").write_text(
        '[[rule]]\nname = "a"\nkind = "balance"\nchannel = "C0BILLING"\nbelow = { warning = nan }\n'
    )
    result = told("rules: rules.toml\n" + FIRES)
    assert (result.exit_code, "rules.toml:5: below.warning: NaN is no amount" in result.stderr) == (2, True)


WORDS = ("tests:", "rules:", "- ", "  ", "name: a", "start: 2026", "\n", "at: 1h", "{", "}", "[", "expect:", "posts:")


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_reader(tmp_path, text):
    path = tmp_path / "any.yml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(UnreadableTests) as refused:
        read_tests(path, {})
    assert str(refused.value).startswith(str(path))


PAGE = (Path(__file__).parents[2] / "docs" / "alerting-tests.md").read_text()


def test_the_example_of_the_page_passes(told):
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    result = told(example)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 test passed.")


def test_the_failure_that_the_page_shows_is_how_a_failure_reads(told):
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    [shown] = re.findall(r"```text\n(FAIL.*?)```", PAGE, re.DOTALL)
    result = told(example.replace("- broadcast worse", "- {broadcast: worse, contains: $4 left}"))
    assert result.stdout == f"{shown}1 test, 1 failed.\n"


OWN_KIND = """
from decimal import Decimal
from dgbot import Check, Sample, hookimpl

async def measure(ctx, params):
    return Sample(Decimal(0), "request")

@hookimpl
def dgbot_checks():
    return [Check("backlog", "how much waits", measure, says="{value} wait", unit="request")]
"""


def test_kinds_of_plugins_are_played_too(told, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "backlog.py").write_text(OWN_KIND)
    rules = (
        RULE.replace("kind: balance", "kind: backlog").replace("below", "above").replace("critical: 10", "critical: 99")
    )
    text = rules + FIRES.replace("kind: balance, values: 60 40", "kind: backlog, values: 5 60").replace(
        "$40 left", "60"
    )
    assert "'backlog' is no kind of rule" in told(text).stderr
    result = told(text, "--plugins", "own")
    assert (result.exit_code, result.stderr, result.stdout.splitlines()[-1:]) == (0, "", ["1 test passed."])


def test_the_page_has_every_word_of_expectations():
    words = {f"`{word}`" for word in (*ACTS, *Why, *Phase, *Severity, *Cause, *KEPT)}
    assert {word for word in words if word not in PAGE} == set()


def test_what_the_page_says_of_series_is_so():
    rows = re.findall(r"^\| `(\S+)` \| ([0-9 ]+)(?::.*)? \|$", PAGE, re.MULTILINE)
    assert len(rows) == 4
    for notation, stands_for in rows:
        assert [str(point) for point in expand(read_series(notation))] == stands_for.split()


def test_what_the_page_says_that_people_do_can_be_done():
    part = PAGE.partition("## People")[2].partition("## Expectations")[0]
    cells = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    words = [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]
    assert len(words) == 9
    for word in words:
        who, _, deed = word.rpartition(": ")
        read_deed(who or "carol", deed)
