from datetime import timedelta

import pytest

from dgbot import KeyGrant, PluginConfig, UsageError
from dgbot.plugin.discovery import load_plugins
from dgbot.plugin.errors import PluginSettingsError
from dgbot.plugin.words import split_words

USAGE = "create-key <name> --scopes <a,b> [--ttl 30d] [--reason text]"


async def test_plans_a_key_and_creates_nothing(run, deepgram):
    grant = await run('create-key "nightly  batch" --scopes usage:read --ttl 7d --reason "bob’s summaries"')
    assert grant == KeyGrant("nightly batch", ("usage:read",), timedelta(days=7), "bob's summaries")
    assert deepgram.requests == []


async def test_lives_thirty_days_unless_told_otherwise(run, plugins):
    grant = await run("create-key ci --scopes usage:read")
    assert (grant.lives, grant.reason) == (timedelta(days=30), "")
    assert plugins.commands["create-key"].usage == USAGE
    assert plugins.commands["create-key"].approval is True


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("create-key ci --scopes usage:read --ttl 5x", 'ttl: "5x" is not a duration such as 30m, 12h or 7d.'),
        ("create-key ci --scopes usage:read --ttl 91d", 'ttl: "91d" is longer than 90d, the longest that a key may'),
        (
            "create-key ci --scopes usage:raed",
            'scopes: "usage:raed" is not a scope of Deepgram; did you mean usage:read?',
        ),
        ("create-key ci --scopes listen", 'scopes: "listen" is not a scope of Deepgram; did you mean usage:write?'),
        ("create-key ci --scopes usage:read,owner", 'scopes: "owner" is a role'),
        ("create-key ci --scopes ,", 'scopes: "," names no scope; write some'),
        (
            "create-key ci --scopes usage:read, keys:read",
            '"keys:read" is one word too many; write a list without spaces',
        ),
        ("create-key ci", "--scopes is missing: scopes with commas between"),
        ("create-key --scopes usage:read", "<name> is missing: a name of 1 to 60 characters, such as nightly batch."),
        ("create-key nightly batch --scopes usage:read", '"batch" is one word too many; put a value with spaces into'),
        ('create-key "" --scopes usage:read', 'name: "" has 0 characters'),
        (f"create-key {'x' * 61} --scopes usage:read", "has 61 characters; a key's name has 1 to 60."),
        ("create-key x[dgbot:1] --scopes usage:read", 'name: "x[dgbot:1]" looks like the bot\'s own mark'),
    ],
)
async def test_bad_input_gets_one_sentence(run, line, sentence):
    with pytest.raises(UsageError) as refusal:
        await run(line)
    assert sentence in refusal.value.sentence


def test_the_settings_cap_how_long_a_key_lives():
    create_key = load_plugins(PluginConfig({"create-key": {"max_ttl": "7d"}})).commands["create-key"]
    assert create_key.usage == USAGE.replace("30d", "7d")
    assert create_key.parse(split_words("ci --scopes usage:read"))["ttl"] == timedelta(days=7)


def test_a_cap_that_is_no_duration_is_named():
    with pytest.raises(PluginSettingsError, match=r"\[plugins.create-key\] max_ttl: .*such as 30m, 12h or 7d"):
        load_plugins(PluginConfig({"create-key": {"max_ttl": "soon"}}))
