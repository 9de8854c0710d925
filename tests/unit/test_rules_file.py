"""What a rules file says, and what is told of one that does not fit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from dgbot import PluginConfig, Severity, Side
from dgbot.cli import main
from dgbot.domain.alerting.levels import Hold
from dgbot.domain.alerting.rules import EscalationStep, WhenNoData
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.message_template import filled_in
from dgbot.settings.rules_file import read_rules, rules_in

HEAD = '[[rule]]\nname = "low"\nkind = "balance"\nchannel = "C0123ABCD"\n'
ERRORS = HEAD.replace("balance", "error-rate")
OPS = '{{ after = "{}", channel = "C0456DEFG" }}'
ROUTE = '[[route]]\nchannel = "C0123ABCD"\n'
LINES = "below = { warning = 50, critical = 10 }\n"
FULL = """
[[rule]]
name = "low-balance"
kind = "balance"
project = "*"
channel = "C0123ABCD"
below = { warning = "$1,000", critical = 100 }
hysteresis = "20%"
for = "10m"
for_evaluations = 2
keep_firing = "1h"
repeat = { critical = "12h", warning = "never" }
escalate = [{ after = "4h", channel = "C0456DEFG" }]
through_quiet_hours = true
labels = { team = "billing" }
mentions = { critical = "<!subteam^S0123ABCD>" }
runbook = "https://wiki.example.com/balance"
message = "{{ project }}: {{ value | upper }}{% if labels.team == 'billing' %}!{% endif %}"
no_data = "alert"
no_data_after = "2h"
error_after = 3
max_age = "1h"
reopen_within = "0m"
ack_lasts = "8h"
cron = "0 9 * * 1-5"
zone = "Europe/Berlin"

[rule.override.0f0f]
below = { warning = 5 }
labels = { tier = "small" }

