"""How a report on the keys looks: what deserves a look, the gravest first, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.slack.blocks import context, header, section
from dgbot.adapters.slack.mrkdwn import date, mrkdwn
from dgbot.adapters.slack.replies import Message
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.reconciliation import Concern, Finding, worth_a_look
from dgbot.services.facts import value_of

Findings = list[tuple[Finding, bool]]

MOST = 10
"""Keys that one report tells of; the rest is counted."""


def keys_message(notice: Notice) -> Message:
    """Draw any notice about the keys."""
    facts = notice.facts
    name, at = facts["project_name"], value_of(datetime, facts, "at")
    if notice.kind is NoticeKind.KEYS_CLOSED:
        return closed(name, at)
    if notice.kind is NoticeKind.KEYS_BLIND:
        since = datetime.fromisoformat(facts["since"]) if facts["since"] else None
        return blind(name, since=since, at=at, reason=facts["reason"])
    findings = value_of(Findings, facts, "findings")
    return report(name, findings, keys=facts["keys"], notes=facts["notes"], at=at)


def report(
    project_name: str,
    findings: Sequence[tuple[Finding, bool]],
    *,
    keys: int,
    notes: Sequence[str],
    at: datetime,
) -> Message:
    """Draw the *findings*, each with whether it is new; without any, that the *keys* are in order."""
    counted = f"Checked {date(at)} · {keys} {'key' if keys == 1 else 'keys'}"
    small = context(" · ".join([counted, *map(mrkdwn, notes)]))
    if not findings:
        headline = f"🟢 {project_name}: no key deserves a look any more"
        return Message(headline, [header(headline), small])
    told: dict[str, list[tuple[Finding, bool]]] = {}
    for one in findings:
        told.setdefault(one[0].key_id, []).append(one)
    mark = "🔴" if any(one.concern is Concern.ORPHAN for one, _ in findings) else "🟡"
    headline = f"{mark} {project_name}: {_keys(len(told))} a look"
    lines = [_line(some) for some in list(told.values())[:MOST]]
    more = [f"and {len(told) - MOST} more"] if len(told) > MOST else []
    advice = "`/deepgram keys` shows all of them · `/deepgram revoke-key` ends one · nothing was deleted"
    body = section("\n".join([mrkdwn(worth_a_look(one for one, _ in findings)), *lines, *more]))
    return Message(headline, [header(headline), body, context(advice), small])


def closed(project_name: str, at: datetime) -> Message:
    """Draw that a report has been followed by another."""
    headline = f"⚪ {project_name}: the keys were checked again"
    return Message(headline, [header(headline), context(f"A newer report followed {date(at)}")])


def blind(project_name: str, *, since: datetime | None, at: datetime, reason: str) -> Message:
    """Draw that the keys can't be compared with what was granted, and why; without a *reason*, that they can again."""
    began = date(since) if since else "the start"
    if not reason:
        headline = f"🟢 {project_name}: the keys can be reconciled again"
        return Message(headline, [header(headline), context(f"They could not from {began} to {date(at)}")])
    headline = f"🟡 {project_name}: the keys can't be reconciled"
    small = context(f"Can't reconcile since {began} · what was reported last stands · tried {date(at)}")
    return Message(headline, [header(headline), section(mrkdwn(reason)), small])


def _line(findings: Sequence[tuple[Finding, bool]]) -> str:
    one = findings[0][0]
    clauses = "; ".join(finding.told for finding, _ in findings)
    new = " (new)" if any(is_new for _, is_new in findings) and not all(is_new for _, is_new in findings) else ""
    name = mrkdwn(one.name) or "a key without a name"
    return f"• *{name}* (…{mrkdwn(one.key_id[-4:])}) of {mrkdwn(one.owner)}: {mrkdwn(clauses)}{new}"


def _keys(count: int) -> str:
    return "1 key deserves" if count == 1 else f"{count} keys deserve"
