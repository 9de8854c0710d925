"""How a request stands in Slack: the approvers' card, what its requester is told, and the facts of both."""

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
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Message, Names
from dgbot.domain.approvals import BY_QUOTA, FINAL, ApprovalRequest, State, Vote
from dgbot.domain.plans import CommandPlan, KeyPlan
from dgbot.domain.replies import Mention
from dgbot.domain.spans import in_words


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


def told_facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    """What the approver decides on, escaped."""
    plan = request.plan
    facts = [("Project", mrkdwn(plan.project_name))]
    if isinstance(plan, KeyPlan):
        waits = request.state is State.PENDING
        facts += [
            ("Lives", f"{in_words(plan.lives)} from its reveal" if waits else in_words(plan.lives)),
            ("May", mrkdwn(", ".join(plan.scopes))),
        ]
        if plan.replaces:
            until = (", which works until ", Mention(request.requester_id), " ends it")
            facts.append(("Replaces", mrkdwn((*plan.replaced, *until))))
    elif isinstance(plan, CommandPlan):
        facts.append(("Runs", mrkdwn(f"/deepgram {plan.title}")))
        facts += [("In", _where(plan.channel_id))] if plan.channel_id else []
    return [*facts, ("Because", mrkdwn(f"“{request.reason}”"))] if request.reason else facts


def more_facts(request: ApprovalRequest) -> list[tuple[str, str]]:
    """What the details show beside that, escaped."""
    plan, terms = request.plan, request.terms
    own: list[tuple[str, str]] = []
    if isinstance(plan, KeyPlan):
        own = [("Name", mrkdwn(plan.name)), *([("Tags", mrkdwn(", ".join(plan.tags)))] if plan.tags else [])]
    who = mrkdwn(" or ".join(terms.approvers))
    return [
        *own,
        ("Asked by", mrkdwn((Mention(request.requester_id),))),
        ("Decided by", f"{terms.yes} yes or {terms.no} no of {who}"),
        ("Request", request.id[:8]),
    ]


def story(request: ApprovalRequest) -> str:
    """What has become of a request so far, in a line of mrkdwn."""
    asked = f"asked {date(request.asked_at)}"
    if request.state is State.PENDING:
        said = "".join(f" · {_ballot(vote)}" for vote in request.votes)
        closes = f"closes {date(request.closes_at)} if nobody decides"
        return f"{request.yes} of {request.terms.yes} approvals{said} · <@{request.requester_id}> {asked} · {closes}"
    return " · ".join([f"<@{request.requester_id}> {asked}", *_decided(request), *_ended(request)])


def key_tail(key_id: str | None) -> str:
    """Return the end of a key's *id*, by which people tell keys apart; it is no part of the secret."""
    return f"…{key_id[-4:]}" if key_id else ""


def _where(channel_id: str) -> str:
    """The channel that a command was typed in, as each reader may see it."""
    return "a direct message of whoever asked" if channel_id.startswith("D") else f"<#{mrkdwn(channel_id)}>"


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
    decider = _deciders(request, names)
    title, is_key = request.plan.title, isinstance(request.plan, KeyPlan)
    match request.state:
        case State.APPROVED if is_key:
            return f"Approved by {decider}. Your key {title} is created when you reveal it, and shown once."
        case State.APPROVED:
            return f"Approved by {decider}: {title} is being run."
        case State.DENIED:
            what = f"your request for the key {title}" if is_key else f"your request to run {title}"
            because = f": “{request.denied_because}”" if request.denied_because else ", without a reason."
            return f"{names.get(request.decided_by or '', 'someone')} denied {what}{because}"
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
    who, by = names.get(request.requester_id, "someone"), names.get(request.decided_by or "", "someone")
    how = f"approved by {_deciders(request, names)}"
    alone = request.glass is not None
    what = f"{who}'s key for {request.plan.title}"
    asked = f"{who}'s request for {request.plan.title}"
    if not isinstance(request.plan, KeyPlan):
        what = f"{who}'s {request.plan.title}"
    match request.state:
        case State.DENIED:
            return f"⚪ {what} was denied by {by}"
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


def _deciders(request: ApprovalRequest, names: Names) -> str:
    if request.decided_by == BY_QUOTA:
        return "the quota of the settings"
    if request.glass is not None:
        return f"{names.get(request.glass.by, 'someone')} alone, who broke the glass"
    yes = [vote.by for vote in request.votes if vote.yes] or [request.decided_by or ""]
    *others, last = [names.get(who, "someone") for who in yes]
    return f"{', '.join(others)} and {last}" if others else last


def _decided(request: ApprovalRequest) -> list[str]:
    told = [_ballot(vote) + f" {date(vote.at)}" for vote in request.votes]
    if not told and request.decided_by and request.decided_at:  # from before votes were kept, or by quota
        who = "the quota of the settings" if request.decided_by == BY_QUOTA else f"<@{request.decided_by}>"
        verb = "denied" if request.state is State.DENIED else "approved"
        told = [f"{who} {verb} {date(request.decided_at)}"]
        told += [mrkdwn(f"“{request.denied_because}”")] if request.denied_because else []
    return told


def _ballot(vote: Vote) -> str:
    verb = "broke the glass" if vote.glass else "approved" if vote.yes else "denied"
    because = " " + mrkdwn(f"“{vote.because}”") if vote.because else ""
    return f"<@{vote.by}> {verb}{because}"


def _ended(request: ApprovalRequest) -> list[str]:
    tail = key_tail(request.key_id)
    when = date(request.touched_at) if request.touched_at else ""
    if request.state is State.DELIVERED and when:
        old = "the old key was ended" if request.retired_at else "the old key still works"
        return [f"revealed {when} · key id {tail}", *([old] if request.key.replaces else [])]
    if request.state is State.REVOKED and when:
        return [f"revoked {mrkdwn(request.ended_because) or 'by its owner'} {when} · key id {tail}"]
    return [mrkdwn(request.ended_because)] if request.state in FINAL and request.ended_because else []
