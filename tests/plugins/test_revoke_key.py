import pytest

from dgbot import UsageError
from dgbot.deepgram import Key, KeyOptions
from dgbot_plugins.revoke_key import matches


def ids(deepgram, comment):
    return [key.api_key_id for key in deepgram.keys if key.comment.startswith(comment)]


async def create(ctx, comment):
    options = KeyOptions(comment=comment, scopes=["usage:read"])
    return (await ctx.deepgram.create_key(ctx.project.id, options)).api_key.api_key_id


async def test_revokes_by_name_and_says_whose_key_it_was(run, deepgram):
    [key_id] = ids(deepgram, "call-center")
    reply = await run("revoke-key call-center")
    assert reply.headline == f"Revoked call-center (…{key_id[-4:]}): whatever used it fails from now on"
    assert dict(reply.parts[0].pairs) == {"Owner": "alice@acme.test", "Scopes": "usage:write"}
    assert ids(deepgram, "call-center") == []


async def test_revokes_by_id_and_by_the_end_of_it(run, deepgram):
    await run(f"revoke-key {ids(deepgram, 'call-center')[0]}")
    await run(f"revoke-key …{ids(deepgram, 'voice-menu')[0][-4:]}")
    assert ids(deepgram, "call-center") == ids(deepgram, "voice-menu") == []


async def test_the_bots_mark_is_not_part_of_a_name(run, ctx, deepgram):
    await create(ctx, "nightly [dgbot:r1:1:abcdef]")
    reply = await run("revoke-key nightly")
    assert reply.headline.startswith("Revoked nightly (…")
    assert ids(deepgram, "nightly [") == []


async def test_a_name_that_two_keys_have_lists_them(run, ctx, deepgram):
    first, second = await create(ctx, "ci"), await create(ctx, "ci")
    with pytest.raises(UsageError) as refusal:
        await run("revoke-key ci")
    assert 'key: "ci" means 2 keys' in refusal.value.sentence
    assert f"…{first[-4:]}" in refusal.value.sentence
    assert f"…{second[-4:]}" in refusal.value.sentence
    assert len(ids(deepgram, "ci")) == 2


async def test_a_name_that_no_key_has_offers_the_nearest(run):
    with pytest.raises(UsageError, match='"call-centre" is neither the name nor the id of a key in acme-prod') as no:
        await run("revoke-key call-centre")
    assert 'Did you mean "call-center"' in no.value.sentence


async def test_the_id_of_another_projects_key_is_named(run, deepgram):
    [elsewhere] = deepgram.staging.keys
    with pytest.raises(UsageError) as refusal:
        await run(f"revoke-key {elsewhere}")
    assert f'key: "{elsewhere}" is the id of no key in acme-prod; it belongs to another' in refusal.value.sentence
    assert len(deepgram.staging.keys) == 1


async def test_a_key_that_is_gone_meanwhile_is_revoked(run, deepgram):
    deepgram.fail("DELETE", "/v1/projects/*/keys/*", 404, times=1)
    assert (await run("revoke-key call-center")).headline.startswith("Revoked call-center")


async def test_after_a_crash_it_looks_whether_the_key_is_gone(run, resume):
    assert await resume("revoke-key call-center") is None
    await run("revoke-key call-center")
    reply = await resume("revoke-key call-center")
    assert reply.headline == 'acme-prod has no key "call-center" now: nothing can use it'


async def test_a_key_pasted_by_mistake_is_not_repeated(run):
    pasted = "0123456789abcdef" * 2 + "01234567"
    with pytest.raises(UsageError, match="looks like a key itself") as caught:
        await run(f"revoke-key {pasted}")
    assert pasted[:8] not in caught.value.sentence


ONE, TWO = "0b6a3c1e-1111-4222-8333-00000000211e", "0b6a3c1e-1111-4222-8333-00000000beef"


def meant(wanted, **comments):
    keys = [Key(api_key_id=key_id, comment=comments.get(name, name)) for name, key_id in (("one", ONE), ("two", TWO))]
    return [key.api_key_id for key in matches(keys, wanted)]


@pytest.mark.parametrize("dots", ["…", "...", "•••", "……"])
def test_after_dots_stands_the_end_of_an_id_and_never_a_name(dots):
    assert meant(f"{dots}211e", two=f"{dots}211e") == [ONE]
    assert meant(f"{dots}abcd", two=f"{dots}abcd") == []


async def test_an_end_that_no_id_has_is_told_without_guessing_at_names(run):
    with pytest.raises(UsageError, match=r'"…0000" is the end of no key.s id in acme-prod\. Its keys: '):
        await run("revoke-key …0000")


def test_a_word_that_is_one_keys_name_and_anothers_end_is_both():
    assert meant("211e", two="211e") == [ONE, TWO]
    assert meant("211E") == [ONE]


async def test_a_word_that_means_two_keys_revokes_neither(run, ctx, deepgram):
    end = (await create(ctx, "first"))[-4:]
    await create(ctx, end)
    with pytest.raises(UsageError, match=f'key: "{end}" means 2 keys'):
        await run(f"revoke-key {end}")
    assert len(ids(deepgram, "first")) == len(ids(deepgram, end)) == 1


def test_an_empty_name_means_no_key():
    assert meant("[dgbot:zzz]", two="") == []
    assert meant("[dgbot:zzz]", two="[dgbot:r1:1:abc]") == []


def test_an_id_never_means_the_key_that_is_named_like_it():
    gone = ONE.replace("211e", "0000")
    assert meant(gone, two=gone) == []


async def test_the_bots_own_key_is_not_the_bots_to_revoke(run, deepgram):
    own = next(key for key in deepgram.keys if key.secret == deepgram.api_key)
    for name in (own.comment, own.api_key_id, f"…{own.api_key_id[-4:]}"):
        with pytest.raises(UsageError, match="is the key that the bot itself works with"):
            await run(f'revoke-key "{name}"')
    assert own in deepgram.keys


async def test_a_deepgram_that_does_not_say_which_key_is_the_bots_keeps_no_key_alive(run, deepgram):
    deepgram.fail("GET", "/v1/auth/token", 404)
    await run("revoke-key call-center")
    assert "call-center" not in {key.comment for key in deepgram.keys}
