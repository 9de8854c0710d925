"""How each thing that the bot says looks in Slack: replies, the approval card, the requester's message, modals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dgbot.adapters.slack.blocks import (
    Block,
    actions,
    button,
    confirmation,
    context,
    fields,
    header,
    modal,
    plain,
    preformatted,
    section,
    table,
)
from dgbot.adapters.slack.mrkdwn import date, mrkdwn, people_in, plain_text
from dgbot.domain.approvals import FINAL, ApprovalRequest, State
from dgbot.domain.replies import Facts, Mention, Note, Part, Reply, Table, Text
from dgbot.services.approvals import LONGEST_REASON
from dgbot.services.panes import Creating, DenyForm, Details, NewKey, Pane, Revoked, Sorry

Names = Mapping[str, str]
"""Display names by user id, for places where Slack takes no mentions."""

HEADLINE = 100
"""A longer headline is set as a paragraph, which wraps and can be read whole."""


MOST = 50
"""Blocks in a message."""

ROWS = 99
"""Rows of a table, its names not counted."""


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the one line that notifications and screen readers get."""

    text: str
    blocks: list[Block]


def reply(said: Reply, names: Names) -> Message:
    """Draw the answer to a command or a click; one line alone is set as a paragraph."""
    headline = plain_text(said.headline, names)
    short = len(headline) <= HEADLINE and bool(said.parts) and not people_in(said.headline)
    top = header(headline) if short else section(mrkdwn(said.headline))
    return Message(headline, _fitting([top, *(block for part in said.parts for block in _part(part))]))


def card(request: ApprovalRequest, names: Names) -> Message:
    """Draw the approvers' card as the request stands; buttons only while it waits."""
    plan = request.plan
    who = names.get(request.requester_id, "someone")
    waits = request.state is State.PENDING
    headline = f"⏳ {who} asks for an API key · {plan.name}" if waits else _outcome(request, who, names)
    blocks = [header(headline), *fields(_facts(request)), context(_story(request))]
    if waits:
        value = f"{request.id}:{plan.digest}"
        blocks.append(
            actions(
                button("Approve", "approval.approve", value, style="primary"),
                button("Deny…", "approval.deny", value, style="danger"),
                button("Details", "approval.details", value),
            )
        )
    return Message(headline, blocks)


def tell(request: ApprovalRequest, note: str, names: Names) -> Message:
    """Draw what the requester is told; the button is there while there is a key to reveal."""
    decider = names.get(request.decided_by or "", "someone")
    name = request.plan.name
    match request.state:
        case State.APPROVED:
            text = f"Approved by {decider}. Your key {name} is created when you reveal it, and shown once."
            reveal = button("Reveal key", "key.reveal", f"{request.id}:{request.plan.digest}", style="primary")
            until = f"Reveal it before {date(request.reveal_by)}" if request.reveal_by else ""
            small = " · ".join(part for part in (mrkdwn(note), until) if part)
            return Message(text, [section(mrkdwn(text)), actions(reveal), context(small)])
        case State.DENIED:
            because = f": {request.denied_because}" if request.denied_because else "."
            text = f"{decider} denied your key {name}{because}"
        case State.DELIVERED:
            text = f"Your key {name} was shown to you. It is stored nowhere; only the newest key works."
        case State.REVOKED:
            text = f"Your key {name} is revoked. Whatever uses it fails from now on."
        case State.EXPIRED:
            text = f"Your request for the key {name} ended: {request.ended_because}. Ask again if you need it."
        case State.FAILED:
            text = f"No key was created for {name}. {request.ended_because}"
        case _:
            text = f"Your key {name} is being made."
    return Message(text, [section(mrkdwn(text))])


def pane(shown: Pane, names: Names) -> Block:
    """Draw a modal."""
    match shown:
        case DenyForm(request):
            return _deny_form(request, names)
        case Details(request):
            blocks = [*fields([*_facts(request), *_more_facts(request)]), context(_story(request))]
            return modal("Request for a key", blocks, close="Close", verb="read")
        case Creating(request):
            text = f"Deepgram is making your key {request.plan.name}. Keep this window open."
            return modal("Your new key", [section(mrkdwn(text))], close="Close", verb="creating")
        case NewKey():
            return _new_key(shown)
        case Revoked(request):
            text = f"Revoked {request.plan.name}. Whatever uses it fails from now on; this can't be undone."
            return modal("Your key is revoked", [section(mrkdwn(text))], close="Close", verb="revoked")
        case Sorry(headline, lines):
            return modal(
                "Your new key", [header(headline), *(section(mrkdwn(x)) for x in lines)], close="Close", verb="sorry"
            )


def lives(span: timedelta) -> str:
    """Return *span* in the largest unit that fits it whole: 30 days, 12 hours, 90 minutes."""
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}" + ("s" if count != 1 else "")
    return f"{seconds} seconds"


def key_tail(key_id: str | None) -> str:
    """Return the end of a key's *id*, by which people tell keys apart; it is no part of the secret."""
    return f"…{key_id[-4:]}" if key_id else ""


