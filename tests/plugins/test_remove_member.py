import re
from dataclasses import replace

import pytest

from dgbot import Buttons, Facts, Table, UsageError
from dgbot.deepgram import DeepgramApiError, InviteOptions, KeyOptions
from dgbot_plugins import _key_use

ALICE = "alice@acme.test"


def emails(deepgram):
    return {member.email for member in deepgram.members}


def part(reply, kind):
    return next((part for part in reply.parts if isinstance(part, kind)), None)


async def invite(ctx, email, scope="member"):
    await ctx.deepgram.send_invite(ctx.project.id, InviteOptions(email=email, scope=scope))


async def test_shows_the_role_and_the_keys_that_go_before_anything_changes(run, deepgram):
    reply = await run(f"remove-member {ALICE}")
    lost = r"The 3 keys that they made go with them, [\d,]+ requests in the last 7 days: whatever uses them fails\."
    assert re.fullmatch(rf"Remove {ALICE} from acme-prod\? {lost}", reply.headline)
    assert dict(part(reply, Facts).pairs) == {"Role": "member"}
    table = part(reply, Table)
    assert table.columns == ("Ends in", "Name", "Scopes", "Requests, 7 days")
    assert {row[1] for row in table.rows} == {"call-center", "nightly-batch", "dashboards"}
    assert table.rows[-1][1:] == ("dashboards", "usage:read", "0")
    [button] = part(reply, Buttons).buttons
    assert (button.label, button.value, button.style) == ("Remove them", f"remove-member {ALICE} --now", "danger")
    assert re.fullmatch(rf"{ALICE}: {lost} This can't be undone\.", button.confirm.text)
    assert ALICE in emails(deepgram)
    assert {seen.method for seen in deepgram.requests} == {"GET"}


async def test_removes_at_once_when_told_so_and_says_which_keys_went(run, deepgram):
    reply = await run("remove-member Alice@ACME.test --now")
    assert reply.headline == "Removed Alice@acme.test from acme-prod"
    assert {row[1] for row in part(reply, Table).rows} == {"call-center", "nightly-batch", "dashboards"}
    assert ALICE not in emails(deepgram)
    assert "call-center" not in {key.comment for key in deepgram.keys}


async def test_keys_that_dgbot_made_are_not_counted_among_theirs(run, ctx, deepgram):
    await ctx.deepgram.create_key(ctx.project.id, KeyOptions(comment="ci [dgbot:r1:1:abc]", scopes=["usage:read"]))
    reply = await run("remove-member erin@acme.test --now")
    assert [row[1] for row in part(reply, Table).rows] == ["legacy-import"]
    assert "Keys that dgbot made for them are not theirs and stay." in str(reply.parts)
    assert "ci [dgbot:r1:1:abc]" in {key.comment for key in deepgram.keys}


async def test_many_keys_are_counted_beyond_the_first(run, deepgram):
    [key] = [key for key in deepgram.production.keys.values() if key.comment == "legacy-import"]
    for number in range(14):
        key_id = f"{number:032x}"
        deepgram.production.keys[key_id] = replace(key, api_key_id=key_id, secret=f"{number:040x}", comment="n" * 3000)
    table = part(await run("remove-member erin@acme.test"), Table)
    assert (len(table.rows), table.more) == (10, 5)
    assert max(len(row[1]) for row in table.rows) <= 60


@pytest.mark.parametrize("status", [403, 500, 0])
async def test_without_the_use_of_their_keys_the_keys_are_listed_all_the_same(run, deepgram, status):
    deepgram.fail("GET", "*/usage/breakdown", status)
    reply = await run(f"remove-member {ALICE}")
    assert "The 3 keys that they made go with them: whatever uses them fails." in reply.headline
    assert part(reply, Table).columns == ("Ends in", "Name", "Scopes")


