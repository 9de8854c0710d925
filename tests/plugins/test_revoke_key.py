import re
from datetime import timedelta

import pytest

from dgbot import Buttons, Facts, Table, UsageError
from dgbot.deepgram import Key, KeyOptions
from dgbot.sandbox.deepgram.edge.faults import Body
from dgbot_plugins import _key_use
from dgbot_plugins._key_use import Use
from dgbot_plugins._which_key import matches
from tests.office import SUNDAY


def ids(deepgram, comment):
    return [key.api_key_id for key in deepgram.keys if key.comment.startswith(comment)]


async def create(ctx, comment):
    options = KeyOptions(comment=comment, scopes=["usage:read"])
    return (await ctx.deepgram.create_key(ctx.project.id, options)).api_key.api_key_id


def buttons(reply):
    return [button for part in reply.parts if isinstance(part, Buttons) for button in part.buttons]


def facts(reply):
    return next(dict(part.pairs) for part in reply.parts if isinstance(part, Facts))


async def test_shows_what_is_known_before_anything_changes(run, deepgram):
    [key_id] = ids(deepgram, "call-center")
    reply = await run("revoke-key call-center")
    used = r"[\d,]+ requests used it in the last 7 days\. They will fail at once\."
    assert re.fullmatch(rf"Revoke call-center \(…{key_id[-4:]}\)\? {used}", reply.headline)
    shown = facts(reply)
    assert (shown["Owner"], shown["Scopes"], shown["Ends"]) == ("alice@acme.test", "usage:write", "never")
    assert shown["Created"] == (SUNDAY - timedelta(days=42),)
    counted, last = shown["Use"]
    assert re.fullmatch(r"[\d,]+ requests in the last 7 days, the last ", counted)
    assert SUNDAY - timedelta(hours=1) < last <= SUNDAY
    [button] = buttons(reply)
    assert (button.label, button.value, button.style) == ("Revoke it", f"revoke-key {key_id} --now", "danger")
    asks = rf"call-center \(…{key_id[-4:]}\): {used} This can't be undone\."
    assert re.fullmatch(asks, button.confirm.text)
    assert ids(deepgram, "call-center") == [key_id]
    assert {seen.method for seen in deepgram.requests} == {"GET"}


async def test_says_when_a_key_ends_and_that_it_is_idle(run, ctx):
    options = KeyOptions(comment="idle", scopes=["usage:read"], time_to_live_in_seconds=3600)
    await ctx.deepgram.create_key(ctx.project.id, options)
    reply = await run("revoke-key idle")
    assert reply.headline.endswith("? Deepgram shows no request with it in the last 90 days.")
    assert facts(reply)["Ends"] == (SUNDAY + timedelta(hours=1),)
    assert facts(reply)["Use"] == "Deepgram shows no request in the last 90 days"


@pytest.mark.parametrize("status", [403, 404, 0, 500])
async def test_what_deepgram_does_not_tell_holds_up_nothing(run, deepgram, status):
    deepgram.fail("GET", "*/usage/breakdown", status)
    deepgram.fail("GET", "*/requests", status)
    deepgram.fail("GET", "*/keys/*", status)
    reply = await run("revoke-key call-center")
    assert (facts(reply)["Use"], facts(reply)["Ends"]) == (
        "Deepgram doesn't tell how it is used",
        "Deepgram doesn't tell",
    )
    assert len(buttons(reply)) == 1


async def test_a_slow_answer_about_use_is_not_waited_for(run, deepgram, monkeypatch):
    monkeypatch.setattr(_key_use, "SECONDS", 0.05)
    deepgram.delay(5, "*/usage/breakdown")
    deepgram.delay(5, "*/requests")
    assert facts(await run("revoke-key call-center"))["Use"] == "Deepgram doesn't tell how it is used"
    deepgram.hang_up()


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (Use(12_300, SUNDAY, idle=False), ("12,300 requests in the last 7 days, the last ", SUNDAY)),
        (Use(1, None, idle=False), "1 request in the last 7 days"),
        (Use(0, SUNDAY, idle=False), ("last used ", SUNDAY)),
        (Use(0, None, idle=False), "Deepgram shows no request in the last 7 days"),
        (Use(0, None, idle=True), "Deepgram shows no request in the last 90 days"),
        (Use(None, SUNDAY, idle=False), ("last used ", SUNDAY)),
        (Use(None, None, idle=False), "Deepgram doesn't tell how it is used"),
    ],
)
def test_use_is_said_as_far_as_it_is_known(use, told):
    assert use.line == told


async def test_a_count_that_lags_behind_the_newest_request_is_not_believed(run, deepgram):
    deepgram.switch_on(Body(method="GET", path="*/usage/breakdown", body="object"))
    reply = await run("revoke-key call-center")
    assert facts(reply)["Use"][0] == "last used "
    assert reply.headline.endswith("? Whatever uses it fails at once.")


