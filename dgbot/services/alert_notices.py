"""What an instance says, as notices: its message, what follows in the thread, and what goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import Row, Step
from dgbot.domain.alerting.telling import Act, Post
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.plugin.check import Check
from dgbot.services.alert_words import Telling, card, follow
from dgbot.services.facts import facts_of

OPENED = frozenset({Row.FIRED, Row.HELD, Row.REOPENED})
CLOSED = frozenset({Row.RESOLVED, Row.RECOVERED, Row.MISSING, Row.ENDED, Row.EDITED})


def alert_notices(
    rule: AlertRule, after: Instance, posts: Iterable[Post], *, project: str, at: datetime, check: Check | None
) -> Iterator[Notice]:
    """Yield a notice for each of *posts*, which are about *after*."""
    if after.state is None:
        return
    about = " · ".join(value for name, value in sorted(after.labels.items()) if name not in {"project_id", "unit"})
    telling = Telling(
        rule,
        after.state,
        after.told,
        project,
        at,
        check.says if check else "{value}",
        check.advice if check else "",
        about,
    )
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


def incident_events(step: Step, now: datetime) -> Iterator[AuditEvent]:
    """Yield the audit's lines about an incident that opened or closed."""
    incident = step.state.incident
    if incident is None:
        return
    if OPENED & set(step.rows):
        yield AuditEvent(now, "dgbot", "incident.opened", incident.id, "done")
    elif CLOSED & set(step.rows) and incident.closed_at == now:
        yield AuditEvent(now, "dgbot", "incident.closed", incident.id, "done", {"because": incident.because})
