"""How each modal looks; the only room that draws a new key."""

from __future__ import annotations

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
)
from dgbot.adapters.slack.forms import command_form
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Names
from dgbot.adapters.slack.request_facts import more_facts, story, told_facts
from dgbot.domain.approvals import ApprovalRequest
from dgbot.domain.plans import KeyPlan
from dgbot.domain.replies import Line, Piece
from dgbot.domain.spans import in_words
from dgbot.services.approvals.asking import LONGEST_REASON
from dgbot.services.panes import CommandForm, Creating, DenyForm, Details, GlassForm, NewKey, Pane, Revoked, Sorry


def pane(shown: Pane, names: Names) -> Block:
    """Draw a modal."""
    match shown:
        case CommandForm():
            return command_form(shown)
        case DenyForm(request):
            return _deny_form(request, names)
        case Details():
            return _details(shown)
        case GlassForm(request):
            return _glass_form(request, names)
        case Creating(request):
            text = f"Deepgram is making your key {request.plan.title}. Keep this window open."
            return modal("Your new key", [section(mrkdwn(text))], close="Close", verb="creating")
        case NewKey():
            return _new_key(shown)
        case Revoked(request):
            text = f"Revoked {request.plan.title}. Whatever uses it fails from now on; this can't be undone."
            return modal("Your key is revoked", [section(mrkdwn(text))], close="Close", verb="revoked")
        case Sorry(headline, lines):
            return modal(
                "Your key", [header(headline), *(section(mrkdwn(x)) for x in lines)], close="Close", verb="sorry"
            )


def _details(shown: Details) -> Block:
    request = shown.request
    blocks = [*fields([*told_facts(request), *more_facts(request)]), context(story(request))]
    if shown.may_break:
        value = f"{request.id}:{request.plan.digest}"
        blocks += [
            actions(button("Break the glass…", "approval.break", value, style="danger")),
            context("Approves it at once by you alone, with your reason in the channel and in the audit log."),
        ]
    title = "Request for a key" if isinstance(request.plan, KeyPlan) else "Request for a command"
    return modal(title, blocks, close="Close", verb="read")


def _glass_form(request: ApprovalRequest, names: Names) -> Block:
    who = names.get(request.requester_id, "someone")
    alone = " You approve it alone, without the others. The channel is told at once, with your reason."
    text = (f"{who} asks for {request.plan.title}", *_terms(request), alone)
    return _asking_why("Break the glass", text, "Everybody in the channel reads it.", "approval.broken", request)


def _deny_form(request: ApprovalRequest, names: Names) -> Block:
    who = names.get(request.requester_id, "someone")
    text = (f"{who} asks for {request.plan.title}", *_terms(request))
    return _asking_why("Deny this request", text, f"{who} reads it.", "approval.denied", request)


def _asking_why(title: str, text: Line, hint: str, verb: str, request: ApprovalRequest) -> Block:
    """A form with one field; to break the glass it must be filled in."""
    denies = verb == "approval.denied"
    field: Block = {
        "type": "input",
        "block_id": "because",
        "optional": denies,
        "label": plain("Reason", 150),
        "hint": plain(hint, 150),
        "element": {"type": "plain_text_input", "action_id": "because", "max_length": LONGEST_REASON},
    }
    return modal(
        title,
        [section(mrkdwn(text)), field],
        close="Keep waiting",
        verb=verb,
        submit="Deny" if denies else "Approve alone",
        value=f"{request.id}:{request.plan.digest}",
    )


def _terms(request: ApprovalRequest) -> tuple[Piece, ...]:
    """What a key may do and how long, and which one it takes over from, after its name."""
    plan = request.plan
    if not isinstance(plan, KeyPlan):
        return (".",)
    told = f": {', '.join(plan.scopes)}, {in_words(plan.lives)}."
    return (told, " It takes over from ", *plan.replaced, ".") if plan.replaces else (told,)


def _new_key(shown: NewKey) -> Block:
    plan = shown.request.key
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
        f"{shown.request.id}:{plan.digest}:{shown.request.attempt}",
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
