import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.plugin.addresses import read_email
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import Channel, read_channel, read_duration, read_int, read_money, write_duration
from dgbot.plugin.scopes import KNOWN, read_scopes


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_duration, "30m", timedelta(minutes=30)),
        (read_duration, "12H", timedelta(hours=12)),
        (read_duration, "7d", timedelta(days=7)),
        (read_duration, "2w", timedelta(weeks=2)),
        (read_duration, "1h30m", timedelta(minutes=90)),
        (read_money, "50", Decimal(50)),
        (read_money, "$50", Decimal(50)),
        (read_money, "1,000.50", Decimal("1000.50")),
        (read_channel, "<#C1|ops>", Channel("C1", "ops")),
        (read_channel, "<#C1>", Channel("C1")),
        (read_channel, "C0123ABCD", Channel("C0123ABCD")),
        (read_scopes, "usage:read", ("usage:read",)),
        (read_scopes, "Usage:Read,keys:write,usage:read,", ("usage:read", "keys:write")),
        (read_scopes, "self-hosted:product:api", ("self-hosted:product:api",)),
        (read_email, "Bob.Smith@CO.com", "Bob.Smith@co.com"),
        (read_int, "-12", -12),
    ],
)
def test_reads(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "clause"),
    [
        (read_duration, "5x", "is not a duration such as 30m, 12h or 7d."),
        (read_duration, "", "is not a duration"),
        (read_duration, "30m1h", "is not a duration"),
        (read_duration, "-7d", "is not a duration"),
        (read_duration, "٧d", "is not a duration"),
        (read_duration, "0d", "is no time at all"),
        (read_duration, "999999w", "is longer than 3660d"),
        (read_duration, "9" * 30 + "d", "is not a duration"),
        (read_money, "0", "is nothing"),
        (read_money, "-$5", "is below zero"),
        (read_money, "1,00", "is not an amount"),
        (read_money, "50.001", "is not an amount"),
        (read_money, "nan", "is not an amount"),
        (read_money, "1e9", "is not an amount"),
        (read_money, "9" * 400, "is more than $999,999,999"),
        (read_channel, "#ops", "is only text; type # and pick the channel from Slack's list."),
        (read_channel, "ops", "is not a channel"),
        (read_channel, "<#UBOB00001|general>", "is not a channel"),
        (read_channel, "<#ZZZ>", "is not a channel"),
        (read_scopes, "", "names no scope"),
        (read_scopes, "usage:raed", "is not a scope of Deepgram; did you mean usage:read?"),
        (read_scopes, "quux", "is not a scope of Deepgram; some that are: usage:read"),
        (read_scopes, "admin", "is a role"),
        (read_email, "bob", "is not an e-mail address such as bob@company.com."),
        (read_email, "bob@localhost", "is not an e-mail address"),
        (read_email, "Bob <bob@co.com>", "is not an e-mail address"),
        (read_email, "alice@cо.com", 'contains "о" (CYRILLIC SMALL LETTER O), which only looks like "o"'),
        (read_email, "jürgen@co.com", 'contains "ü" (LATIN SMALL LETTER U WITH DIAERESIS); use'),
        (read_email, "a@xn--bcher-kva.example", "hides other letters behind xn-- (it reads bücher.example)"),
    ],
)
def test_refuses_and_says_what_would_fit(read, text, clause):
    with pytest.raises(Unfit) as refusal:
        read(text)
    assert clause in refusal.value.clause


@given(st.integers(1, 3660 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)))
def test_a_duration_reads_back_as_it_was_written(duration):
    assert read_duration(write_duration(duration)) == duration


@given(st.text(max_size=80))
@pytest.mark.parametrize("read", [read_duration, read_money, read_channel, read_scopes, read_email, read_int])
def test_any_text_is_a_value_or_unfit(read, text):
    with contextlib.suppress(Unfit):
        read(text)


def test_every_scope_that_deepgram_knows_is_taken():
    assert read_scopes(",".join(KNOWN)) == KNOWN
