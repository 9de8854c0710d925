"""What is told of a request wherever it is drawn: what was asked for, who decides, and what became of it so far."""

from __future__ import annotations

from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest
from dgbot.domain.plans import CommandPlan, KeyPlan
from dgbot.domain.replies import Mention
from dgbot.domain.request_states import FINAL, State
from dgbot.domain.spans import in_words
from dgbot.domain.votes import Vote


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


def _where(channel_id: str) -> str:
    """The channel that a command was typed in, as each reader may see it."""
    return "a direct message of whoever asked" if channel_id.startswith("D") else f"<#{mrkdwn(channel_id)}>"


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
    return f"<@{vote.by}> {verb}{because}{', which lapsed' if vote.lapsed else ''}"


def _ended(request: ApprovalRequest) -> list[str]:
    tail = f"…{(request.key_id or '')[-4:]}"
    when = date(request.touched_at) if request.touched_at else ""
    if request.state is State.DELIVERED and when:
        old = "the old key was ended" if request.retired_at else "the old key still works"
        return [f"revealed {when} · key id {tail}", *([old] if request.key.replaces else [])]
    if request.state is State.REVOKED and when:
        return [f"revoked {mrkdwn(request.ended_because) or 'by its owner'} {when} · key id {tail}"]
    return [mrkdwn(request.ended_because)] if request.state in FINAL and request.ended_because else []