[rule.override.1e1e]
off = true
"""


@pytest.fixture(scope="module")
def checks():
    return load_plugins(PluginConfig()).checks


@pytest.fixture
def told(checks):
    def told(text):
        return [(problem.line, problem.sentence) for problem in rules_in(text, checks).problems]

    return told


def test_a_rule_says_everything_that_a_rule_can(checks):
    spec, other = rules_in(FULL, checks).specs
    rule = spec.rule(id="r", project_id=spec.project, every=timedelta(minutes=15))
    assert (rule.project_id, rule.apart_from, rule.origin) == ("*", ("0f0f", "1e1e"), "file")
    warning, critical = rule.ladder.levels
    assert rule.ladder.side is Side.BELOW
    assert [warning.threshold, warning.clear_at] == [1000, 1200]
    assert critical.severity is Severity.CRITICAL
    assert [critical.threshold, critical.clear_at] == [100, 120]
    assert critical.hold == Hold(timedelta(minutes=10), 2)
    assert (rule.schedule.cron, rule.schedule.zone) == ("0 9 * * 1-5", "Europe/Berlin")
    assert rule.schedule.every == timedelta(days=3, hours=1), "the longest pause: a weekend when the clocks change"
    assert (rule.repeat[Severity.CRITICAL], rule.repeat[Severity.WARNING]) == (timedelta(hours=12), None)
    assert rule.escalation == (EscalationStep(timedelta(hours=4), "C0456DEFG"),)
    assert (rule.keep_firing, rule.no_data_after) == (timedelta(hours=1), timedelta(hours=2))
    assert (rule.max_age, rule.reopen_within) == (timedelta(hours=1), timedelta())
    assert (rule.when_no_data, rule.error_after, rule.ack_lasts) == (WhenNoData.ALERT, 3, timedelta(hours=8))
    assert (rule.labels, rule.mentions) == ({"team": "billing"}, {Severity.CRITICAL: "<!subteam^S0123ABCD>"})
    assert rule.through_quiet_hours
    assert (other.project, other.labels) == ("0f0f", {"team": "billing", "tier": "small"})
    assert [level.threshold for level in other.levels] == [5]


def test_what_is_left_out_is_as_the_kind_has_it(checks):
    [spec] = rules_in(HEAD + LINES, checks).specs
    rule = spec.rule(id="r", project_id="p", every=timedelta(minutes=15))
    assert (rule.ladder.levels[0].clear_at, rule.schedule.every) == (Decimal("55.00"), timedelta(minutes=15))
    assert (rule.ladder.levels[0].hold, spec.project) == (Hold(), "")


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (HEAD.replace("balance", "balanse") + LINES, 3, "'balanse' is no kind of rule; did you mean balance?"),
        (HEAD + LINES + 'zone = "Europe/Berln"', 6, "'Europe/Berln' is no time zone such as Europe/Berlin"),
        (HEAD.replace("C0123ABCD", "#alerts") + LINES, 4, "'#alerts' is not the id of a channel, such as C0123ABCD"),
        (
            HEAD + 'below = { warning = "50 hours" }',
            5,
            'below.warning: 50 is in hours, and balance is measured in US dollars; write "$50" or 50.',
        ),
        (
            HEAD + LINES + 'hysteresis = "3 days"',
            6,
            "hysteresis: 3 is in days, and balance is measured in US dollars; write",
        ),
        (HEAD + LINES + 'hysteresis = "-10%"', 6, "'-10%' is less than nothing"),
        (HEAD + LINES + 'message = "{% for a in labels %}x{% endfor %}"', 6, "The message has a loop in it"),
        (HEAD + LINES + "message = \"{{ 'a' * 999999999 }}\"", 6, "may only name, compare and choose"),
        (HEAD + LINES + 'message = "{{ value.__class__() }}"', 6, "The message has a call in it"),
        (
            HEAD + LINES + "message = '{{ value.__class__.__mro__ }}'",
            6,
            "The message reaches for '__mro__', which",
        ),
        (HEAD + LINES + """message = "{{ labels['__init__'] }}" """, 6, "The message reaches for '__init__', which is"),
        (
            HEAD + LINES + """message = "{{ value['__cl'~'ass__'] }}" """,
            6,
            "The message looks into a text; only labels",
        ),
        (HEAD + LINES + """message = "{{ value.format ~ 1 }}" """, 6, "The message looks into a text; only labels"),
        (HEAD + "below = { warning = 1e999999999 }\n", 5, "is no amount that anything can be compared with"),
        (HEAD + LINES + "\nevery = " + "9" * 5_001, 1, "There is a number in it with thousands of digits"),
        (HEAD + LINES + "message = '{{ value | attr(rule) }}'", 6, "The message uses the filter 'attr'; there are def"),
        (HEAD + LINES + "message = '{{ 10**10**8 }}'", 6, "may only name, compare and choose"),
        (HEAD + LINES + "message = \"{{ '%99999999s' % value }}\"", 6, "may only name, compare and choose"),
        (
            HEAD + LINES + "message = '{{ value | center(99999999) }}'",
            6,
            "The message uses the filter 'center';",
        ),
        (HEAD + LINES + "message = '{% set x = value %}{{ x }}'", 6, "The message has 'Assign' in it"),
        (
            HEAD + LINES + f"message = '{{{{ {'(' * 230}value{')' * 230} }}}}'",
            6,
            "The message is nested too deeply; write",
        ),
        (HEAD + LINES + f"message = '{{{{ labels{'.a' * 240} }}}}'", 6, "The message looks into a text; only labels"),
        (
            HEAD + LINES + "message = '{% if value < 5 %}x{% endif %}'",
            6,
            "'<' not supported between instances",
        ),
        (HEAD + LINES + 'message = "{{ amount }}"', 6, "The message knows no 'amount'; there are value,"),
        (HEAD + LINES + f'message = "{"x" * 501}"', 6, "The message has 501 characters; 500 fit."),
        (HEAD + LINES + 'message = "{{ value "', 6, "The message can't be read"),
        (HEAD + "below = { warning = nan }", 5, "NaN is no amount that anything can be compared with"),
        (HEAD + "below = { warning = 10, critical = 50 }", 5, "each threshold has to be lower than the one before"),
        (HEAD + "below = { alarming = 10 }", 5, "'alarming' does not fit; there are 'info', 'warning' or 'critical'."),
        (HEAD + LINES + HEAD + LINES, 7, "There is a rule low on line 1 already"),
        (HEAD + LINES + 'evry = "15m"', 6, "evry is not a setting of a rule; did you mean every?"),
        (HEAD + LINES + 'every = "5x"', 6, "'5x' is not a duration such as 30m, 12h or 7d"),
        (HEAD + LINES + 'cron = "61 * * * *"', 6, "is no schedule such as 0 9 * * 1-5"),
        (HEAD + LINES + 'cron = "0 9 * * *"\nevery = "1h"', 6, "write one of the two"),
        (HEAD + LINES + "above = { warning = 5 }", 6, "write one of the two"),
        (
            HEAD + LINES + 'mentions = { critical = "@oncall" }',
            6,
            "'@oncall' mentions nobody; write a user group such as",
        ),
        (HEAD + LINES + 'mentions = { critical = "<!everyone>" }', 6, "mentions nobody"),
        (HEAD + LINES + 'mentions = { critical = "Ring <!channel>" }', 6, "mentions nobody"),
        (HEAD + LINES + 'escalate = [{ after = "4h" }]', 6, "name a channel, or a person who gets a direct message"),
        (HEAD + LINES + 'escalate = [{ after = "4h", person = "bob" }]', 6, "'bob' is not the id of a person"),
        (HEAD + LINES + ROUTE.replace("C0123ABCD", "#ops"), 7, "'#ops' is not the id of a channel, such as C0123ABCD"),
        (HEAD + LINES + ROUTE + 'match = ["severity"]', 8, "'severity' is not a matcher such as"),
        (HEAD + LINES + ROUTE + 'match = ["project=~("]', 8, "project: "),
        (HEAD + LINES + ROUTE + "match = [5]", 8, "5 is not a matcher such as"),
        (
            HEAD + LINES + ROUTE + 'match = "severity=kritical"',
            8,
            "fits no alert; the severities are info, warning, cr",
        ),
        (HEAD + LINES + ROUTE + 'mention = { critical = "@oncall" }', 8, "'@oncall' mentions nobody"),
        (HEAD + LINES + ROUTE + 'mention = { loud = "here" }', 8, "'loud' does not fit; there are 'info'"),
        (HEAD + LINES + ROUTE + "mach = []", 8, "mach is not a setting of a route; did you mean match?"),
        (HEAD + LINES + "[[route]]\nmatch = []", 6, "channel is missing."),
        (HEAD + LINES + ROUTE + ROUTE, 8, "Nothing takes this route: the one on line 6 takes it before"),
        ("route = 5", 1, "A route begins with [[route]], in double brackets."),
        (HEAD + LINES + 'params = { colour = "red" }', 6, "balance has no parameter colour"),
        (HEAD, 1, "It has no line; write for example below = { warning = 50, critical = 10 }."),
        (HEAD + LINES + "[rule.override.0f]\noff = true", 6, "Only a rule for several projects"),
        (HEAD + LINES + '[rule.labels]\nteam = "x"\nTeam = "y"', 8, "does not fit"),
        (
            HEAD + LINES + 'project = "*"\n[rule.override.acme-prod]\noff = true',
            7,
            "acme-prod is no id of a project, such as 5d4fae3c-0000-4000-8000-000000000000; an override is for an id",
        ),
        (HEAD + LINES + 'labels = { project = "x" }', 6, "labels.project: every alert has this label from the bot"),
        (
            HEAD + LINES + 'project = "*"\n[rule.override.0f.labels]\nteam = "a"\nseverity = "x"',
            9,
            "override.0f.labels.severity: every alert has this label",
        ),
        ("rule = 5", 1, "A rule begins with [[rule]], in double brackets."),
        ("[rules]\n" + HEAD + LINES, 1, "There is no rules in a rules file; did you mean [[rule]]?"),
        (HEAD + LINES + "[[rules]]\nname = 'b'", 6, "There is no rules in a rules file; did you mean [[rule]]?"),
        (HEAD + LINES + "[[routes]]\n[[routes]]", 6, "There is no routes in a rules file; did you mean [[route]]?"),
        ("alerts = 5\n" + HEAD + LINES, 1, "There is no alerts in a rules file; it is a list of [[rule]] and of"),
        ("\n" + HEAD.replace("[[rule]]", "[rule]") + LINES, 2, "A rule begins with [[rule]], in double brackets."),
        ("[rule]\n\n" + HEAD + LINES, 1, "A rule begins with [[rule]], in double brackets."),
        (HEAD + LINES + "[rule]", 6, "A rule begins with [[rule]], in double brackets."),
        (HEAD + LINES + "[route]", 6, "A route begins with [[route]], in double brackets."),
        (HEAD + LINES + ROUTE + "[route]", 8, "A route begins with [[route]], in double brackets."),
        (HEAD + "below = {}", 5, "It has no line; write for example below = { warning = 50, critical = 10 }."),
        (
            HEAD.replace("balance", "days-left") + 'below = { warning = "$7" }',
            5,
            'below.warning: 7 is in US dollars, and days-left is measured in days; write "7 days" or 7.',
        ),
        (HEAD + "below = ", 5, "This is not TOML"),
        (HEAD + "above = { warning = 5 }", 5, "balance is bad below its lines; write below = …."),
        (
            ERRORS + "above = { warning = 5, critical = 500 }",
            5,
            "above.critical: error-rate is never above 100; a line",
        ),
        (
            ERRORS + "above = { warning = 100 }",
            5,
            "above.warning: error-rate is never above 100; a line below it would",
        ),
        (HEAD + LINES + "for = 10", 6, 'for: 10 has no unit; write a duration such as "30m", "12h" or "7d".'),
        (HEAD + LINES + 'for = "10"', 6, 'for: 10 has no unit; write a duration such as "30m", "12h" or "7d".'),
        (HEAD + LINES + 'repeat = { warning = "0" }', 6, "repeat.warning: 0 has no unit; write a duration such as"),
        (HEAD + LINES + 'repeat = { warning = "PT0S" }', 6, "repeat.warning: 'PT0S' does not fit; a duration such as"),
        (HEAD + LINES + 'every = "PT10S"', 6, "every: 'PT10S' does not fit; 1m or more would."),
        (HEAD + LINES + 'hysteresis = "10"', 6, "hysteresis: '10' is a share or an amount; write \"10%\" or 10."),
        (HEAD + LINES + 'hysteresis = "150%"', 6, "hysteresis: '150%' is more than the line itself; write a share up"),
        (HEAD + LINES + 'zone = "Europe/Berlin"', 6, "zone says nothing without cron; write cron = "),
        (
            HEAD + LINES + f"escalate = [{OPS.format('4h')}, {OPS.format('1h')}]",
            6,
            "the step after 1h stands behind the",
        ),
        (
            HEAD + LINES + ROUTE + 'match = "kind=balanse"',
            8,
            "match: no rule here has the kind 'balanse'; did you mean b",
        ),
        (
            HEAD + LINES + ROUTE + 'match = "kind!=balanse"',
            8,
            "match: no rule here has the kind 'balanse'; did you mean",
        ),
        (
            HEAD + LINES + ROUTE + 'match = "kind=~budget.*"',
            8,
            "no rule here has the kind 'budget.*'; there are balance.",
        ),
        (HEAD + LINES + ROUTE + 'match = "rule=lwo"', 8, "match: no rule here has the rule 'lwo'; did you mean low?"),
        (
            HEAD + LINES + 'labels = { team = "a" }\n' + ROUTE + 'match = "tema=a"',
            9,
            "match: no rule here has a label tema; did you mean team?",
        ),
        (HEAD + LINES + 'runbook = "ftp://x"', 6, "runbook: 'ftp://x' is no address of a page; write one that begins"),
        (HEAD + LINES + "for_evaluations = 0", 6, "for_evaluations: '0' does not fit; a number from 1 to 100 would."),
        (
            HEAD + LINES + "through_quiet_hours = 'now'",
            6,
            "through_quiet_hours: 'now' does not fit; true or false would.",
        ),
        (HEAD + LINES + "below = 5", 6, "This is not TOML"),
        (HEAD + "below = 5", 5, "below: '5' does not fit; a table such as { warning = 50 } would."),
        (
            HEAD.replace("low", "Low!") + LINES,
            2,
            "name: 'Low!' does not fit; up to 40 small letters, digits and hyphens",
        ),
        (
            HEAD + LINES + 'message = "{{ value "',
            6,
            "it ends before every {{ has its }}, and every {% if %} its {% endif",
        ),
        ("", 1, "There is no [[rule]] in the file, so every rule stays as it was; to remove all, take out"),
        (ROUTE, 1, "There is no [[rule]] in the file"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(told, text, line, sentence):
    [(found, said)] = told(text)
    assert sentence in said
    assert found == line


@pytest.mark.parametrize(
    "rest",
    [
        'hysteresis = "100%"',
        "hysteresis = 10",
        'for = "0m"',
        "reopen_within = 0",
        f"escalate = [{OPS.format('1h')}, {OPS.format('1h')}]",
        'cron = "0 9 * * *"\nzone = "Europe/Berlin"',
        'labels = { team = "a" }\n' + ROUTE + 'match = ["team=b", "kind=~bal.*", "rule!=low", "key=ci", "project=x"]',
        ROUTE + 'match = ["kind!~budget.*"]',
    ],
)
def test_what_can_be_meant_is_not_refused(told, rest):
    assert told(HEAD + LINES + rest) == []


def test_a_project_that_is_evaluated_otherwise_needs_no_zone(told):
    own = '[rule.override.0f0f]\nevery = "1h"\n'
    text = HEAD + 'project = "*"\n' + LINES + 'cron = "0 9 * * *"\nzone = "Europe/Berlin"\n' + own
    assert told(text) == []


@pytest.mark.parametrize("text", ["", ROUTE, "rule = 5", "[rules]\n" + LINES, "[[rule"])
def test_a_file_without_a_rule_changes_none(checks, text):
    read = rules_in(text, checks)
    assert (read.readable, read.specs, len(read.problems)) == (False, (), 1)


def test_everything_is_told_at_once_and_the_rules_that_fit_go_on(checks):
    bad = HEAD.replace("C0123ABCD", "ops") + LINES + 'hysteresis = "1 hour"\ncron = "x"\n'
    read = rules_in(bad + HEAD.replace("low", "fine") + LINES, checks)
    assert [problem.line for problem in read.problems] == [4, 6, 7]
    assert read.lines == {"low": 1, "fine": 8}
    assert [spec.name for spec in read.specs] == ["fine"]
    assert read.broken == {"low"}


ROUTED = """
[[rule]]
name = "low"
kind = "balance"
below = { warning = 50, critical = 10 }
escalate = [{ after = "1h", person = "U0456DEFG" }, { after = "4h", mention = "S0456DEFG" }]

