"""A command that needs words, typed without any: a form, and what becomes of it, through Bolt, inbox and outbox."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import pytest

from dgbot import ANYONE, Audience, Buttons, Context, Email, Help, Kind, Prose, Reply, UsageError, command, run_button
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Delivery
from dgbot.sandbox.slack import NotAccepted
from dgbot.sandbox.slack.world.contents import View
from tests.office import ALICE, CAROL, GENERAL, SUNDAY, Office

STRANGE = '  --scopes "it\'s" `x` \\ *b* & <!channel>\n\n-5 --help “q” '


@command("say", permission=ANYONE, repeat="safe")
async def say(ctx: Context, what: Annotated[str, Help("Anything")], *, note: Prose = "", loud: bool = False) -> Reply:
    """Say something where it was typed."""
    if what == "nonsense":
        raise UsageError('what: "nonsense" makes no sense here.')
    audience = Audience.CHANNEL if loud else Audience.REQUESTER
    return Reply(f"{what!r} {note!r}", audience=audience)


def modal(office: Office, who: str = "alice") -> View:
    view = office.slack.workspace.open_modal_of(office.slack.people[who].user_id)
    assert view is not None
    return view


def filled(**texts: str) -> dict[str, Any]:
    return {name: {name: {"type": "plain_text_input", "value": text}} for name, text in texts.items()}


async def sends(office: Office, view: View, who: str = "alice", **texts: str) -> str:
    """Submit *view* as it is given, whatever stands on the screen; return what is new there."""
    hands, mark = office.slack.people[who], office.slack.mark()
    delivered = await hands._interactions.submit(hands._user, view, filled(**texts))
    assert delivered.acked
    await office.settle()
    return "\n".join(hands.sees(mark))


@pytest.fixture
def saying(new_office) -> Callable[..., Any]:
    return lambda **changes: new_office(more=[say], **changes)


# Opening


async def test_a_key_is_asked_for_by_a_form(office):
    form = await office.asks("alice", "/deepgram create-key")
    for line in ("Create key", "Ask for an API key", "Name: ____", "Scopes: ____", "Time to live: 30d", "Reason: ____"):
        assert line in form
    told = await office.submits("alice", Name="nightly batch", Scopes="usage:read, usage:write", Reason="for bob")
    assert "Asked key-approvers for the key nightly batch." in told
    [card] = office.slack.channel_texts("key-approvals")
    assert "usage:read, usage:write" in card
    assert "30 days" in card
    assert "“for bob”" in card
    request = await office.the_request()
    assert (request.plan.name, request.plan.lives) == ("nightly batch", timedelta(days=30))
    assert office.slack.workspace.open_modal_of(ALICE) is None


async def test_nothing_is_waited_for_before_the_form_but_who_asks(office):
    await office.asks("alice", "/deepgram create-key")
    assert [call.method for call in office.slack.calls if call.method not in {"auth.test", "users.info"}] == [
        "usergroups.users.list", "views.open",
    ]  # fmt: skip
    assert office.deepgram.requests == []


@pytest.mark.parametrize("typed", ["create-key ci", "create-key --help", "help create-key", "usage", "balance-alert"])
async def test_whoever_types_words_or_needs_none_gets_no_form(office, typed):
    await office.asks("carol", f"/deepgram {typed}")
    assert office.calls("views.open") == []


@pytest.mark.parametrize(("who", "says"), [("alice", "You may not run invite"), ("gina", "Only full members")])
async def test_who_may_not_run_it_gets_no_form(office, who, says):
    assert says in await office.asks(who, "/deepgram invite")
    assert office.calls("views.open") == []


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id", "ratelimited", "invalid_arguments"])
async def test_a_form_that_comes_too_late_is_a_usage_line_instead(office, error):
    office.slack.faults.refuse("views.open", error)
    told = await office.asks("alice", "/deepgram create-key")
    assert "<name> is missing" in told
    assert "Usage: /deepgram create-key <name> --scopes <a,b>" in told


async def test_a_slack_that_does_not_answer_leads_to_the_usage_line(office):
    office.slack.faults.drop("views.open")
    assert "Usage: /deepgram create-key" in await office.asks("alice", "/deepgram create-key")


async def test_a_command_without_a_trigger_gets_the_usage_line(office):
    payload = {"user_id": CAROL, "channel_id": GENERAL, "text": "invite", "answer_to": "", "trigger_id": ""}
    await office.parts.inbox.receive(Delivery("d1", "typed:1", "command", SUNDAY, payload))
    await office.settle()
    assert "Usage: /deepgram invite <email>" in "\n".join(office.slack.people["carol"].sees())


async def test_a_button_that_types_no_words_opens_the_form_as_well(new_office):
    @command("offer", permission=ANYONE, repeat="safe")
    async def offer(ctx: Context) -> Reply:
        """Offer a key."""
        return Reply("A key?", (Buttons((run_button("New key", "create-key"),)),))

    async with new_office(more=[offer]) as office:
        await office.asks("alice", "/deepgram offer", "ops")
        assert "Name: ____" in await office.clicks("alice", "New key")
        told = await office.submits("alice", Name="ci", Scopes="usage:read")
        assert "Asked key-approvers for the key ci." in told
        [answer] = office.calls("chat.postEphemeral")
        assert answer["channel"] == "COPS00001"


# What is wrong


async def test_what_is_wrong_is_told_at_its_field_and_the_form_stays(office):
    await office.asks("carol", "/deepgram invite")
    with pytest.raises(NotAccepted) as refused:
        await office.submits("carol", Email="jürgen@co.com")
    assert refused.value.errors.keys() == {"email"}
    assert refused.value.errors["email"].startswith('"jürgen@co.com" contains "ü"')
    assert (await office.store.backlog(office.clock.now())).inbox == 0
    assert "Invited juergen@co.com" in await office.submits("carol", Email="juergen@co.com")
    assert [invite.email for invite in office.deepgram.invites] == ["juergen@co.com"]


async def test_a_form_that_does_not_fit_leaves_nothing_in_the_store(office):
    await office.asks("alice", "/deepgram create-key")
    before = await office.audit_log()
    for name in (" ", "x" * 61, "x[dgbot:1]"):
        with pytest.raises(NotAccepted) as refused:
            await office.submits("alice", Name=name, Scopes="usage:read")
        assert refused.value.errors.keys() == {"name"}
    assert await office.audit_log() == before


async def test_what_only_the_command_can_tell_is_told_where_it_was_typed(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        told = await sends(office, modal(office), what="nonsense")
        assert 'what: "nonsense" makes no sense here.' in told
        assert "Usage: /deepgram say <what>" in told


async def test_a_bug_in_reading_a_field_is_told_by_its_id(new_office):
    def breaks(text: str) -> str:
        raise RuntimeError(text)

    async def odd(ctx: Context, word: Any) -> Reply:
        """Break."""
        raise NotImplementedError

    odd.__annotations__["word"] = Annotated[str, Kind("a word", breaks)]
    async with new_office(more=[command("odd", permission=ANYONE)(odd)]) as office:
        await office.asks("alice", "/deepgram odd")
        assert re.search(r"Something broke \(id [0-9a-f]{8}\)", await office.submits("alice", Word="x"))


# What arrives


async def test_what_was_filled_in_arrives_as_it_was(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        await office.submits("alice", What=STRANGE, Note=STRANGE)
        [reply] = [call.arguments for call in office.slack.calls if call.method == "chat.postEphemeral"]
        assert reply["text"].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") == (
            f"{STRANGE.strip().replace(chr(10), ' ')!r} {STRANGE.strip()!r}"
        ).replace("*", "∗").replace("`", "ˋ")


async def test_the_inbox_keeps_the_texts_and_not_the_view(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        await office.submits("alice", What="a b", Note="n")
        sql = "SELECT payload FROM inbox ORDER BY received_at, occasion"
        kept = [json.loads(row[0]) for row in await office.store._run(lambda c: c.exec_driver_sql(sql).all())]
        assert [payload for payload in kept if "texts" in payload] == [
            {
                "user_id": ALICE,
                "channel_id": GENERAL,
                "text": 'say "a b" --note n',
                "command": "say",
                "texts": {"what": "a b", "note": "n", "loud": ""},
                "answer_to": f"{GENERAL}:{ALICE}",
            }
        ]


# Where the answer goes


async def test_the_answer_is_for_the_asker_alone_where_they_typed(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say", "ops")
        assert "'hello' ''" in await office.submits("alice", What="hello")
        [call] = office.calls("chat.postEphemeral")
        assert (call["channel"], call["user"]) == ("COPS00001", ALICE)
        assert office.slack.channel_texts("ops") == []


async def test_an_answer_for_everybody_is_posted_where_it_was_typed(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say", "ops")
        await office.submits("alice", What="hello", Loud="Yes")
        assert office.slack.channel_texts("ops") == ["'hello' ''"]


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived"])
@pytest.mark.parametrize("loud", ["", "Yes"])
async def test_where_the_bot_cant_speak_the_answer_is_a_direct_message(saying, error, loud):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        office.slack.faults.refuse("chat.postMessage" if loud else "chat.postEphemeral", error)
        assert "'hello' ''" in await office.submits("alice", What="hello", Loud=loud)
        [call] = office.calls("chat.postMessage")
        assert call["channel"] == office.slack.workspace.direct_channel(ALICE).channel_id


async def test_an_answer_that_slack_does_not_take_now_waits_in_the_outbox(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        office.slack.faults.fail("chat.postEphemeral", times=2)
        assert await office.submits("alice", What="hello") == ""
        await office.tick(timedelta(seconds=5))
        assert "'hello' ''" in "\n".join(office.slack.people["alice"].sees())


# What others must agree to


GATED = {"approvals": {"commands": ["invite", "say"]}}


async def test_a_form_asks_for_what_others_must_agree_to(new_office):
    async with new_office(settings=GATED) as office:
        form = await office.asks("carol", "/deepgram invite")
        assert "Reason: ____" in form
        assert "[Ask for approval]" in form
        told = await office.submits("carol", Email="new@co.com", Scope="admin", Reason="she leads\nthe team")
        assert "Asked key-approvers for invite new@co.com --scope admin." in told
        [card] = office.slack.channel_texts("key-approvals")
        assert "she leads" in card
        assert office.deepgram.invites == ()
        await office.clicks("bob", "Approve")
        [sent] = office.deepgram.invites
        assert (sent.email, sent.scope) == ("new@co.com", "admin")
        assert "Invited new@co.com" in "\n".join(office.slack.people["carol"].sees())


async def test_what_others_agreed_to_arrives_as_it_was_filled_in(new_office):
    got: list[tuple[str, str]] = []

    @command("say", permission=ANYONE, repeat="safe")
    async def say(ctx: Context, what: str, *, note: Prose = "") -> Reply:
        """Say something."""
        got.append((what, note))
        return Reply("Said.")

    async with new_office(settings=GATED, more=[say]) as office:
        await office.asks("alice", "/deepgram say")
        await office.submits("alice", What=f"-{STRANGE}", Note=STRANGE)
        assert got == []
        await office.clicks("bob", "Approve")
        assert got == [(f"-{STRANGE}".strip().replace("\n", " "), STRANGE.strip())]


async def test_a_reason_that_the_settings_want_must_be_filled_in(new_office):
    async with new_office(settings={"approvals": {"commands": ["invite"], "reason": "required"}}) as office:
        for who, typed, fields in (
            ("carol", "invite", {"Email": "new@co.com"}),
            ("alice", "create-key", {"Name": "ci", "Scopes": "usage:read"}),
        ):
            await office.asks(who, f"/deepgram {typed}")
            with pytest.raises(NotAccepted, match="required"):
                await office.submits(who, **fields)
            assert "Asked key-approvers" in await office.submits(who, **fields, Reason="why not")


# Twice, late, by somebody else


async def test_one_form_asks_once(office):
    await office.asks("alice", "/deepgram create-key")
    view, hands = modal(office), office.slack.people["alice"]
    state = filled(name="ci", reason="") | {
        "scopes": {"scopes": {"type": "multi_static_select", "selected_options": [{"value": "usage:read"}]}},
    }
    sent = [hands._interactions.submit(hands._user, view, state) for _ in range(2)]
    assert all(delivered.acked for delivered in await asyncio.gather(*sent))
    await office.settle()
    assert len(office.slack.channel_texts("key-approvals")) == 1
    assert len([text for text in hands.sees() if "Asked key-approvers" in text]) == 1


async def test_a_form_of_a_command_that_is_gone_says_so(saying, new_office):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        view = modal(office)
    async with new_office() as later:
        with pytest.raises(NotAccepted, match="from before the bot changed, and can't be used any more"):
            await sends(later, view, what="hello")


async def test_a_form_whose_fields_were_renamed_says_so(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        with pytest.raises(NotAccepted, match=r"from before the bot changed\. Type  /deepgram say  again"):
            await sends(office, modal(office), text="hello")


async def test_a_form_that_was_taken_before_the_command_went_is_refused_by_a_sentence(office):
    await office.parts.inbox.receive(taken("say", what="hello"))
    await office.settle()
    assert "This form is from before the bot changed" in "\n".join(office.slack.people["alice"].sees())


async def test_a_form_for_what_its_sender_may_not_run_is_refused(office):
    await office.asks("alice", "/deepgram create-key")
    view = modal(office)
    other = replace(view, content={**view.content, "blocks": [], "private_metadata": f"{GENERAL} invite"})
    assert "You may not run invite." in await sends(office, other, email="eve@co.com", scope="admin")
    assert office.deepgram.invites == ()
    assert (ALICE, "command.run", "refused") in await office.audit_log()


@pytest.mark.parametrize(
    "hidden", ["", "say", " say", "nowhere! say", "C say", "C1;DROP say", "U1 say", f"{GENERAL}:x say"]
)
async def test_a_form_that_names_no_channel_is_answered_in_a_direct_message(saying, hidden):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        view = modal(office)
        other = replace(view, content={**view.content, "private_metadata": hidden})
        try:
            told = await sends(office, other, what="hello")
        except NotAccepted as refused:
            told = str(refused)
        assert ("hello" in told) is hidden.endswith(" say")
        assert ("before the bot changed" in told) is not hidden.endswith(" say")


async def test_a_guest_who_has_a_form_of_better_days_is_refused(saying):
    async with saying() as office:
        await office.asks("alice", "/deepgram say")
        view = modal(office)
        gina = office.slack.people["gina"]
        await gina._interactions.submit(gina._user, view, filled(what="hello"))
        await office.settle()
        assert "Only full members" in "\n".join(gina.sees())


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (None, "before the bot changed"),
        ({"values": None}, "before the bot changed"),
        ({"values": {"what": {}}}, "before the bot changed"),
        ({"values": {"what": {"what": {}}}}, "This is missing"),
        ({"values": {"what": {"what": {"value": {"deep": 1}}}}}, "This is missing"),
        ({"values": {"what": {"what": {"selected_options": [5, {}, {"value": 5}, None]}}}}, "This is missing"),
        ({"values": {"what": {"what": {"selected_option": [], "value": "x" * 3001}}}}, "These are 3,001 characters"),
        ({"values": {"what": {"what": {"value": "\x00\u202e\ufeff"}}}}, "This is missing"),
    ],
)
async def test_a_form_that_nobody_could_have_filled_in_is_refused(saying, state, told, logged):
    async with saying() as office:
        form = {"type": "modal", "callback_id": "dg:command", "private_metadata": f"{GENERAL} say", "state": state}
        payload = {
            "type": "view_submission", "team": {"id": office.slack.team_id}, "user": {"id": ALICE}, "view": form,
        }  # fmt: skip
        delivered = await office.slack.delivery.send("interactive", payload)
        await office.settle()
        assert delivered.acked
        assert told in str(delivered.body) + "".join(office.slack.people["alice"].sees())
        assert [event for event in logged if event["log_level"] in {"error", "critical"}] == []


# After a crash


def taken(name: str, *, at: Any = SUNDAY, **texts: str) -> Delivery:
    payload = {
        "user_id": ALICE, "channel_id": GENERAL, "text": f"{name} …", "command": name, "texts": texts,
        "answer_to": f"{GENERAL}:{ALICE}",
    }  # fmt: skip
    return Delivery("d1", "form:V1", "command", at, payload)


async def test_a_form_that_a_dead_process_left_is_worked_on(saying, memory):
    await memory.receive(taken("say", what="hello"))
    async with saying() as office:
        await office.parts.inbox.resume()
        await office.settle()
        assert "'hello' ''" in "\n".join(office.slack.people["alice"].sees())


async def test_a_form_that_waited_too_long_is_not_worked_on(saying, memory):
    await memory.receive(taken("say", at=SUNDAY - timedelta(hours=2), what="hello"))
    async with saying() as office:
        await office.parts.inbox.resume()
        await office.settle()
        told = "\n".join(office.slack.people["alice"].sees())
        assert "The bot was down when you sent this" in told
        assert "/deepgram say …" in told
        assert "hello" not in told


async def test_an_effect_that_was_cut_off_is_looked_for_first(new_office, memory):
    done: list[str] = []

    async def found(ctx: Context, address: Email) -> Reply | None:
        return Reply(f"{address} was told already.")

    @command("tell", permission=ANYONE, resume=found)
    async def tell(ctx: Context, address: Email) -> Reply:
        """Tell somebody."""
        done.append(address)
        return Reply("Told.")

    await memory.receive(taken("tell", address="bob@co.com"))
    await memory.begin("d1", audit=AuditEvent(SUNDAY, ALICE, "command.begin", "d1", "begun"))
    async with new_office(more=[tell]) as office:
        await office.parts.inbox.resume()
        await office.settle()
        assert "bob@co.com was told already." in "\n".join(office.slack.people["alice"].sees())
    assert done == []


async def test_a_form_that_a_dead_process_did_not_open_is_a_usage_line(office):
    payload = {"user_id": CAROL, "channel_id": GENERAL, "text": "invite", "answer_to": "", "trigger_id": "1.2"}
    await office.store.receive(Delivery("d1", "trigger:1.2", "command", SUNDAY, payload))
    await office.parts.inbox.resume()
    await office.settle()
    assert "Usage: /deepgram invite <email>" in "\n".join(office.slack.people["carol"].sees())
