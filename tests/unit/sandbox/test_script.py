from datetime import timedelta
from decimal import Decimal

import pytest

from dgbot.sandbox.script import (
    Channel,
    Clicks,
    Expects,
    Fails,
    Heals,
    Kills,
    Line,
    Says,
    Screen,
    ScriptError,
    SetsBalance,
    Slows,
    Starts,
    Submits,
    Waits,
    parse,
    parse_step,
)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("carol: /deepgram invite bob@co.com", Says("carol", "/deepgram invite bob@co.com")),
        ("carol in #ops: /deepgram help # not a comment", Says("carol", "/deepgram help # not a comment", "ops")),
        ("alice in #key-approvals: look: here", Says("alice", "look: here", "key-approvals")),
        ("bob: clicking is fun", Says("bob", "clicking is fun")),
        ('bob: click "Approve"', Clicks("bob", "Approve")),
        ('bob: click "Say \\"yes\\""', Clicks("bob", 'Say "yes"')),
        ("bob: submit", Submits("bob")),
        (
            'bob: submit "Why not?"="Too \\"wide\\", a=b"  "For"="30 days"',
            Submits("bob", (("Why not?", 'Too "wide", a=b'), ("For", "30 days"))),
        ),
        ('bob: submit "Note"=""', Submits("bob", (("Note", ""),))),
        ("wait 90s", Waits(timedelta(seconds=90))),
        ("wait 30m", Waits(timedelta(minutes=30))),
        ("wait 12h", Waits(timedelta(hours=12))),
        ("wait 2d", Waits(timedelta(days=2))),
        ("deepgram: balance 20", SetsBalance(Decimal(20))),
        ("deepgram: balance 20.05", SetsBalance(Decimal("20.05"))),
        ("deepgram: fail GET /v1/projects/*/balances 503", Fails("GET", "/v1/projects/*/balances", 503)),
        ("deepgram: slow 5", Slows(5.0)),
        ("deepgram: slow 0.5", Slows(0.5)),
        ("deepgram: heal", Heals()),
        ("bot: kill", Kills()),
        ("bot: start", Starts()),
        ("expect #alerts: $42 left", Expects(Channel("alerts"), "$42 left")),
        ("expect alice: Copy it now: really", Expects(Screen("alice"), "Copy it now: really")),
        ("expect-not alice: text", Expects(Screen("alice"), "text", present=False)),
        ("expect-not #ops: text", Expects(Channel("ops"), "text", present=False)),
    ],
)
def test_every_form_is_read(text, step):
    assert parse_step(text) == step


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "is no step"),
        ("carol:", "is no step"),
        ("dave: hi", "There is no 'dave' here"),
        ("Alice: hi", "There is no 'Alice' here"),
        ("alice in #random: hi", "There is no #random here"),
        ("gina in #ops: hi", "gina is not in #ops, only in #general"),
        ("bob: click Approve", 'bob: click "Approve"'),
        ('bob: click "Approve" twice', "names no button"),
        ('bob: click ""', "names no button"),
        ('bob in #ops: click "Approve"', "without a channel"),
        ('bob: submit "Email"', "is not a field and its value"),
        ('bob: submit "Email"="a" oops', "'oops' is not a field"),
        ('bob: submit "A"="1""B"="2"', "is not a field"),
        ('bob: submit "A"="1" "A"="2"', "filled in twice"),
        ("wait 30", "'30' is not a duration such as"),
        ("wait 30 minutes", "is not a duration"),
        ("wait 99999d", "longer than 3660d"),
        ("deepgram: balance NaN", "is none of its steps"),
        ("deepgram: balance -5", "is none of its steps"),
        ("deepgram: fail get /v1 503", "is none of its steps"),
        ("deepgram: fail GET v1 503", "is none of its steps"),
        ("deepgram: fail GET /v1 200", "is none of its steps"),
        ("deepgram: explode", "is none of its steps"),
        ("bot: restart", "which are kill and start"),
        ("expect #random: text", "There is no #random here"),
        ("expect dave: text", "'dave' is no place to look"),
        ("expect alice:", "names no text"),
        ("expect alice text", "is no step"),
    ],
)
def test_any_other_line_is_refused_with_what_would_fit(text, says):
    with pytest.raises(ScriptError) as refusal:
        parse_step(text)
    assert says in str(refusal.value)


def test_comments_and_empty_lines_are_left_out_and_lines_keep_their_numbers():
    source = "\ufeff# a comment\r\n\r\n  bot: kill  \r\n\t# another\nexpect #alerts: #1\n"
    assert parse(source) == (
        Line(3, "bot: kill", Kills()),
        Line(5, "expect #alerts: #1", Expects(Channel("alerts"), "#1")),
    )


def test_odd_separators_inside_a_line_do_not_shift_the_numbers():
    assert [line.number for line in parse("carol: a\u2028b\nbot: kill")] == [1, 2]


def test_all_wrong_lines_are_named_at_once():
    with pytest.raises(ScriptError) as refusal:
        parse("bot: kill\nwat\n\nwait soon\n")
    first, second = str(refusal.value).split("\n")
    assert first.startswith("Line 2: 'wat' is no step.")
    assert second.startswith("Line 4: wait: 'soon' is not a duration")