def test_what_is_lost_is_said_as_far_as_it_is_known():
    assert Use(1, SUNDAY, idle=False).loss == "1 request used it in the last 7 days. They will fail at once."
    assert Use(0, SUNDAY, idle=False).loss == "Deepgram shows no request with it in the last 7 days."
    assert Use(None, None, idle=True).loss == "Deepgram shows no request with it in the last 90 days."
    assert Use(None, SUNDAY, idle=False).loss == "Whatever uses it fails at once."


async def test_revokes_by_name_and_says_whose_key_it_was(run, deepgram):
    [key_id] = ids(deepgram, "call-center")
    reply = await run("revoke-key call-center --now")
    assert reply.headline == f"Revoked call-center (…{key_id[-4:]}): whatever used it fails from now on"
    assert dict(reply.parts[0].pairs) == {"Owner": "alice@acme.test", "Scopes": "usage:write"}
    assert ids(deepgram, "call-center") == []


async def test_revokes_by_id_and_by_the_end_of_it(run, deepgram):
    await run(f"revoke-key {ids(deepgram, 'call-center')[0]} --now")
    await run(f"revoke-key …{ids(deepgram, 'voice-menu')[0][-4:]} --now")
    assert ids(deepgram, "call-center") == ids(deepgram, "voice-menu") == []


async def test_the_bots_mark_is_not_part_of_a_name(run, ctx, deepgram):
    await create(ctx, "nightly [dgbot:r1:1:abcdef]")
    reply = await run("revoke-key nightly --now")
    assert reply.headline.startswith("Revoked nightly (…")
    assert ids(deepgram, "nightly [") == []


async def test_a_name_that_two_keys_have_shows_each_with_a_button_of_its_own(run, ctx, deepgram):
    both = [await create(ctx, "ci"), await create(ctx, "ci")]
    for line in ("revoke-key ci", "revoke-key ci --now"):
        reply = await run(line)
        assert reply.headline == '"ci" means 2 keys. Which one shall be revoked?'
        assert [button.label for button in buttons(reply)] == [f"Revoke …{key_id[-4:]}" for key_id in both]
        assert [button.value for button in buttons(reply)] == [f"revoke-key {key_id} --now" for key_id in both]
        assert all(button.style == "danger" and button.confirm for button in buttons(reply))
    assert len(ids(deepgram, "ci")) == 2


async def test_of_many_keys_of_one_name_the_first_are_shown_and_the_others_counted(run, ctx):
    for _ in range(12):
        await create(ctx, "ci")
    reply = await run("revoke-key ci")
    [table] = [part for part in reply.parts if isinstance(part, Table)]
    assert (len(table.rows), table.more, len(buttons(reply))) == (10, 2, 10)


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
    assert (await run("revoke-key call-center --now")).headline.startswith("Revoked call-center")


async def test_after_a_crash_it_looks_whether_the_key_is_gone(run, resume):
    assert await resume("revoke-key call-center --now") is None
    await run("revoke-key call-center --now")
    reply = await resume("revoke-key call-center --now")
    assert reply.headline == 'acme-prod has no key "call-center" now: nothing can use it'
    assert await resume("revoke-key call-center") is None, "who only asked is answered as ever"


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
    with pytest.raises(UsageError, match=r'"0000…" is the start of no key.s id in acme-prod\. Its keys: '):
        await run("revoke-key 0000…")


def test_a_word_of_four_or_more_is_the_start_of_an_id_too():
    assert meant("0b6a") == meant("0b6a3c1e-1111-4222") == [ONE, TWO]
    assert meant("0b6a3c1e-1111-4222-8333-00000000B") == meant("0b6a3c1e-1111-4222-8333-00000000b…") == [TWO]
    assert meant("0b6") == meant("b6a3") == []


@pytest.mark.parametrize("dots", ["…", "...", "•••", "……"])
def test_before_dots_stands_the_start_of_an_id_and_never_a_name(dots):
    assert meant(f"0b6a{dots}", two=f"0b6a{dots}") == [ONE, TWO]
    assert meant(f"211e{dots}", two=f"211e{dots}") == []


def test_a_word_that_is_one_keys_name_and_anothers_end_is_both():
    assert meant("211e", two="211e") == [ONE, TWO]
    assert meant("211E") == [ONE]


async def test_a_word_that_means_two_keys_revokes_neither(run, ctx, deepgram):
    end = (await create(ctx, "first"))[-4:]
    await create(ctx, end)
    assert (await run(f"revoke-key {end} --now")).headline.startswith(f'"{end}" means 2 keys.')
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
            await run(f'revoke-key "{name}" --now')
    assert own in deepgram.keys


@pytest.mark.parametrize("status", [404, 503])
async def test_while_deepgram_does_not_say_which_key_is_the_bots_none_is_revoked(run, deepgram, status):
    deepgram.fail("GET", "/v1/auth/token", status)
    own = next(key for key in deepgram.keys if key.secret == deepgram.api_key)
    for name in ("call-center", own.api_key_id):
        with pytest.raises(UsageError, match=r"doesn't tell just now which key the bot itself works with.*console"):
            await run(f"revoke-key {name} --now")
    assert own in deepgram.keys
    assert "call-center" in {key.comment for key in deepgram.keys}
    deepgram.heal()
    assert (await run("revoke-key call-center --now")).headline.startswith("Revoked call-center")