async def test_a_slow_answer_about_use_is_not_waited_for(run, deepgram, monkeypatch):
    monkeypatch.setattr(_key_use, "SECONDS", 0.05)
    deepgram.delay(5, "*/usage/breakdown")
    assert len(part(await run(f"remove-member {ALICE}"), Table).rows) == 3
    deepgram.hang_up()


async def test_nobody_is_removed_while_their_keys_cant_be_listed(run, deepgram):
    deepgram.fail("GET", "*/keys", 403)
    for line in (f"remove-member {ALICE}", f"remove-member {ALICE} --now"):
        with pytest.raises(DeepgramApiError):
            await run(line)
    assert ALICE in emails(deepgram)


@pytest.mark.parametrize("switch", ["", " --now"])
async def test_the_last_owner_stays(run, deepgram, switch):
    with pytest.raises(UsageError, match=r"carol@acme\.test is the only owner of acme-prod"):
        await run(f"remove-member carol@acme.test{switch}")
    assert "carol@acme.test" in emails(deepgram)


@pytest.mark.parametrize("switch", ["", " --now"])
async def test_the_bots_own_member_is_not_the_bots_to_remove(run, ctx, deepgram, switch):
    erin = next(member for member in deepgram.members if member.email == "erin@acme.test")
    await ctx.deepgram.update_member_scope(ctx.project.id, erin.member_id, scope="owner")
    with pytest.raises(UsageError, match=r"carol@acme\.test is the member whose key the bot itself works with"):
        await run(f"remove-member carol@acme.test{switch}")
    assert "carol@acme.test" in emails(deepgram)


async def test_while_deepgram_does_not_say_which_key_is_the_bots_nobody_with_keys_is_removed(run, deepgram):
    deepgram.fail("GET", "/v1/auth/token", 503)
    with pytest.raises(UsageError, match="doesn't tell just now which key the bot itself works with"):
        await run(f"remove-member {ALICE} --now")
    assert ALICE in emails(deepgram)


@pytest.mark.parametrize("switch", ["", " --now"])
async def test_who_was_only_invited_is_not_invited_any_more(run, ctx, deepgram, switch):
    await invite(ctx, "dora@co.com", "admin")
    reply = await run(f"remove-member Dora@co.com{switch}")
    assert reply.headline == "Withdrew the invitation of Dora@co.com to acme-prod as admin"
    assert deepgram.invites == ()


async def test_an_invitation_that_is_gone_meanwhile_is_not_there(run, ctx, deepgram):
    await invite(ctx, "dora@co.com")
    deepgram.fail("DELETE", "*/invites/*", 404, times=1)
    assert "withdrawn by an earlier try, or accepted" in str(await run("remove-member dora@co.com"))


async def test_who_is_neither_in_nor_invited_is_named(run):
    with pytest.raises(UsageError, match=r'email: "dora@co\.com" is neither in acme-prod nor invited'):
        await run("remove-member dora@co.com --now")


async def test_a_member_who_is_gone_meanwhile_is_removed(run, deepgram):
    deepgram.fail("DELETE", "*/members/*", 404, times=1)
    reply = await run(f"remove-member {ALICE} --now")
    assert reply.headline.startswith("Removed ")
    assert "was faster" in str(reply.parts)


async def test_after_a_crash_it_looks_whether_they_are_gone(run, ctx, resume):
    line = f"remove-member {ALICE} --now"
    assert await resume(line) is None
    await run(line)
    reply = await resume(line)
    assert reply.headline == f"{ALICE} is neither in acme-prod nor invited now"
    await invite(ctx, ALICE)
    assert await resume(line) is None, "an invitation is taken back"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("remove-member", "<email> is missing: an e-mail address such as bob@company.com."),
        ("remove-member bob", 'email: "bob" is not an e-mail address such as bob@company.com.'),
    ],
)
async def test_bad_input_gets_one_sentence_and_sends_nothing(run, deepgram, line, sentence):
    with pytest.raises(UsageError) as refusal:
        await run(line)
    assert refusal.value.sentence == sentence
    assert refusal.value.usage == "remove-member <email> [--now]"
    assert deepgram.requests == []
