import re
from datetime import timedelta

import pytest

from dgbot import Buttons, Note, Table, Text
from dgbot.deepgram import KeyOptions
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.deepgram.edge.faults import Body
from dgbot_plugins import keys as keys_plugin
from dgbot_plugins.keys import ROWS
from tests.plugins.conftest import SUNDAY


@pytest.fixture(params=["legacy", "current"])
def deepgram(request):
    """Of the two wires one tells in the list when a key ends, the other does not."""
    return LocalDeepgram(lambda: SUNDAY, wire=request.param)


def rows(reply):
    """Every key by its name, in their order: those with buttons, then those of the table."""
    lines = [part.line for part in reply.parts if isinstance(part, Text) and " · " in part.line]
    found = [_row(line) for line in lines] + [row for p in reply.parts if isinstance(p, Table) for row in p.rows]
    return {row[1]: row for row in found}


def _row(line):
    [(name, tail)], rest = re.findall(r"(.+) \((…\w+)\)", line.split(" · ")[0]), line.split(" · ")[1:]
    return (tail, name, *rest)


def texts(reply):
    return [part.line for part in reply.parts if isinstance(part, Text) and " · " not in part.line]


def buttons(reply):
    return [button for part in reply.parts if isinstance(part, Buttons) for button in part.buttons]


async def create(ctx, comment, **options):
    made = KeyOptions(comment=comment, scopes=["usage:read"], **options)
    return (await ctx.deepgram.create_key(ctx.project.id, made)).api_key.api_key_id


async def test_a_row_says_whose_a_key_is_what_it_may_and_how_it_lives(run, deepgram):
    reply = await run("keys")
    assert reply.headline == "acme-prod has 6 keys"
    [key_id] = [key.api_key_id for key in deepgram.keys if key.comment == "call-center"]
    assert rows(reply)["call-center"] == (
        f"…{key_id[-4:]}", "call-center", "usage:write", "alice", "42 days old, no expiry 🟡",
    )  # fmt: skip
    assert rows(reply)["dashboards"][4] == "78 days old, ends in 12 days"


async def test_the_top_line_says_what_deserves_a_look_and_the_rows_begin_with_it(run):
    reply = await run("keys")
    assert texts(reply) == ["1 key belongs to somebody who left, 4 never expire, 1 is old."]
    names = list(rows(reply))
    assert names[0] == "legacy-import"
    assert rows(reply)["legacy-import"][3:] == ("erin@acme.test", "390 days old, no expiry, owner left, old 🟡")
    assert set(names[-2:]) == {"dashboards", "dgbot (the bot itself)"}


async def test_the_bots_own_key_may_much_and_lasts_without_being_a_concern(run):
    assert rows(await run("keys"))["dgbot (the bot itself)"][2:] == ("owner", "carol", "130 days old, no expiry")


async def test_each_key_is_asked_for_once_whatever_the_list_leaves_out(run, deepgram):
    await run("keys")
    deepgram.requests.clear()
    await run("keys")
    assert [seen.path for seen in deepgram.requests if "/keys/" in seen.path] == []


async def test_mine_are_those_of_my_account_at_deepgram(run):
    reply = await run("keys --mine")
    assert reply.headline == "You have 3 keys in acme-prod"
    assert set(rows(reply)) == {"call-center", "nightly-batch", "dashboards"}


async def test_a_key_that_deserves_a_look_can_be_rotated_and_revoked_from_its_row(run, deepgram):
    reply = await run("keys")
    worrying = ["legacy-import", "call-center", "nightly-batch", "voice-menu"]
    ids = [next(key.api_key_id for key in deepgram.keys if key.comment == name) for name in worrying]
    assert [button.value for button in buttons(reply)] == [
        f"{command} {key_id}" for key_id in ids for command in ("rotate-key", "revoke-key")
    ]
    assert {button.label for button in buttons(reply)} == {"Rotate…", "Revoke…"}
    assert all(button.confirm for button in buttons(reply) if button.label == "Rotate…"), "it would ask at once"


async def test_of_many_keys_that_deserve_a_look_the_gravest_have_buttons(run, monkeypatch):
    monkeypatch.setattr(keys_plugin, "WITH_BUTTONS", 2)
    reply = await run("keys")
    assert len(buttons(reply)) == 4
    [table] = [part for part in reply.parts if isinstance(part, Table)]
    assert [row[1] for row in table.rows if "🟡" in row[-1]] == ["nightly-batch", "voice-menu"]


async def test_more_than_a_screenful_is_counted_unless_all_is_asked_for(run, ctx):
    for number in range(ROWS):
        await create(ctx, f"ci-{number}")
    [table] = [part for part in (await run("keys")).parts if isinstance(part, Table)]
    assert (len(table.rows), table.more) == (ROWS, 2)
    [table] = [part for part in (await run("keys --all")).parts if isinstance(part, Table)]
    assert (len(table.rows), table.more) == (ROWS + 2, 0)


async def test_a_new_key_is_made_today_and_ends_today_without_a_remark(run, ctx):
    await create(ctx, "short [dgbot:r1:1:abcdef]", time_to_live_in_seconds=3600)
    assert rows(await run("keys"))["short"][4] == "made today, ends today"


async def test_a_list_without_the_bots_own_key_is_shown_and_called_incomplete(run, deepgram):
    deepgram.switch_on(Body(method="GET", path="/v1/projects/*/keys", body="lists"))
    notes = [part.line for part in (await run("keys")).parts if isinstance(part, Note)]
    assert any("lacks the key that the bot itself works with" in note for note in notes)


async def test_no_keys_of_mine_is_an_answer(run, deepgram):
    for key in list(deepgram.keys):
        if key.secret != deepgram.api_key:
            deepgram.production.delete_key(key.api_key_id, SUNDAY + timedelta())
    reply = await run("keys --mine")
    assert (reply.headline, reply.parts) == ("You have no keys in acme-prod", ())
