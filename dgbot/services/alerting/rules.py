"""Rules are added, changed, paused and removed, and what that ends is closed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.revising import ended, revised
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.states import AlertState, Step
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.audit import AuditEvent
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import Clock, Store
from dgbot.domain.replies import Line, Mention
from dgbot.plugin.check import Check
from dgbot.plugin.context import Project
from dgbot.plugin.errors import UsageError
from dgbot.services.alerting.cards import tried_out
from dgbot.services.alerting.notices import announced, incident_events
from dgbot.services.facts import facts_of

ATTEMPTS = 5
"""How often a change is worked out anew because the rule was evaluated meanwhile."""


def _never(rule: AlertRule) -> bool:
    return False


class RuleBook:
    """Adds, changes and removes rules, and closes what that ends; *name_of* tells the name of a project's id."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        checks: dict[str, Check],
        *,
        wake_outbox: Callable[[], None],
        name_of: Callable[[str], str] = str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._checks = checks
        self._wake_outbox = wake_outbox
        self._name_of = name_of

    async def put(self, rule: AlertRule, *, before: AlertRule | None, by: str, project: str, audit: AuditEvent) -> bool:
        """Let *rule* take the place of *before* (None: add it); it is evaluated at the next tick, unless it is paused.

        False if somebody changed, added or removed it since it was so. Raises UsageError if it is never let alone.
        """
        for _ in range(ATTEMPTS):
            now = self._clock.now()
            seen = await self._store.instances(rule.id)
            changed = [] if before is None else self._changed(before, rule, seen, by=by, project=project, now=now)
            if await self._store.put_rule(rule, before=before, due_at=now, seen=seen, changed=changed, audit=audit):
                self._wake_outbox()
                return True
            if await self._store.rule(rule.id) != before:
                return False
        raise _busy(rule.name)

    async def remove(self, rule_id: str, *, because: str, by: str = "", project: str, audit: AuditEvent) -> bool:
        """Remove a rule and close what it told of, *because* of what and *by* whom; False if there is none.

        Raises UsageError if it is never let alone.
        """
        name = ""
        for _ in range(ATTEMPTS):
            rule = await self._store.rule(rule_id)
            if rule is None:
                return False
            now = self._clock.now()
            seen = await self._store.instances(rule_id)
            closed = [
                self._after(rule, one, ended(one.state, because=because, now=now, by=by), project=project, now=now)
                for one in seen
                if one.state is not None
            ]
            if await self._store.remove_rule(rule_id, seen=seen, closed=closed, audit=audit):
                self._wake_outbox()
                return True
            name = rule.name
        raise _busy(name)

    async def adopt(
        self, project: Project, declared: Iterable[AlertRule], *, in_doubt: Callable[[AlertRule], bool] = _never
    ) -> None:
        """Make the rules that nobody typed those *declared*; what did not change keeps its state, and what is paused.

        They are those of the project, and all that came from a rules file. A rule *in_doubt* is left as it is.
        """
        wanted = {rule.id: rule for rule in declared}
        known = {
            rule.id: rule
            for rule in await self._store.rules()
            if rule.origin == "file" or (rule.origin != "slack" and rule.project_id == project.id)
        }
        for gone in known.keys() - wanted.keys() - {rule.id for rule in known.values() if in_doubt(rule)}:
            event = self._by_bot("rule.remove", gone)
            await self.remove(gone, because="its rule is gone from the settings", project=project.name, audit=event)
        for rule in wanted.values():
            before = known.get(rule.id)
            while not await self._adopted(rule, before, project.name):
                before = await self._store.rule(rule.id)

    async def _adopted(self, declared: AlertRule, before: AlertRule | None, project: str) -> bool:
        rule = replace(declared, paused_by=before.paused_by) if before else declared
        event = self._by_bot("rule.put", rule.id)
        return before == rule or await self.put(rule, before=before, by="", project=project, audit=event)

    def _changed(
        self, before: AlertRule, rule: AlertRule, seen: Sequence[Instance], *, by: str, project: str, now: datetime
    ) -> list[Evaluated]:
        if before.paused_by and rule.paused_by:
            return []
        return [
            self._after(rule, one, self._taken(before, rule, one, one.state, by=by, now=now), project=project, now=now)
            for one in seen
            if one.state is not None
        ]

    def _taken(
        self, before: AlertRule, rule: AlertRule, one: Instance, state: AlertState, *, by: str, now: datetime
    ) -> Step:
        project_id = one.labels.get("project_id", "")
        if rule.paused_by:
            return ended(state, because="paused", now=now, by=by)
        if not rule.watches(project_id, self._name_of(project_id)):
            return ended(state, because="its rule leaves this project out now", now=now, by=by)
        return _due_again(revised(state, before.criteria, rule.criteria, by=by, now=now), now)

    async def try_out(self, rule: AlertRule, *, by: str, project: str, audit: AuditEvent) -> None:
        """Post what *rule* would say, marked as a test of *by*; it changes nothing."""
        now = self._clock.now()
        mark: Line = ("TEST by ", Mention(by), ": nothing fires, and nothing was changed.")
        check = self._checks.get(rule.check)
        reply = tried_out(rule, rule.ladder.ranks[0], project=project, at=now, check=check, mark=mark)
        key = f"test:{rule.id}:{now.isoformat()}:by:{by}"
        hear = hearers(rule, {}, project=project, severity=rule.ladder[1].severity)
        notices = [
            Notice(f"{key}:{one.channel_id}", NoticeKind.OPS, one.channel_id, facts_of(reply=reply, tester=by))
            for one in hear
        ]
        await self._store.audit(audit, notices=notices)
        self._wake_outbox()

    def _after(self, rule: AlertRule, one: Instance, taken: Step, *, project: str, now: datetime) -> Evaluated:
        if rule.of_many:
            project = self._name_of(one.labels.get("project_id", ""))
        speech = speak(
            one.told, taken, hush=Hush.told(one.told.hushed), now=now, ladder=rule.ladder, manner=rule.manner
        )
        severity = rule.ladder[taken.state.rank].severity if taken.state.fires else None
        after = replace(one, state=taken.state, told=speech.told, severity=severity, revision=one.revision + 1)
        said = announced(rule, after, speech.posts, project=project, at=now, check=self._checks.get(rule.check))
        events = incident_events(taken, now)
        return Evaluated(one, said.after, tuple(entries(taken, speech, now)), said.notices, tuple(events))

    def _by_bot(self, action: str, subject: str) -> AuditEvent:
        return AuditEvent(self._clock.now(), "dgbot", action, subject, "done")


def _busy(name: str) -> UsageError:
    return UsageError(f"{name}: it was evaluated or changed each time that this was tried, so it stays; try again.")


def _due_again(taken: Step, now: datetime) -> Step:
    """Return *taken* as evaluated before *now*, so that the changed rule is evaluated even if no time passes."""
    earlier = min(taken.state.evaluated_at, now - timedelta(microseconds=1))
    return replace(taken, state=replace(taken.state, evaluated_at=earlier))


def rule_id(project_id: str, name: str) -> str:
    """Return the id of a project's rule *name*: the same for ever, so that a rule is changed and not doubled."""
    return hashlib.sha256(f"{project_id}:{name}".encode()).hexdigest()[:12]
