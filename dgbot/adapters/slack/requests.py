"""How a request stands in Slack: the approvers' card, what its requester is told, and the facts of both."""

from __future__ import annotations

from datetime import timedelta

from dgbot.adapters.slack.blocks import actions, button, context, fields, header, section
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Message, Names
from dgbot.domain.approvals import FINAL, ApprovalRequest, State
from dgbot.domain.replies import Mention


def card(request: ApprovalRequest, names: Names) -> Message:
    """Draw the approvers' card as the request stands; buttons only while it waits."""
    plan = request.plan
    who = names.get(request.requester_id, "someone")
    waits = request.state is State.PENDING
    headline = f"⏳ {who} asks for an API key · {plan.name}" if waits else _outcome(request, who, names)
    blocks = [header(headline), *fields(told_facts(request)), context(story(request))]
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


def told_facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    """What the approver decides on, escaped."""
    plan = request.plan
    facts = [
        ("Project", mrkdwn(plan.project_name)),
        ("Lives", f"{lives(plan.lives)} from its reveal" if request.state is State.PENDING else lives(plan.lives)),
        ("May", mrkdwn(", ".join(plan.scopes))),
    ]
    return [*facts, ("Because", mrkdwn(f"“{request.reason}”"))] if request.reason else facts


def more_facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    """What the details show beside that, escaped."""
    return [
        ("Name", mrkdwn(request.plan.name)),
        ("Tags", mrkdwn(", ".join(request.plan.tags) or "none")),
        ("Asked by", mrkdwn((Mention(request.requester_id),))),
        ("Request", request.id[:8]),
    ]


def story(request: ApprovalRequest) -> str:
    """What has become of a request so far, in a line of mrkdwn."""
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
