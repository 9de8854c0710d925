"""What people are told, as notices: which message each one is about, and the facts that it shows."""

from __future__ import annotations

from dataclasses import replace

from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import Button, Buttons, Confirm, Line, Note, Part, Reply
from dgbot.services.approvals.events import told
from dgbot.services.facts import facts_of


def reply_notice(delivery_id: str, reply: Reply, *, user_id: str, answer_to: str) -> Notice:
    """The answer to what *user_id* typed, clicked or filled in; without *answer_to* it goes to their DM.

    *answer_to* is a response_url, or ``channel:user`` for a message in that channel which only they see.
    """
    facts = facts_of(reply=reply, user_id=user_id)
    return Notice(f"reply:{delivery_id}", NoticeKind.REPLY, answer_to or user_id, facts)


def card_notice(request: ApprovalRequest) -> Notice:
    """The approvers' card, as *request* stands now."""
    return Notice(
        key=_once("card", request),
        kind=NoticeKind.CARD,
        target=request.channel_id,
        facts=facts_of(request=replace(request, nonce="")),
        about=f"approval:{request.id}",
    )


def event_notice(before: ApprovalRequest, after: ApprovalRequest) -> list[Notice]:
    """What happened to *before*, in the thread of its card; nothing for steps that are nobody's news."""
    line = told(before, after)
    return [_in_thread(after, line, loud=after.glass is not None and before.glass is None)] if line else []


def reminder_notice(request: ApprovalRequest) -> Notice:
    """That *request* still waits, in the thread of its card and in the channel."""
    missing = request.terms.yes - request.yes
    who = " or ".join(request.terms.approvers)
    what = f"The key {request.plan.title}" if isinstance(request.plan, KeyPlan) else request.plan.title
    asks = f"⏳ {what} still waits for {missing} yes of {who}; closes "
    return _in_thread(request, (asks, request.closes_at, " if nobody decides."), loud=True)


def tell_notice(request: ApprovalRequest, note: str = "") -> Notice:
    """What the requester is told of *request* in their DM; *note* says why they hear of it again."""
    return Notice(
        key=_once("tell", request),
        kind=NoticeKind.TELL,
        target=request.requester_id,
        facts=facts_of(request=replace(request, nonce=""), note=note),
        about=f"asked:{request.id}",
    )


def news_notice(request: ApprovalRequest, line: Line, *parts: Part) -> Notice:
    """A message of its own to the requester: an edit of what they have been told already would reach nobody."""
    asker = request.requester_id
    return Notice(_once("news", request), NoticeKind.REPLY, asker, facts_of(reply=Reply(line, parts), user_id=asker))


def ended_notice(ended: ApprovalRequest) -> Notice:
    """That somebody else ended the requester's key, which works no more."""
    key = f"{ended.key.name} (…{(ended.key_id or '')[-4:]})"
    line = f"Your key {key} was revoked {ended.ended_because}: whatever uses it fails. Ask for a new one if need be."
    return news_notice(ended, line)


def answer_notice(request: ApprovalRequest, reply: Reply) -> Notice:
    """What the command said that others agreed to, for whoever asked."""
    asker = request.requester_id
    return Notice(f"answer:{request.id}", NoticeKind.REPLY, asker, facts_of(reply=reply, user_id=asker))


def old_key_notice(request: ApprovalRequest) -> Notice:
    """That the key which was replaced still works, with the button that ends it."""
    plan = request.key
    tail = f"…{plan.replaces[-4:]}"
    text = f"Whatever still uses {tail} fails at once. This can't be undone."
    end = Button(
        "Revoke the old key",
        "key.retire",
        f"{request.id}:{plan.digest}",
        "danger",
        Confirm("Revoke the old key?", text, "Revoke it", "Keep it"),
    )
    if request.reminded:
        line: Line = f"Your old key {plan.name} ({tail}) still works beside the new one: end it when nothing uses it."
    else:
        line = f"The old key {plan.name} ({tail}) still works: end it when nothing uses it."
    return news_notice(request, line, Buttons((end,)), Note("You are reminded of it, ever more rarely"))


def reveal_notice(request: ApprovalRequest, line: Line) -> Notice:
    """*line*, about an approved key, with the button that reveals it."""
    value = f"{request.id}:{request.plan.digest}"
    return news_notice(request, line, Buttons((Button("Reveal key", "key.reveal", value, "primary"),)))


def ops_notice(key: str, channel_id: str, reply: Reply) -> Notice:
    """Something that went wrong and that the operators should look at, told once."""
    return Notice(f"ops:{key}", NoticeKind.OPS, channel_id, facts_of(reply=reply))


def _in_thread(request: ApprovalRequest, line: Line, *, loud: bool = False) -> Notice:
    return Notice(
        key=_once("event", request),
        kind=NoticeKind.EVENT,
        target=request.channel_id,
        facts=facts_of(reply=Reply(line), loud=loud),
        about=f"approval:{request.id}",
    )


def _once(kind: str, request: ApprovalRequest) -> str:
    """Name what is told of *request* as it stands, so that it is told once."""
    stands = f"{kind}:{request.id}:{request.state}:{request.attempt}"
    more = (len(request.votes), request.reminded, int(request.retired_at is not None))
    return ":".join(map(str, (stands, *more))) if any(more) else stands
