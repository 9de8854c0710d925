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
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Names
from dgbot.adapters.slack.requests import lives, more_facts, story, told_facts
from dgbot.domain.approvals import ApprovalRequest
from dgbot.services.approvals import LONGEST_REASON
from dgbot.services.panes import Creating, DenyForm, Details, NewKey, Pane, Revoked, Sorry


def pane(shown: Pane, names: Names) -> Block:
    """Draw a modal."""
    match shown:
        case DenyForm(request):
            return _deny_form(request, names)
        case Details(request):
            blocks = [*fields([*told_facts(request), *more_facts(request)]), context(story(request))]
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
