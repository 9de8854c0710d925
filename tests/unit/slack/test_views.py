"""Everything that the bot can draw is something that Slack takes, whatever people and Deepgram wrote into it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgbot.adapters.slack import modals, payloads, replies, requests
from dgbot.adapters.slack.mrkdwn import _QUOTE, LONGEST, clean, cut_marked, fallback, mrkdwn, plain_text
from dgbot.blockkit import check_blocks, check_view
from dgbot.deepgram import Secret
from dgbot.domain.alerting.states import RECOVERED, AlertState, Incident, Phase
from dgbot.domain.alerting.telling import Acknowledgement, Act, Post, Snooze, Told, Why
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.charts import Chart, Series
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import (
    Audience,
    Button,
    Buttons,
    ChannelLink,
    Confirm,
    Everyone,
    Facts,
    GroupMention,
    Mention,
    Note,
    Reply,
    Table,
    Text,
    WebLink,
    run_button,
)
from dgbot.domain.request_states import State
from dgbot.domain.spans import in_words
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.cards import card
from dgbot.services.alerting.following import follow
from dgbot.services.alerting.telling import Telling
from dgbot.services.facts import facts_of, reply_of
from dgbot.services.panes import Creating, DenyForm, Details, NewKey, Sorry

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = (
    "<!channel> *x* <@U1> _y_ ~z~ `c` <https://evil|console> & @here <#C1> <!date^1^{date}|x> <!subteam^S1>",
    "> quoted",
    "```\nrm -rf\n```",
    "\u202ereversed\u202c \u200bhidden\x07\x1b[31m",
    "&lt;!channel&gt; &amp;",
    "x" * 3000,
    "&" * 3000,
    "<" * 3000,
    "*_~`>" * 700,
    "a b " * 1000,
    "🟢" * 2000,
    " ",
    "",
)
PLAN = KeyPlan("ci", "p1", "acme-prod", ("usage:read",), timedelta(days=7))
REQUEST = ApprovalRequest("f" * 32, PLAN, "UALICE", "nightly", "n0nce", NOON, NOON + timedelta(hours=8))
NAMES = {"UALICE": "alice", "UBOB": "bob"}
OURS = re.compile(
    r"<@[UW][A-Z0-9]+>|<!date\^[0-9]+\^\{date_short_pretty\} at \{time\}\|[0-9A-Za-z: ]+>"
    r"|<!subteam\^SONCALL>|<!here>|<#COPS>|<https://wiki\.test(?:/\?a=1&amp;b=2)?\|[^<>|]*>"
)

PIECES = (Mention("UALICE"), NOON, GroupMention("SONCALL"), Everyone(), ChannelLink("COPS"))


def request(state: State, text: str = "ci", **more: Any) -> ApprovalRequest:
    decided: dict[str, Any] = {} if state is State.PENDING else {"decided_by": "UBOB", "decided_at": NOON}
    filled: dict[str, Any] = {
        "plan": dataclasses.replace(PLAN, name=text, project_name=text, tags=(text,)),
        "reason": text,
        "denied_because": text if state is State.DENIED else "",
        "ended_because": text,
        "reveal_by": NOON,
        "key_id": "0123456789abcdef",
        "touched_at": NOON,
    }
    return dataclasses.replace(REQUEST, state=state, **(decided | filled | more))


def marked_texts(drawn: Any) -> list[str]:
    """Every text in *drawn* that Slack reads as mrkdwn."""
    if isinstance(drawn, dict):
        own = [drawn["text"]] if drawn.get("type") == "mrkdwn" else []
        return own + [text for value in drawn.values() for text in marked_texts(value)]
    return [text for value in drawn for text in marked_texts(value)] if isinstance(drawn, list) else []


def assert_harmless(drawn: Any) -> None:
    for text in marked_texts(drawn):
        rest = OURS.sub("", text)
        assert "<" not in rest, text
        assert ">" not in rest, text
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08]", text), text


def drawn_messages(text: str) -> list[replies.Message]:
    names = {"UALICE": text, "UBOB": text}
    messages = [requests.card(request(state, text), names) for state in State]
    messages += [requests.tell(request(state, text), text, names) for state in State]
    confirm = Confirm(text, text, text, text)
    buttons = Buttons((Button(text, "v", text[:2000]), run_button(text, "help", style="danger", confirm=confirm)) * 13)
    drawn = Chart(text, "bar", (text, f"{text}2"), (Series(text, (1.0, 2.0)),), text)
    parts = (Text(text), buttons, drawn, Note((text, *PIECES)), Facts(((text, text),) * 12))
    messages += [
        replies.reply(Reply(text), names),
        replies.reply(Reply((Mention("UALICE"), text)), names),
        replies.reply(Reply((*PIECES, WebLink(text, "https://wiki.test/?a=1&b=2"), text)), names),
        replies.reply(
            Reply(text, (*parts, Table((text, "b"), ((text, "2"), ("", text)), more=3)), Audience.CHANNEL), names
        ),
    ]
    messages += [replies.reply(told, names) for told in alert_words(text)]
    return messages


def alert_words(text: str) -> list[Reply]:
    """Return everything that is said of an instance whose names and texts are all *text*."""
    spec = RuleSpec("low", text, Decimal(50), "C1", critical=Decimal(10))
    made = spec.rule(id="r", project_id="p1", every=timedelta(hours=1))
    rule = dataclasses.replace(made, name=text, unit=text, message=text, runbook="https://wiki.test")
    seen = [
        AlertState(NOON, NOON, Phase.FIRING, rank=1, incident=Incident("i", NOON, Decimal(8)), value=Decimal(42)),
        AlertState(NOON, NOON, Phase.RESOLVED, incident=Incident("i", NOON, Decimal(8), 0, NOON, RECOVERED)),
        AlertState(NOON, NOON, Phase.RESOLVED, incident=Incident("i", NOON, Decimal(8), 0, NOON, text)),
    ]
    overlay = Told("i", "i", True, ack=Acknowledgement("UALICE", NOON, 1, NOON), snooze=Snooze("UALICE", NOON, 1, None))
    words = []
    for state in seen:
        for told in (Told("i", "i", True), dataclasses.replace(overlay, hushed=f"silence:{text}")):
            telling = Telling(rule, state, told, text, NOON, "{value} left", text, text)
            words.append(card(telling))
            words += [follow(telling, Post(Act.REPLY, why, "i", 1)) for why in Why]
    return words


def drawn_panes(text: str) -> list[dict[str, Any]]:
    names = {"UALICE": text}
    shown = request(State.PENDING, text)
    panes = (
        DenyForm(shown),
        Details(shown),
        Details(request(State.DENIED, text)),
        Creating(shown),
        NewKey(shown, Secret("5" * 40), NOON),
        NewKey(shown, Secret("5" * 40), None),
        Sorry(text, (text, (Mention("UALICE"), text))),
    )
    return [modals.pane(pane, names) for pane in panes]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_message_is_one_that_slack_takes_and_means_nothing_it_should_not(text):
    for message in drawn_messages(text):
        for blocks in (message.blocks, message.modest or message.blocks):
            assert check_blocks(blocks) == [], json.dumps(blocks)[:500]
        assert_harmless(message.blocks)
        said = fallback(message.text)
        assert "<" not in said
        assert len(said) <= 4000


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_modal_is_one_that_slack_takes_and_means_nothing_it_should_not(text):
    for view in drawn_panes(text):
        assert check_view(view) == [], json.dumps(view)[:500]
        assert_harmless(view)


def test_two_hundred_scopes_still_fit():
    wide = dataclasses.replace(PLAN, scopes=tuple(f"self-hosted:product:number-{n}" for n in range(200)))
    for state in State:
        assert check_blocks(requests.card(request(state, plan=wide), NAMES).blocks) == []
    for pane in (DenyForm, Details, Creating):
        assert check_view(modals.pane(pane(request(State.PENDING, plan=wide)), NAMES)) == []
    assert check_view(modals.pane(NewKey(request(State.PENDING, plan=wide), Secret("x"), NOON), NAMES)) == []


def test_a_headline_with_a_moment_is_read_in_each_readers_time_zone():
    moment = datetime(2026, 11, 24, 2, tzinfo=UTC)
    message = replies.reply(Reply(("Reveal it before ", moment, "."), (Note("small"),)), NAMES)
    assert message.blocks[0]["type"] == "section"
    assert f"<!date^{int(moment.timestamp())}^" in message.blocks[0]["text"]["text"]
    assert message.text == "Reveal it before 24 Nov at 02:00 UTC."


@pytest.mark.parametrize(
    "parts",
    [
        (Table(("a",), (("1",),)), Table(("b",), (("<2>",),))),
        (Table((), ()),),
        (Table(("a",), ((),)),),
        (Table(tuple("a" * 30), (tuple("1" * 30),) * 300),),
        (Text("x"),) * 80,
        (Facts(()),),
        (Facts((("", ""),)),),
        (Facts((("name", "value"),) * 700),),
        (Buttons(()),),
        (Buttons((run_button("Go on", "help"),) * 60),),
    ],
)
def test_a_reply_is_cut_to_what_one_message_holds(parts):
    message = replies.reply(Reply("Headline", parts), NAMES)
    assert check_blocks(message.blocks) == []
    assert_harmless(message.blocks)


def test_rows_that_are_left_out_are_counted():
    message = replies.reply(Reply("Keys", (Table(("a",), (("1",),) * 120, more=4),)), NAMES)
    assert message.blocks[-1]["elements"][0]["text"] == "and 25 more"


def test_a_button_comes_back_as_what_it_was_stored_as():
    confirm = Confirm("Sure?", "It is lost.", "Lose it")
    said = Reply("Keys", (Buttons((Button("One", "v", "1"), run_button("Two", "x", style="danger", confirm=confirm))),))
    assert reply_of(json.loads(json.dumps(facts_of(reply=said)))) == said


def test_buttons_of_one_verb_are_told_apart_and_mean_the_same():
    drawn = replies.reply(
        Reply("Keys", (Buttons((run_button("A", "a"), Button("B", "v", "b"), run_button("C", "c"))),)), NAMES
    )
    ids = [element["action_id"] for element in drawn.blocks[1]["elements"]]
    assert ids == ["dg:run", "dg:v", "dg:run#2"]
    for action_id, value in zip(ids, "abc", strict=True):
        body = {"user": {"id": "U1"}, "actions": [{"action_id": action_id, "value": value}]}
        payload = payloads.of_click(body, "d", NOON).payload
        assert (payload["verb"], payload["value"]) == ("v" if value == "b" else "run", value)


def test_only_a_card_that_waits_has_buttons():
    with_buttons = [s for s in State if any(b["type"] == "actions" for b in requests.card(request(s), NAMES).blocks)]
    assert with_buttons == [State.PENDING]


def test_only_an_approval_that_waits_can_be_revealed():
    can = [s for s in State if any(b["type"] == "actions" for b in requests.tell(request(s), "", NAMES).blocks)]
    assert can == [State.APPROVED]


def test_the_secret_is_drawn_in_one_block_of_one_modal():
    secret = "5" * 40
    drawn = modals.pane(NewKey(REQUEST, Secret(secret), NOON), NAMES)
    assert json.dumps(drawn).count(secret) == 1
    assert drawn["blocks"][0]["type"] == "rich_text"


def test_revoking_asks_first_and_says_what_will_be_lost():
    drawn = modals.pane(NewKey(REQUEST, Secret("5" * 40), NOON), NAMES)
    (revoke,) = next(block for block in drawn["blocks"] if block["type"] == "actions")["elements"]
    assert revoke["style"] == "danger"
    assert "stops working at once" in revoke["confirm"]["text"]["text"]


def test_usage_lines_are_read_as_they_are_typed():
    drawn = replies.reply(Reply("Help", (Facts((("/deepgram invite <email>", "Invite"),)),)), NAMES)
    assert "/deepgram invite &lt;email&gt;" in drawn.blocks[1]["fields"][0]["text"]


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("*bold*", "∗bold∗"),
        ("_it_", "ˍitˍ"),
        ("nightly_batch_2", "nightly_batch_2"),
        ("__init__", "ˍˍinitˍˍ"),
        ("~gone~", "∼gone∼"),
        ("`code`", "ˋcodeˋ"),
        ("> quote\n> quote", "› quote\n› quote"),
        ("&gt; typed so", "&amp;gt; typed so"),
        ("a\u202eb\u200bc\x00", "abc"),
    ],
)
def test_what_somebody_wrote_is_shown_and_not_obeyed(typed, drawn):
    assert mrkdwn(typed) == drawn


@given(st.text(max_size=60), st.integers(1, 40))
def test_cut_text_fits_and_breaks_no_token(text, limit):
    cut = cut_marked(mrkdwn((text, Mention("U1"), text)), limit)
    assert len(cut) <= limit
    assert not re.search(r"<[^<>]*…\Z", cut)
    assert not re.search(r"&[a-z]*…\Z", cut)


@given(st.text(max_size=80))
def test_no_text_can_mention_link_or_hide(text):
    drawn = mrkdwn(text)
    assert not re.search(r"[<>*`~]", drawn)
    assert clean(drawn) == drawn


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=30), "30 days"), (timedelta(days=1), "1 day"), (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"), (timedelta(seconds=61), "61 seconds"),
    ],
)  # fmt: skip
def test_a_life_is_said_in_its_largest_whole_unit(span, said):
    assert in_words(span) == said


def test_the_search_for_harm_finds_it():
    with pytest.raises(AssertionError):
        assert_harmless([{"type": "section", "text": {"type": "mrkdwn", "text": "hello <!channel>"}}])


def test_a_line_is_searched_for_a_quote_once():
    assert mrkdwn("\n\n  > quoted") == "\n\n  › quoted"
    spans = [len(found.group()) for found in _QUOTE.finditer("\n" * 50 + "&gt;")]
    assert spans == [len("&gt;")], "each line would be searched from every line before it"


def test_a_text_that_no_field_holds_is_cut_before_anything_reads_it():
    for drawn in (mrkdwn("\n" * 100_000), mrkdwn("a" * 100_000), clean("a" * 100_000)):
        assert len(drawn) <= LONGEST
        assert drawn.endswith("…")


@pytest.mark.parametrize("text", [*HOSTILE, "SONCALL", "S1> <!channel", "<!here>", "C1|x>"])
def test_what_somebody_wrote_becomes_no_mention_and_no_address(text):
    for piece in (GroupMention, ChannelLink, lambda address: WebLink("here", address)):
        with contextlib.suppress(ValueError):
            drawn = mrkdwn((piece(text),))
            assert re.fullmatch(r"<!subteam\^S[A-Z0-9]+>", drawn), drawn


def test_a_channel_is_drawn_as_one_and_a_direct_message_in_words():
    line = (
        ChannelLink("C0123"),
        " and ",
        ChannelLink("D0123"),
        " call ",
        GroupMention("S012"),
        Everyone(absent_too=True),
    )
    assert mrkdwn(line) == "<#C0123> and a direct message call <!subteam^S012><!channel>"
    assert plain_text(line, {}) == "#C0123 and a direct message call a user group@channel"
