"""How a request stands in Slack: the approvers' card, and what its requester is told."""

from __future__ import annotations

from dgbot.adapters.slack.blocks import (
    LONGEST_HEADER,
    Block,
    actions,
    button,
    confirmation,
    context,
    fields,
    header,
    section,
)
from dgbot.adapters.slack.deciders import approvers, deniers, objections
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Message, Names
from dgbot.adapters.slack.request_facts import story, told_facts
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.plans import KeyPlan
from dgbot.domain.request_states import State


def card(request: ApprovalRequest, names: Names) -> Message:
    """Draw the approvers' card as the request stands; buttons only while it waits."""
    waits = request.state is State.PENDING
    headline = _asks(request, names) if waits else _outcome(request, names)
    cut_off = len(headline) > LONGEST_HEADER and isinstance(request.plan, KeyPlan)
    whole = [("Key", mrkdwn(request.plan.title))] if cut_off else []
    blocks = [header(headline), *fields([*whole, *told_facts(request)]), context(story(request))]
    return Message(headline, [*blocks, _deciding(request)] if waits else blocks)


def tell(request: ApprovalRequest, note: str, names: Names) -> Message:
    """Draw what the requester is told; the button is there while there is a key to reveal."""
    text = _told(request, names)
    if request.state is not State.APPROVED or not isinstance(request.plan, KeyPlan):
        return Message(text, [section(mrkdwn(text))])
    value = f"{request.id}:{request.plan.digest}"
    until = f"Reveal it before {date(request.reveal_by)}" if request.reveal_by else ""
    small = " · ".join(part for part in (mrkdwn(note), until) if part)
    reveal = actions(button("Reveal key", "key.reveal", value, style="primary"))
    return Message(text, [section(mrkdwn(text)), reveal, *([context(small)] if small else [])])


def _asks(request: ApprovalRequest, names: Names) -> str:
    who = names.get(request.requester_id, "someone")
    what = "for an API key" if isinstance(request.plan, KeyPlan) else "to run"
    return f"⏳ {who} asks {what} · {request.plan.title}"


def _deciding(request: ApprovalRequest) -> Block:
    value = f"{request.id}:{request.plan.digest}"
    lost = "The request is closed, and whoever decides is told so. Ask again if you need it after all."
    return actions(
        button("Approve", "approval.approve", value, style="primary"),
        button("Deny…", "approval.deny", value, style="danger"),
        button("Details", "approval.details", value),
        button(
            "Cancel",
            "approval.cancel",
            value,
            confirm=confirmation("Cancel your request?", lost, "Cancel it", no="Keep waiting"),
        ),
    )


def _told(request: ApprovalRequest, names: Names) -> str:
    decider = approvers(request, names)
    title, is_key = request.plan.title, isinstance(request.plan, KeyPlan)
    match request.state:
        case State.APPROVED if is_key:
            return f"Approved by {decider}. Your key {title} is created when you reveal it, and shown once."
        case State.APPROVED:
            return f"Approved by {decider}: {title} is being run."
        case State.DENIED:
            what = f"your request for the key {title}" if is_key else f"your request to run {title}"
            return f"{deniers(request, names)} denied {what}{objections(request, names)}"
        case State.DELIVERED if request.key.replaces and request.retired_at is None:
            return f"Your key {title} was shown to you, and is stored nowhere. The old one works until you end it."
        case State.DELIVERED:
            return f"Your key {title} was shown to you. It is stored nowhere; only the newest key works."
        case State.REVOKED:
            return f"Your key {title} is revoked. Whatever uses it fails from now on."
        case State.CANCELLED:
            return f"You cancelled your request for {'the key ' if is_key else ''}{title}. Nothing was done."
        case State.EXPIRED:
            what = "the key " if is_key else ""
            return f"Your request for {what}{title} ended: {request.ended_because}. Ask again if you need it."
        case State.DONE:
            return f"Approved by {decider}, and done: {title}"
        case State.FAILED if is_key:
            return f"No key was created for {title}. {request.ended_because}"
        case State.FAILED:
            return f"Approved by {decider}, but it could not be done: {title}. {request.ended_because}"
        case _:
            return f"Your key {title} is being made."


def _outcome(request: ApprovalRequest, names: Names) -> str:
    who = names.get(request.requester_id, "someone")
    how = f"approved by {approvers(request, names)}"
    alone = request.glass is not None
    what = f"{who}'s key for {request.plan.title}"
    asked = f"{who}'s request for {request.plan.title}"
    if not isinstance(request.plan, KeyPlan):
        what = f"{who}'s {request.plan.title}"
    match request.state:
        case State.DENIED:
            return f"⚪ {what} was denied by {deniers(request, names)}"
        case State.CANCELLED:
            return f"⚪ {who} cancelled: {request.plan.title}"
        case State.REVOKED:
            return f"⚪ {what} was revoked"
        case State.EXPIRED:
            return f"⚪ {asked} expired"
        case State.FAILED if isinstance(request.plan, KeyPlan):
            return f"🔴 {what} was {how}, but not created"
        case State.FAILED:
            return f"🔴 {what} was {how}, but failed"
        case _:
            return f"{'🟡' if alone else '🟢'} {what} was {how}"