def _fitting(blocks: list[Block]) -> list[Block]:
    """Return *blocks* as far as one message holds them: one table, 50 blocks."""
    tables = [block for block in blocks if block["type"] == "table"]
    blocks = [_as_paragraph(block) if block in tables[1:] else block for block in blocks]
    return blocks if len(blocks) <= MOST else [*blocks[: MOST - 1], context("There is more than one message holds.")]


def _as_paragraph(drawn: Block) -> Block:
    return section("\n".join(" · ".join(mrkdwn(cell["text"]) for cell in row) for row in drawn["rows"]))


def _part(part: Part) -> list[Block]:
    match part:
        case Text(line):
            return [section(mrkdwn(line))]
        case Note(line):
            return [context(mrkdwn(line))]
        case Facts(pairs):
            return fields([(mrkdwn(name), mrkdwn(line)) for name, line in pairs])
        case Table(columns, rows, more):
            left_out = more + max(0, len(rows) - ROWS)
            drawn = [table(columns, rows[:ROWS])]
            return [*drawn, context(f"and {left_out} more")] if left_out else drawn


def _facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    plan = request.plan
    facts = [
        ("Project", mrkdwn(plan.project_name)),
        ("Lives", f"{lives(plan.lives)} from its reveal" if request.state is State.PENDING else lives(plan.lives)),
        ("May", mrkdwn(", ".join(plan.scopes))),
    ]
    return [*facts, ("Because", mrkdwn(f"“{request.reason}”"))] if request.reason else facts


def _more_facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    return [
        ("Name", mrkdwn(request.plan.name)),
        ("Tags", mrkdwn(", ".join(request.plan.tags) or "none")),
        ("Asked by", mrkdwn((Mention(request.requester_id),))),
        ("Request", request.id[:8]),
    ]


def _story(request: ApprovalRequest) -> str:
    asked = f"asked {date(request.asked_at)}"
    if request.state is State.PENDING:
        return f"0 of 1 approvals · {asked} · closes {date(request.closes_at)} if nobody decides"
    told = [f"<@{request.requester_id}> {asked}"]
    if request.decided_by and request.decided_at:
        verb = "denied" if request.state is State.DENIED else "approved"
        told.append(f"<@{request.decided_by}> {verb} {date(request.decided_at)}")
    if request.denied_because:
        told.append(mrkdwn(f"“{request.denied_because}”"))
    if request.state is State.DELIVERED and request.touched_at:
        told.append(f"revealed {date(request.touched_at)} · key id {key_tail(request.key_id)}")
    elif request.state is State.REVOKED and request.touched_at:
        told.append(f"revoked by its owner {date(request.touched_at)} · key id {key_tail(request.key_id)}")
    elif request.state in FINAL and request.ended_because:
        told.append(mrkdwn(request.ended_because))
    return " · ".join(told)


def _outcome(request: ApprovalRequest, who: str, names: Names) -> str:
    decider = names.get(request.decided_by or "", "someone")
    name = request.plan.name
    match request.state:
        case State.DENIED:
            return f"⚪ {who}'s key for {name} was denied by {decider}"
        case State.REVOKED:
            return f"⚪ {who}'s key for {name} was revoked"
        case State.EXPIRED:
            return f"⚪ {who}'s request for {name} expired"
        case State.FAILED:
            return f"🔴 {who}'s key for {name} was approved by {decider}, but not created"
        case _:
            return f"🟢 {who}'s key for {name} was approved by {decider}"


def _deny_form(request: ApprovalRequest, names: Names) -> Block:
    who = names.get(request.requester_id, "someone")
    field: Block = {
        "type": "input",
        "block_id": "because",
        "optional": True,
        "label": plain("Reason", 150),
        "hint": plain(f"{who} reads it.", 150),
        "element": {"type": "plain_text_input", "action_id": "because", "max_length": LONGEST_REASON},
    }
    text = f"{who} asks for {request.plan.name}: {', '.join(request.plan.scopes)}, {lives(request.plan.lives)}."
    value = f"{request.id}:{request.plan.digest}"
    return modal(
        "Deny this key",
        [section(mrkdwn(text)), field],
        close="Keep waiting",
        verb="approval.denied",
        submit="Deny",
        value=value,
    )


def _new_key(shown: NewKey) -> Block:
    plan = shown.request.plan
    ends = date(shown.expires_at) if shown.expires_at else "never"
    facts = [
        ("Name", mrkdwn(plan.name)),
        ("Project", mrkdwn(plan.project_name)),
        ("May", mrkdwn(", ".join(plan.scopes))),
        ("Ends", ends),
    ]
    lost = f"{plan.name} stops working at once, for whatever uses it already. This can't be undone."
    revoke = button(
        "Revoke it",
        "key.revoke",
        f"{shown.request.id}:{plan.digest}",
        style="danger",
        confirm=confirmation("Revoke this key?", lost, "Revoke it"),
    )
    blocks = [
        preformatted(shown.secret.reveal()),
        section("Copy it now: it is stored nowhere and can't be shown again."),
        *fields(facts),
        actions(revoke),
    ]
    return modal("Your new key", blocks, close="I saved it", verb="new-key")
