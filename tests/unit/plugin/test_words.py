import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dgbot.plugin.errors import UsageError
from dgbot.plugin.words import LONGEST, said, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  invite   bob@co.com ", ("invite", "bob@co.com")),
        ('create-key "nightly batch"', ("create-key", "nightly batch")),
        ("create-key “nightly batch”", ("create-key", "nightly batch")),
        ("create-key ‘nightly batch’", ("create-key", "nightly batch")),
        ("x —scope admin", ("x", "--scope", "admin")),
        ("x –scope=admin", ("x", "--scope=admin")),
        ("x ––scope admin", ("x", "--scope", "admin")),
        ("usage: 5 – 7 a—b", ("usage:", "5", "–", "7", "a—b")),
        ('x "—not a flag"', ("x", "—not a flag")),
        ("a\u00a0b\u2009c\td\ne", ("a", "b", "c", "d", "e")),
        ("in\u200bvi\u202ete\ufeff\x00", ("invite",)),
        ("don't touch bob’s", ("don't", "touch", "bob's")),
        ("'don't worry' now", ("don't worry", "now")),
        ('--reason="two words"', ("--reason=two words",)),
        ("--reason='two words'", ("--reason=two words",)),
        (r'"say \"hi\" \\ there"', (r'say "hi" \ there',)),
        ('x ""', ("x", "")),
        ("a &lt;b&gt; &amp;lt;", ("a", "<b>", "&lt;")),
        ("a < b <@nobody>", ("a", "<", "b", "<@nobody>")),
        ("invite <mailto:bob@co.com|bob@co.com>", ("invite", "bob@co.com")),
        ("invite <mailto:Bob@co.com|bob@CO.com>", ("invite", "bob@CO.com")),
        ("invite <mailto:bob@co.com>", ("invite", "bob@co.com")),
        ("invite bob@<http://co.com|co.com>", ("invite", "bob@co.com")),
        ("see <https://a.b/c?x=1&amp;y=2>", ("see", "https://a.b/c?x=1&y=2")),
        ("see <https://evil.example|https://good.example>", ("see", "https://evil.example")),
        ("tell <#C1|ops> <@U1|bob smith>", ("tell", "<#C1|ops>", "<@U1|bob smith>")),
        ("tell <!here|here> <!subteam^S1|@devs>", ("tell", "@here", "<!subteam^S1|@devs>")),
    ],
)
def test_text_from_slack_becomes_the_words_that_were_meant(text, words):
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'create-key "nightly batch --scopes usage:read',
            'A quote (") is opened before nightly batch --scopes usage:r… and never closed; '
            'close it with " or leave it out.',
        ),
        ("create-key 'tis", "A quote (') is opened before tis and never closed; close it with ' or leave it out."),
        ('create-key "', 'A quote (") is opened at the very end and never closed; close it with " or leave it out.'),
        (
            "invite <mailto:eve@co.com|bob@co.com>",
            '"bob@co.com" is a link to "eve@co.com"; type the address itself, so that both agree.',
        ),
        ("x" * 10_000, "These are 10,000 characters; a command has room for 1,000. Nothing was read."),
    ],
)
def test_what_can_not_be_split_gets_one_sentence(text, sentence):
    with pytest.raises(UsageError) as refusal:
        split_words(text)
    assert refusal.value.sentence == sentence


TOKENS = [
    "<#C1|ops>",
    "<@U1|bob>",
    "<mailto:a@b|a@b>",
    "<mailto:a@b|c>",
    "<https://x|y>",
    "<!here>",
    "<!subteam^S1|@devs>",
    "&amp;",
    "&lt;",
]
SLACKISH = st.lists(st.sampled_from([*TOKENS, *"<>|\"'“’\\ \u00a0—=aй\u202e\ud800"])).map("".join)


@given(st.text(max_size=LONGEST + 10) | SLACKISH)
@example("<" * LONGEST)
@example("'" * LONGEST)
def test_any_text_becomes_words_or_a_usage_error(text):
    try:
        words = split_words(text)
    except UsageError:
        return
    assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(character) for character in "".join(words)}


@given(st.lists(st.text("abcé&<>-_.,:/", min_size=1, max_size=8), max_size=8))
def test_quoted_words_come_back_as_they_were(words):
    escaped = (word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for word in words)
    assert split_words(" ".join(f'"{word}"' for word in escaped)) == tuple(words)


def test_people_and_channels_in_text_read_as_they_were_typed():
    assert said("for <@U1|bob> in <#C1|ops>, <@U2>") == "for @bob in #ops, @U2"
    assert said("<!subteam^S1|@devs> and <!subteam^S2>") == "@devs and @S2"
