"""Whom a text calls: what Slack writes, ids alone, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.domain.alerting.mentions import BadMention, read_calls, written
from dgbot.domain.replies import Everyone, GroupMention, Mention


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("<!subteam^S0123ABCD>", [GroupMention("S0123ABCD")]),
        ("<!subteam^S0123ABCD|@on call>", [GroupMention("S0123ABCD")]),
        ("S0123ABCD, U0123ABCD", [GroupMention("S0123ABCD"), Mention("U0123ABCD")]),
        ("<@W0123ABCD|bob> <@W0123ABCD>", [Mention("W0123ABCD")]),
        ("here", [Everyone()]),
        ("@channel <!here>", [Everyone(absent_too=True), Everyone()]),
    ],
)
def test_people_groups_and_everybody_are_read_however_they_are_written(text, calls):
    assert list(read_calls(text)) == calls
    assert read_calls(written(read_calls(text))) == tuple(calls)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " , ",
            "@oncall",
            "oncall",
            "<!everyone>",
            "<#C0123ABCD>",
            "<!subteam^S0123ABCD",
            "<@U1>x",
            "&lt;!here&gt;",
        ),
        *("<!date^1^{date}|x>", "<https://evil.example|here>", "<!subteam^S0123ABCD|<!channel>>", "S0 U0", "x" * 9999),
        "U0123ABC1 U0123ABC2 U0123ABC3 U0123ABC4 U0123ABC5 U0123ABC6",
    ],
)
def test_anything_else_calls_nobody(text):
    with pytest.raises(BadMention, match="mentions"):
        read_calls(text)


@given(st.text(st.sampled_from("<>!@#^|&; SUW0Ahere\n")))
def test_what_is_read_is_written_as_ids_alone(text):
    try:
        calls = read_calls(text)
    except BadMention:
        return
    for word in written(calls).split():
        assert word.strip("<>!@").replace("subteam^", "").isalnum()
