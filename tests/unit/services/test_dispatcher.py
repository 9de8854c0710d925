"""What comes back for what was typed, through the real guard, Bolt, inbox and outbox."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from dgbot import ANYONE, Context, KeyGrant, Reply, UsageError, command
from dgbot.deepgram import AsyncManageClient
from tests.office import ALICE


async def test_help_lists_only_what_the_asker_may_run(office):
    for_alice = await office.asks("alice", "/deepgram help")
    for_carol = await office.asks("carol", "/deepgram")
    assert "create-key" in for_alice
    assert "revoke-key" not in for_alice
    assert "invite" not in for_alice
    assert "revoke-key" in for_carol
    assert "invite" in for_carol


async def test_help_is_told_to_the_asker_alone(office):
    await office.asks("alice", "/deepgram help")
    assert office.slack.channel_texts("general") == []


@pytest.mark.parametrize("typed", ["help create-key", "create-key --help", "HELP create-key", "? create-key"])
async def test_one_commands_page_comes_in_every_way_of_asking(office, typed):
    page = await office.asks("alice", f"/deepgram {typed}")
    assert "create-key <name>" in page
    assert "--scopes" in page


async def test_the_page_of_a_command_that_the_asker_may_not_run_stays_shut(office):
    page = await office.asks("alice", "/deepgram help revoke-key")
    assert "You may not run revoke-key" in page
    assert "<key>" not in page


async def test_an_unknown_word_gets_the_nearest_usage(office):
    told = await office.asks("carol", "/deepgram invte bob@co.com")
    assert 'I don\'t know "invte". Did you mean  /deepgram invite <email>' in told


async def test_an_unknown_word_does_not_give_away_what_the_asker_may_not_run(office):
    told = await office.asks("alice", "/deepgram invte bob@co.com")
    assert 'I don\'t know "invte"' in told
    assert "<email>" not in told


async def test_a_refusal_names_the_permission_and_who_has_it(office):
    told = await office.asks("alice", "/deepgram invite bob@co.com")
    assert "You may not run invite" in told
    assert "members.write" in told
    assert "admins" in told
    assert len(office.deepgram.invites) == 0
    assert (ALICE, "command.run", "refused") in await office.audit_log()


async def test_a_refusal_says_when_no_role_has_the_permission(new_office):
    nothing: Any = {role: {"may": []} for role in ("developers", "admins", "key-approvers")}
    async with new_office(settings={"roles": nothing}) as office:
        assert "nobody: no role in the settings holds it" in await office.asks("alice", "/deepgram usage")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("invite not-an-email", "not-an-email"),
        ("invite a@b.co --scpoe admin", "--scpoe"),
        ('create-key "ci --scopes usage:read', "never closed"),
        ("create-key ci --scopes usage:reed", "usage:reed"),
        ("create-key ci --scopes usage:read --ttl 5x", "5x"),
        ("revoke-key 00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000"),
        ("x" * 10_000, "10,000"),
    ],
)
async def test_a_mistake_is_named_and_changes_nothing(office, typed, named):
    before = office.deepgram.keys, office.deepgram.invites
    told = await office.asks("carol", f"/deepgram {typed}")
    assert named in told
    assert (office.deepgram.keys, office.deepgram.invites) == before
    assert office.slack.channel_texts("key-approvals") == []


@pytest.mark.parametrize("typed", ["invite not-an-email", "create-key ci", "revoke-key nothing-like-it"])
async def test_a_mistake_comes_with_the_commands_usage(office, typed):
    told = await office.asks("carol", f"/deepgram {typed}")
    assert f"Usage: /deepgram {typed.split()[0]} <" in told


async def test_what_slack_makes_of_an_address_is_understood(office):
    told = await office.asks("carol", "/deepgram invite <mailto:dora@co.com|dora@co.com> —scope admin")
    assert "Invited dora@co.com" in told
    assert [invite.email for invite in office.deepgram.invites] == ["dora@co.com"]


def says(name: str, answer: Any, **options: Any):
    """Return a command open to anyone that gives, or raises, *answer*."""

    @command(name, permission=ANYONE, **options)
    async def run(ctx: Context, word: str = "") -> Any:
        """Do as the test says."""
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return run


@pytest.mark.parametrize("bug", [RuntimeError("the secret plan"), KeyError("x"), SystemExit(3), AssertionError()])
async def test_a_plugins_bug_is_told_by_an_id_that_the_log_has(new_office, logged, bug):
    async with new_office(more=[says("odd", bug)]) as office:
        told = await office.asks("alice", "/deepgram odd")
        found = re.search(r"Something broke \(id ([0-9a-f]{8})\)", told)
        assert found
        assert [event["error_id"] for event in logged if "error_id" in event] == [found[1]]
        assert "secret plan" not in told
        assert "What you may do" in await office.asks("alice", "/deepgram help"), "the bot goes on"
        assert (ALICE, "command.run", f"broke ({found[1]})") in await office.audit_log()


@pytest.mark.parametrize("answer", [None, "done", Reply(object()), Reply("x", ("not a part",))])  # type: ignore[arg-type]
async def test_whoever_asks_hears_of_an_answer_that_is_none(new_office, answer):
    async with new_office(more=[says("odd", answer)]) as office:
        assert "Something broke (id" in await office.asks("alice", "/deepgram odd")


async def test_a_plugins_usage_error_carries_the_usage_even_if_it_names_no_command(new_office):
    async with new_office(more=[says("odd", UsageError('word: "5x" is not a number.'))]) as office:
        told = await office.asks("alice", "/deepgram odd 5x")
        assert 'word: "5x" is not a number.' in told
        assert "Usage: /deepgram odd [<word>]" in told


@pytest.mark.parametrize(
    ("status", "headline", "next_step"),
    [
        (400, "Deepgram refused (400)", "Change what it names"),
        (401, "Deepgram refused the bot's key", "DEEPGRAM_API_KEY"),
        (402, "Deepgram refused (402)", "try again"),
        (409, "Deepgram refused (409)", "try again"),
        (429, "asked too often", "Try again in a minute"),
        (500, "Deepgram has a problem (500)", "Type the same again"),
        (503, "Deepgram has a problem (503)", "Type the same again"),
        (0, "not in a way that can be trusted", "Type the same again"),
    ],
)
async def test_what_deepgram_refuses_is_told_in_its_words_with_what_to_do_next(office, status, headline, next_step):
    office.deepgram.fail("DELETE", "/v1/projects/*/keys/*", status)
    told = await office.asks("carol", "/deepgram revoke-key call-center --now")
    assert headline in told
    assert next_step in told
    if status:
        assert "Deepgram says: " in told
        assert "request id" in told


@pytest.mark.parametrize(
    ("status", "next_step"),
    [
        (404, "must set deepgram.project"),
        (503, "Try again in a few minutes"),
        (0, "Nothing was changed. Try again in a minute"),
        (429, "in a minute"),
    ],
)
async def test_a_command_that_only_reads_leaves_nothing_in_doubt(office, status, next_step):
    office.deepgram.fail("GET", "/v1/*", status)
    told = await office.asks("carol", "/deepgram usage")
    assert next_step in told
    assert "may or may not" not in told


async def test_a_missing_scope_of_the_bots_key_is_named(office):
    office.deepgram.fail("*", "/v1/projects/*/keys", 403)
    told = await office.asks("carol", "/deepgram revoke-key ci")
    assert "Deepgram refused" in told
    assert "bot's key" in told


async def test_a_deepgram_that_cant_be_reached_is_told_as_such(new_office):
    nowhere = AsyncManageClient("k" * 40, base_url="http://127.0.0.1:1", retries=0)
    async with nowhere, new_office(manage=nowhere) as office:
        told = await office.asks("carol", "/deepgram usage")
        assert "Deepgram can't be reached" in told
        assert "Nothing was changed" in told


async def test_who_is_no_full_member_gets_one_line(office):
    assert "Only full members of this workspace" in await office.asks("gina", "/deepgram help")


async def test_a_key_plan_from_a_command_without_approval_is_asked_for_all_the_same(new_office):
    @command("my-key", permission=ANYONE, repeat="safe")
    async def my_key(ctx: Context) -> KeyGrant:
        """Plan a key."""
        return KeyGrant("mine", ("usage:read",), timedelta(days=1), "")

    async with new_office(more=[my_key]) as office:
        before = office.deepgram.keys
        await office.asks("alice", "/deepgram my-key")
        assert office.deepgram.keys == before
        assert len(office.slack.channel_texts("key-approvals")) == 1


@pytest.mark.parametrize("words", ["help help", "help", "", "HELP"])
async def test_help_on_help_is_help(office, words):
    assert "What you may do" in await office.asks("carol", f"/deepgram {words}")


@pytest.mark.parametrize("words", ["help balance-alert", "balance-alert --help", "balance-alert set 50 --help"])
async def test_a_group_is_explained_by_its_commands(office, words):
    told = await office.asks("carol", f"/deepgram {words}")
    assert "balance-alert set" in told
    assert "don't know" not in told


@pytest.mark.parametrize("words", ["help alerts", "alerts --help"])
async def test_help_on_a_group_tells_of_the_command_that_is_its_name_alone(office, words):
    told = await office.asks("carol", f"/deepgram {words}")
    assert "/deepgram alerts [--rule name] [--channel #x] [--page 1]" in told
    assert "What fires now, and who looks after it." in told
    assert "/deepgram alerts ack 7f3a09c1de" in told
