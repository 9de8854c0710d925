"""What an instance says, as notices: its message, what follows in the thread, and what goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import Row, Step
from dgbot.domain.alerting.telling import Act, Post
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Line
from dgbot.plugin.check import Check
from dgbot.services.alerting.words import Telling, card, follow
from dgbot.services.facts import facts_of

OPENED = frozenset({Row.FIRED, Row.HELD, Row.REOPENED})
CLOSED = frozenset({Row.RESOLVED, Row.RECOVERED, Row.MISSING, Row.ENDED, Row.EDITED})


def alert_notices(
    rule: AlertRule,
    after: Instance,
    posts: Iterable[Post],
    *,
    project: str,
    at: datetime,
    check: Check | None,
    quiet: Line = "",
) -> Iterator[Notice]:
    """Yield a notice for each of *posts*, which are about *after*; *quiet* says what keeps it quiet."""
    telling = telling_of(rule, after, project=project, at=at, check=check, quiet=quiet)
    if telling is None:
        return
    for post in posts:
        key = f"alert:{rule.id}:{after.fingerprint}:{post.anchor}:{post.number}"
        stands = f"incident:{post.anchor}"
        if post.act in {Act.OPEN, Act.EDIT}:
            yield Notice(key, NoticeKind.ALERT, rule.channel_id, facts_of(reply=card(telling)), about=stands)
        elif post.act is Act.ESCALATE:
            to = rule.escalation[post.step - 1].channel_id
            yield Notice(key, NoticeKind.OPS, to, facts_of(reply=follow(telling, post)))
        else:
            loud = post.act is Act.BROADCAST
            facts = facts_of(reply=follow(telling, post), loud=loud)
            yield Notice(key, NoticeKind.EVENT, rule.channel_id, facts, about=stands)


def telling_of(
    rule: AlertRule, one: Instance, *, project: str, at: datetime, check: Check | None, quiet: Line = ""
) -> Telling | None:
    """Return what words about an instance need; None if it was never evaluated."""
    if one.state is None:
        return None
    apart = {name: value for name, value in sorted(one.labels.items()) if not name.endswith(("_id", "unit"))}
    says, advice = (check.says, check.advice) if check else ("{value}", "")
    about = " · ".join(apart.values())
    return Telling(rule, one.state, one.told, project, at, says, advice, about, quiet, one.labels, one.detail)


def incident_events(step: Step, now: datetime) -> Iterator[AuditEvent]:
    """Yield the audit's lines about an incident that opened or closed."""
    incident = step.state.incident
    if incident is None:
        return
    if OPENED & set(step.rows):
        yield AuditEvent(now, "dgbot", "incident.opened", incident.id, "done")
    elif CLOSED & set(step.rows) and incident.closed_at == now:
        yield AuditEvent(now, "dgbot", "incident.closed", incident.id, "done", {"because": incident.because})
