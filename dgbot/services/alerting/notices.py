"""What an instance says, as notices: its messages, what follows in their threads, and what goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dgbot.domain.alerting.evaluated import Spoken
from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.reaching import Addressed, addressed
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import Row, Step
from dgbot.domain.alerting.telling import Act, Post, Why
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.replies import Line
from dgbot.plugin.check import Check
from dgbot.services.alerting.cards import card
from dgbot.services.alerting.following import calling, follow
from dgbot.services.alerting.telling import Telling
from dgbot.services.displaced import OF_ALERT
from dgbot.services.facts import facts_of

OPENED = frozenset({Row.FIRED, Row.HELD, Row.REOPENED})
CLOSED = frozenset({Row.RESOLVED, Row.RECOVERED, Row.MISSING, Row.ENDED, Row.EDITED})


@dataclass(frozen=True, slots=True)
class Announced:
    """*after* with where it is told now, what is said in which channel with the notice of each, and how, by its key."""

    after: Instance
    said: tuple[Addressed, ...] = ()
    notices: tuple[Notice, ...] = ()
    spoken: Mapping[str, Spoken] = field(default_factory=dict[str, Spoken])


def announced(
    rule: AlertRule,
    after: Instance,
    posts: Sequence[Post],
    *,
    project: str,
    at: datetime,
    check: Check | None,
    quiet: Line = "",
) -> Announced:
    """Return what *posts* about *after* become in each channel that hears of it; *quiet* says what keeps it quiet."""
    telling = telling_of(rule, after, project=project, at=at, check=check, quiet=quiet) if posts else None
    if telling is None:
        return Announced(after)
    state = telling.state
    severity = rule.ladder[state.rank].severity if state.fires and state.rank else None
    hear = hearers(rule, after.labels, project=project, severity=severity)
    told, said = addressed(after.told, posts, hear, rank=state.rank if severity else 0)
    pairs = [_notice(telling, one, after) for one in said]
    notices = tuple(notice for notice, _ in pairs)
    notices += tuple(edit for one in said for edit in _edits_elsewhere(telling, one, after))
    return Announced(replace(after, told=told), said, notices, {notice.key: spoken for notice, spoken in pairs})


def _notice(telling: Telling, one: Addressed, after: Instance) -> tuple[Notice, Spoken]:
    post, rule = one.post, telling.rule
    home = f"incident:{post.anchor}"
    about = home if one.home else f"{home}:{one.channel_id}"
    key = f"alert:{rule.id}:{after.fingerprint}:{post.anchor}:{post.number}"
    key = key if one.home else f"{key}:{one.channel_id}"
    if one.act in {Act.OPEN, Act.EDIT}:
        spoken = Spoken(one.act, card(telling), one.mention)
        facts = called(spoken) | {"loud": one.act is Act.OPEN} | ({} if one.home else {"linked": home})
        return Notice(key, NoticeKind.ALERT, one.channel_id, facts, about=about), spoken
    if one.act is Act.ESCALATE:
        step = rule.escalation[post.step - 1]
        to, said = step.channel_id or one.channel_id, follow(telling, post)
        in_person = to.startswith(("U", "W"))
        spoken = Spoken(one.act, said, step.mention or ("" if in_person else one.mention))
        if step.channel_id:
            spoken = replace(spoken, reply=replace(card(telling), headline=said.headline))
            facts = called(spoken) | {"linked": home, "afresh": True}
            return Notice(key, NoticeKind.OPS, to, facts, about=_elsewhere(post, post.step)), spoken
        facts = called(spoken) | {"loud": True} | facts_of(card=card(telling))
        return Notice(key, NoticeKind.EVENT, to, facts, about=about), spoken
    spoken = Spoken(one.act, follow(telling, post), one.mention)
    facts = called(spoken) | {"loud": one.act is Act.BROADCAST}
    if post.why is Why.REPEAT:  # all else goes with an edit, which brings a message back that is gone
        facts |= facts_of(card=card(telling))
    return Notice(key, NoticeKind.EVENT, one.channel_id, facts, about=about), spoken


def _edits_elsewhere(telling: Telling, one: Addressed, after: Instance) -> Iterator[Notice]:
    """Yield the edits of what escalations said elsewhere, as far as it is there; they go with that of *one* at home."""
    rule, post = telling.rule, one.post
    if one.act is not Act.EDIT or not one.home:
        return
    for number, step in enumerate(rule.escalation[: post.step], start=1):
        if step.channel_id:
            key = f"alert:{rule.id}:{after.fingerprint}:{post.anchor}:{post.number}:escalation:{number}"
            facts = facts_of(reply=card(telling)) | {"linked": f"incident:{post.anchor}", "if_there": True}
            yield Notice(key, NoticeKind.OPS, step.channel_id, facts, about=_elsewhere(post, number))


def _elsewhere(post: Post, step: int) -> str:
    return f"incident:{post.anchor}:escalation:{step}"


def called(spoken: Spoken) -> dict[str, object]:
    """Return the facts of what is *spoken* of an alert, with whom it calls."""
    return facts_of(reply=calling(spoken.reply, spoken.mention)) | OF_ALERT


def telling_of(
    rule: AlertRule, one: Instance, *, project: str, at: datetime, check: Check | None, quiet: Line = ""
) -> Telling | None:
    """Return what words about an instance need; None if it was never evaluated."""
    if one.state is None:
        return None
    telling = Telling(rule, one.state, one.told, project, at, about=_apart(one.labels), quiet=quiet, labels=one.labels)
    return replace(telling, detail=one.detail).worded(check)


def subject_of(project: str, labels: Labels) -> str:
    """Return what an instance with *labels* in that *project* is about, such as ``acme-prod · nightly``."""
    return " · ".join(filter(None, (project, _apart(labels))))


def _apart(labels: Labels) -> str:
    """Return what tells an instance apart from others of its rule and project."""
    return " · ".join(value for name, value in sorted(labels.items()) if not name.endswith(("_id", "unit")))


def incident_events(step: Step, now: datetime) -> Iterator[AuditEvent]:
    """Yield the audit's lines about an incident that opened or closed."""
    incident = step.state.incident
    if incident is None:
        return
    if OPENED & set(step.rows):
        yield AuditEvent(now, "dgbot", "incident.opened", incident.id, "done")
    elif CLOSED & set(step.rows) and incident.closed_at == now:
        yield AuditEvent(now, "dgbot", "incident.closed", incident.id, "done", {"because": incident.because})
