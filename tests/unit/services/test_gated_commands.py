"""Any command can wait for others: it runs once, as they agreed to it, with the rights of whoever asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dgbot import Context, Reply, UsageError, command
from dgbot.domain.identity import Role
from dgbot.domain.plans import CommandPlan
from dgbot.domain.request_states import State
from tests.office import BOB, CAROL, POLICY

GATED = {"approvals": {"commands": ["invite"]}}
INVITE = '/deepgram invite new@co.com --scope admin --reason "joins on Monday"'


def calls(office, method="POST", end="/invites"):
    return [seen for seen in office.deepgram.requests if seen.method == method and seen.path.endswith(end)]


async def test_a_command_waits_runs_once_and_its_asker_reads_the_answer(new_office):
    async with new_office(settings=GATED) as office:
        assert "Asked key-approvers for invite new@co.com --scope admin" in await office.asks("carol", INVITE)
        [card] = office.slack.channel_texts("key-approvals")
        assert "carol asks to run · invite new@co.com" in card
        assert "Runs /deepgram invite new@co.com --scope admin" in card
        assert "“joins on Monday”" in card
        assert calls(office) == []
        await office.clicks("bob", "Approve")
        [card] = office.slack.channel_texts("key-approvals")
        assert "🟢 carol's invite new@co.com --scope admin was approved by bob" in card
        told = "\n".join(office.slack.people["carol"].sees())
        assert "Invited new@co.com to acme-prod as admin" in told
        assert "Approved by bob, and done: invite new@co.com" in told
        assert len(calls(office)) == 1


async def test_the_card_names_the_channel_that_the_command_runs_in(new_office):
    async with new_office(settings={"approvals": {"commands": ["balance-alert set"]}}) as office:
        await office.asks("carol", "/deepgram balance-alert set 5 --name low", "alerts")
        [card] = office.slack.channel_texts("key-approvals")
        assert "In #alerts" in card
        assert "Asked" in await office.asks("carol", "/deepgram balance-alert set 5 --name low", "general")
        assert len(office.slack.channel_texts("key-approvals")) == 2, "in another channel it is something else"


async def test_what_was_agreed_to_for_another_project_is_not_run_on_this_one(new_office):
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        request = await office.the_request()
        assert isinstance(request.plan, CommandPlan)
        other = replace(request, plan=replace(request.plan, project_id="p2", project_name="acme-dev"))
        await office.force(request, other)
        await office.parts.approvals.approve(other, POLICY.principal(BOB, frozenset({"SKEYAPPR1"})))
        await office.settle()
        assert "agreed to for acme-dev; by now the bot runs acme-prod" in "\n".join(office.slack.people["carol"].sees())
        assert calls(office) == []
        assert (await office.standing(other)).state is State.FAILED


async def test_a_question_waits_for_nobody_and_what_follows_from_it_does(new_office):
    async with new_office(settings={"approvals": {"commands": ["remove-member"]}}) as office:
        asked = await office.asks("carol", "/deepgram remove-member alice@acme.test")
        assert "Nothing has changed yet" in asked
        assert office.slack.channel_texts("key-approvals") == []
        await office.clicks("carol", "Remove them")
        [card] = office.slack.channel_texts("key-approvals")
        assert "Runs /deepgram remove-member alice@acme.test --now" in card
        assert calls(office, "DELETE", "") == []
        await office.clicks("bob", "Approve")
        assert len(calls(office, "DELETE", "")) == 1
        assert len(office.slack.channel_texts("key-approvals")) == 1


async def test_what_does_not_parse_is_told_at_once_and_asks_nobody(new_office):
    async with new_office(settings=GATED) as office:
        assert "Usage: /deepgram invite" in await office.asks("carol", "/deepgram invite nonsense")
        assert office.slack.channel_texts("key-approvals") == []


async def test_an_approval_lends_no_rights(new_office):
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        office.parts.rights._policy = replace(POLICY, roles={**POLICY.roles, "admins": Role()})
        await office.clicks("bob", "Approve")
        assert "You may not run invite" in "\n".join(office.slack.people["carol"].sees())
        assert calls(office) == []
        assert "🔴 carol's invite" in office.slack.channel_texts("key-approvals")[0]


async def test_what_deepgram_refuses_is_told_to_both_sides(new_office):
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        office.deepgram.fail("POST", "*/invites", 403)
        await office.clicks("bob", "Approve")
        assert "could not be done" in "\n".join(office.slack.people["carol"].sees())
        assert "but failed" in office.slack.channel_texts("key-approvals")[0]


async def test_a_crash_after_the_yes_and_before_the_run_loses_nothing(new_office):
    async with new_office(settings=GATED) as before:
        await before.asks("carol", INVITE)
        request = await before.the_request()
        before.parts.inbox._closing.set()  # from here on nothing is begun, as if the process were gone
        await before.parts.approvals.approve(request, POLICY.principal(BOB, frozenset({"SKEYAPPR1"})))
        assert calls(before) == []
    async with new_office(settings=GATED) as after:
        await after.parts.inbox.resume()
        await after.settle()
        assert len(calls(after)) == 1
        assert (await after.standing(request)).state is State.DONE


async def test_a_crash_between_the_run_and_its_note_looks_first(new_office):
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        request = await office.the_request()
        await office.clicks("bob", "Approve")
        again = replace(await office.standing(request), state=State.APPROVED)
        await office.force(await office.standing(request), again)
        sql = "UPDATE inbox SET finished_at = NULL, begun = 1 WHERE kind = 'approved'"
        await office.store._run(lambda connection: connection.exec_driver_sql(sql))
        await office.parts.inbox.resume()
        await office.settle()
        assert len(calls(office)) == 1
        assert (await office.standing(request)).state is State.DONE


async def test_a_command_whose_intent_the_database_could_not_keep_is_run_a_little_later(
    new_office, monkeypatch, logged
):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        request, store = await office.the_request(), office.store
        change = "BEFORE UPDATE OF begun ON inbox WHEN NEW.begun BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        await store._run(lambda connection: connection.exec_driver_sql(f"CREATE TRIGGER away {change}"))
        await office.slack.people["bob"].clicks("Approve")
        async with asyncio.timeout(5):
            while not any(event["event"] == "delivery not finished" for event in logged):
                await asyncio.sleep(0.001)
        assert calls(office) == []
        await store._run(lambda connection: connection.exec_driver_sql("DROP TRIGGER away"))
        await office.settle()
        assert len(calls(office)) == 1
        assert (await office.standing(request)).state is State.DONE


async def test_a_bot_that_stood_still_until_another_one_took_its_command_over_does_not_run_it(new_office, monkeypatch):
    monkeypatch.setattr("dgbot.services.inbox.PAUSES", (0.001,))
    ran: list[str] = []

    @command("launch", permission="usage.read", approval=True)
    async def launch(ctx: Context) -> Reply:
        """Launch it."""
        ran.append(ctx.principal.user_id)
        return Reply("Launched")

    async with new_office(more=[launch]) as office:
        await office.asks("carol", "/deepgram launch")
        request, store, execution = await office.the_request(), office.store, office.parts.dispatcher._execution
        context = execution._context

        async def slow(*asked):
            execution._context = context
            first, store._me = store._me, "another bot"
            [taken] = [one for one in await store.take_over() if one.kind == "approved"]
            await office.parts.reception.work(taken)
            await store.finish(taken.id, office.clock.now())
            store._me = first
            return await context(*asked)

        execution._context = slow
        await office.clicks("bob", "Approve")
        assert ran == [CAROL]
        assert (await office.standing(request)).state is State.DONE
        assert "Something broke" not in "\n".join(office.slack.people["carol"].sees())


@command("shout", permission="usage.read", approval=True, repeat="safe")
async def shout(ctx: Context, word: str, *, reason: str = "") -> Reply:
    """Say a word loudly."""
    if word == "no":
        raise UsageError("word: no is not shouted here.")
    return Reply(f"{word.upper()} {reason}")


@pytest.mark.parametrize("word", ["hello", "two words & more", "--dash", "it's"])
async def test_a_decorator_gates_too_and_the_words_arrive_as_they_were_approved(new_office, word):
    async with new_office(more=[shout]) as office:
        quoted = '"' + word + '"'
        line = f"/deepgram shout {'-- ' if word.startswith('-') else ''}{quoted}"
        assert "Asked" in await office.asks("alice", line)
        await office.clicks("bob", "Approve")
        assert word.upper() in "\n".join(office.slack.people["alice"].sees())


async def test_a_command_with_a_reason_of_its_own_keeps_it(new_office):
    async with new_office(more=[shout]) as office:
        await office.asks("alice", "/deepgram shout hi --reason because")
        await office.clicks("bob", "Approve")
        assert "HI because" in "\n".join(office.slack.people["alice"].sees())


async def test_help_says_that_it_waits(new_office):
    async with new_office(more=[shout]) as office:
        assert "somebody else must approve" in await office.asks("alice", "/deepgram help shout")


async def test_nobody_approves_their_own_command(new_office):
    async with new_office(settings=GATED) as office:
        await office.asks("carol", INVITE)
        assert "Ask someone else" in await office.clicks("carol", "Approve")
        assert calls(office) == []