[[rule]]
name = "own"
kind = "balance"
channel = "C0OWN"
below = { warning = 50 }

[[route]]
match = ["severity=critical", 'project=~"acme-.*"']
channel = "C0OPS"
mention = { critical = "S0ONCALL, U0BOB" }
continue = true

[[route]]
match = "kind=balance"
channel = "C0MONEY"
"""


def test_a_rule_without_a_channel_is_told_along_the_routes_of_its_file(checks):
    routed, own = rules_in(ROUTED, checks).specs
    assert [(route.channel_id, route.goes_on, len(route.matchers)) for route in routed.routes] == [
        ("C0OPS", True, 2),
        ("C0MONEY", False, 1),
    ]
    assert routed.routes[0].mentions == {Severity.CRITICAL: "<!subteam^S0ONCALL> <@U0BOB>"}
    assert routed.escalation == (
        EscalationStep(timedelta(hours=1), "U0456DEFG"),
        EscalationStep(timedelta(hours=4), "", "<!subteam^S0456DEFG>"),
    )
    assert (own.channel_id, own.routes) == ("C0OWN", ())
    rule = routed.routed("C0OTHERS").rule(id="r", project_id="*", every=timedelta(minutes=15))
    assert rule.channels == ("C0OPS", "C0MONEY", "C0OTHERS")


def test_a_route_that_does_not_fit_is_left_out_and_the_others_go_on(checks):
    read = rules_in(ROUTED.replace('"severity=critical"', '"severity"'), checks)
    assert [route.channel_id for route in read.specs[0].routes] == ["C0MONEY"]
    assert len(read.problems) == 1


def test_a_rule_that_nobody_would_hear_of_is_none(checks):
    [spec] = rules_in(HEAD.replace('channel = "C0123ABCD"\n', "") + LINES, checks).specs
    with pytest.raises(ValueError, match="Nobody would hear of low"):
        spec.rule(id="r", project_id="*", every=timedelta(minutes=15))


EVERYTHING_WRONG = """
[[rule]]
name = "kind"
kind = "balanse"
[[rule]]
name = "zone"
kind = "balance"
channel = "C0123ABCD"
below = { warning = 50 }
zone = "Europe/Berln"
[[rule]]
name = "channel"
kind = "balance"
channel = "#alerts"
below = { warning = 50 }
[[rule]]
name = "units"
kind = "balance"
channel = "C0123ABCD"
below = { warning = "50 usd", critical = "3 days" }
[[rule]]
name = "hysteresis"
kind = "balance"
channel = "C0123ABCD"
below = { warning = 50 }
hysteresis = -5
[[rule]]
name = "loop"
kind = "balance"
channel = "C0123ABCD"
below = { warning = 50 }
message = "{% for a in range(10**10) %}{% for b in range(10**10) %}x{% endfor %}{% endfor %}"
[[rule]]
name = "budget"
kind = "budget"
channel = "C0123ABCD"
params = { amount = 0 }
[[rule]]
name = "nan"
kind = "balance"
channel = "C0123ABCD"
below = { warning = nan, critical = -inf }
[[rule]]
name = "fine"
kind = "balance"
channel = "C0123ABCD"
below = { warning = 50 }
"""


def test_a_file_in_which_everything_is_wrong_is_told_in_one_run_each_with_its_line(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(EVERYTHING_WRONG)
    result = CliRunner().invoke(main, ["alerts", "check", str(path)])
    told = [line.removeprefix(f"{path}:").partition(": ") for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [int(line) for line, _, _ in told] == [4, 10, 14, 20, 26, 32, 37, 42, 42]
    words = (
        "balanse",
        "Europe/Berln",
        "#alerts",
        "3 is in days",
        "less than nothing",
        "a loop",
        "above zero",
    )
    assert all(word in sentence for word, (_, _, sentence) in zip(words, told, strict=False))


def test_a_message_that_fails_when_it_is_written_says_so_in_its_place():
    values = {"value": "$5", "labels": {}}
    assert filled_in("{{ labels.team }}", values) == (
        "The rule's own message can't be written: 'dict object' has no attribute 'team'"
    )
    assert filled_in("{% if labels == value %}{% else %}{{ '\\ud800' }}{% endif %}", values) == "?"


def test_a_text_of_several_lines_hides_what_looks_like_a_key(told):
    text = HEAD + LINES + 'message = """\n[[rule]]\nevery = 5\n"""\nevery = "nope"'
    assert [line for line, _ in told(text)] == [10]


def test_a_file_that_is_not_there_is_told_and_not_raised(checks, tmp_path):
    read = read_rules(tmp_path / "rules.toml", checks)
    assert not read.readable
    assert "can't be read (No such file or directory)" in read.problems[0].sentence


def test_the_terminal_tells_file_line_and_what_would_fit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.toml").write_text(HEAD + "below = { warning = nan }\n")
    bad = CliRunner().invoke(main, ["alerts", "check", "rules.toml"])
    assert (bad.exit_code, bad.output.startswith("rules.toml:5: below.warning: NaN is no amount")) == (1, True)
    (tmp_path / "rules.toml").write_text(HEAD + LINES)
    good = CliRunner().invoke(main, ["alerts", "check", "rules.toml"])
    assert (good.exit_code, good.output) == (0, "rules.toml: 1 rule, nothing wrong\n")


@pytest.mark.parametrize("inside", ["items", "get", "keys", "copy", "pop"])
def test_a_message_shows_labels_and_nothing_of_python(inside):
    values = {"value": "$42", "threshold": "$50", "project": "p", "rule": "r", "since": "s", "labels": {"team": "t"}}
    told = filled_in(f"{{{{ labels.team ~ labels.{inside} }}}}", values)
    assert "built-in" not in told
    assert "object at" not in told
    assert filled_in("{{ labels.team|upper }}", values) == "T"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[rule]]\n" * 2_001, "There are 2,001 entries [[rule]]; 2,000 fit."),
        ("[[route]]\n" * 501 + HEAD + LINES, "There are 501 entries [[route]]; 500 fit."),
        (HEAD + LINES + "labels." + ".".join("a" * 11_000) + " = 1", "This line has 22,010 characters; 20,000 fit."),
        ("".join(f"[x{number}]\n" for number in range(60)), "and nothing else."),
    ],
    ids=["rules", "routes", "a long line", "tables"],
)
def test_more_than_anybody_writes_is_refused_at_once(told, text, sentence):
    [(_, found)] = told(text)
    assert sentence in found


def test_of_thousands_of_mistakes_in_one_rule_some_are_told(told):
    text = HEAD + LINES + "".join(f"\nk{number} = 1" for number in range(3_000))
    assert 1 <= len(told(text)) <= 60
