"""What a key that takes over from another is asked to be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dgbot import KeyGrant, PluginConfig, UsageError
from dgbot.deepgram import KeyOptions
from dgbot.plugin.discovery import load_plugins
from dgbot_plugins.rotate_key import LONGEST_NAME


@pytest.fixture
def old(deepgram):
    return next(key for key in deepgram.keys if key.comment == "call-center")


async def test_the_new_key_has_the_name_and_the_scopes_of_the_old_one_and_an_end(run, old):
    grant = await run('rotate-key call-center --reason "quarterly"')
    assert (grant.name, grant.scopes, grant.lives) == ("call-center", ("usage:write",), timedelta(days=30))
    assert (grant.replaces, grant.reason) == (old.api_key_id, "quarterly")


async def test_asking_changes_nothing_at_deepgram(run, deepgram, old):
    await run("rotate-key call-center")
    assert {seen.method for seen in deepgram.requests} == {"GET"}
    assert old in deepgram.keys


async def test_the_old_one_is_named_by_its_id_or_the_end_of_it_too(run, old):
    for wanted in (old.api_key_id, f"…{old.api_key_id[-4:]}", f"{old.api_key_id[:8]}…"):
        assert (await run(f"rotate-key {wanted} --ttl 90d")).replaces == old.api_key_id


async def test_the_bots_mark_is_no_part_of_the_new_name(run, ctx):
    made = KeyOptions(comment="nightly [dgbot:r1:1:abcdef]", scopes=["usage:read"])
    await ctx.deepgram.create_key(ctx.project.id, made)
    assert (await run("rotate-key nightly")).name == "nightly"


async def test_a_very_long_name_is_cut(run, ctx):
    made = KeyOptions(comment="n" * 100, scopes=["usage:read"])
    await ctx.deepgram.create_key(ctx.project.id, made)
    assert (await run(f"rotate-key {'n' * 100}")).name == "n" * LONGEST_NAME


async def test_a_name_that_two_keys_have_is_asked_back(run, ctx):
    for _ in range(2):
        await ctx.deepgram.create_key(ctx.project.id, KeyOptions(comment="ci", scopes=["usage:read"]))
    with pytest.raises(UsageError, match=r'"ci" means 2 keys: .*\. Name one by the end of its id'):
        await run("rotate-key ci")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rotate-key call-centre", '"call-centre" is neither the name nor the id'),
        ("rotate-key call-center --ttl 91d", '"91d" is longer than 90d'),
        ("rotate-key call-center --ttl 3x", "is not a duration"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(run, line, told):
    with pytest.raises(UsageError, match=told):
        await run(line)


async def test_the_bots_own_key_is_whoever_runs_the_bots_to_change(run, deepgram):
    own = next(key for key in deepgram.keys if key.secret == deepgram.api_key)
    with pytest.raises(UsageError, match="is the key that the bot itself works with"):
        await run(f"rotate-key {own.api_key_id}")


async def test_while_deepgram_does_not_say_which_key_is_the_bots_none_is_rotated(run, deepgram):
    deepgram.fail("GET", "/v1/auth/token", 404)
    with pytest.raises(UsageError, match="doesn't tell just now which key the bot itself works with"):
        await run("rotate-key call-center")


async def test_the_longest_life_is_a_setting(ctx):
    commands = load_plugins(PluginConfig({"create-key": {"max_ttl": "7d"}})).commands
    command, rest = commands.find(["rotate-key", "call-center"])
    grant = await command.run(ctx, **command.parse(rest))
    assert isinstance(grant, KeyGrant)
    assert grant.lives == timedelta(days=7), "the usual one is cut to it"
    with pytest.raises(UsageError, match="longer than 7d"):
        await command.run(ctx, **command.parse([*rest, "--ttl", "8d"]))
