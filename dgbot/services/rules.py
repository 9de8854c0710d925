"""The alert rules as a command sees them: those of one project, changed under the name of whoever asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.history import entries
from dgbot.domain.alerting.revising import ended, revised
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.speaking import speak
from dgbot.domain.alerting.states import AlertState, Step
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, Store
from dgbot.plugin.check import Check, RuleSpec
from dgbot.plugin.context import Project
from dgbot.services.alert_notices import alert_notices, incident_events

ATTEMPTS = 5
"""How often a change is worked out anew because the rule was evaluated meanwhile."""


class RuleBook:
    """Adds, changes and removes rules, and closes what that ends."""

    def __init__(
        self, store: Store, clock: Clock, checks: dict[str, Check], *, wake_outbox: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._checks = checks
        self._wake_outbox = wake_outbox

    async def put(self, rule: AlertRule, *, by: str, project: str, audit: AuditEvent) -> None:
        """Add *rule*, or change the one with its id; it is evaluated at the next tick."""
        for _ in range(ATTEMPTS):
            now = self._clock.now()
            before = await self._store.rule(rule.id)
            changed = [] if before is None else await self._changed(before, rule, by=by, project=project, now=now)
            if await self._store.put_rule(rule, due_at=now, changed=changed, audit=audit):
                self._wake_outbox()
                return
        raise RuntimeError(f"The rule {rule.name} was evaluated again and again while it was changed.")

    async def remove(self, rule_id: str, *, because: str, by: str = "", project: str, audit: AuditEvent) -> bool:
        """Remove a rule and close what it told of, *because* of what and *by* whom; False if there is none."""
        for _ in range(ATTEMPTS):
            rule = await self._store.rule(rule_id)
            if rule is None:
                return False
            now = self._clock.now()
            closed = [
                self._after(rule, one, ended(one.state, because=because, now=now, by=by), project=project, now=now)
                for one in await self._store.instances(rule_id)
                if one.state is not None
            ]
            if await self._store.remove_rule(rule_id, closed=closed, audit=audit):
                self._wake_outbox()
                return True
        return False

    async def adopt(self, project: Project, declared: Iterable[AlertRule]) -> None:
        """Make the project's rules that nobody typed those *declared*; what did not change keeps its state."""
        wanted = {rule.id: rule for rule in declared}
        known = {rule.id: rule for rule in await self._store.rules(project.id) if rule.origin != "slack"}
        for gone in known.keys() - wanted.keys():
            event = self._by_bot("rule.remove", gone)
            await self.remove(gone, because="its rule is gone from the settings", project=project.name, audit=event)
        for rule in wanted.values():
            if known.get(rule.id) != rule:
                event = self._by_bot("rule.put", rule.id)
                await self.put(rule, by="", project=project.name, audit=event)

    async def _changed(
        self, before: AlertRule, rule: AlertRule, *, by: str, project: str, now: datetime
    ) -> list[Evaluated]:
        return [
            self._after(
                rule,
                one,
                _due_again(revised(one.state, before.criteria, rule.criteria, by=by, now=now), now),
                project=project,
                now=now,
            )
            for one in await self._store.instances(rule.id)
            if one.state is not None
        ]

    def _after(self, rule: AlertRule, one: Instance, taken: Step, *, project: str, now: datetime) -> Evaluated:
        speech = speak(
            one.told, taken, hush=Hush.told(one.told.hushed), now=now, ladder=rule.ladder, manner=rule.manner
        )
        severity = rule.ladder[taken.state.rank].severity if taken.state.fires else None
        after = replace(one, state=taken.state, told=speech.told, severity=severity, revision=one.revision + 1)
        notices = alert_notices(rule, after, speech.posts, project=project, at=now, check=self._checks.get(rule.check))
        events = incident_events(taken, now)
        return Evaluated(one, after, tuple(entries(taken, speech, now)), tuple(notices), tuple(events))

    def _by_bot(self, action: str, subject: str) -> AuditEvent:
        return AuditEvent(self._clock.now(), "dgbot", action, subject, "done")


def _due_again(taken: Step, now: datetime) -> Step:
    """Return *taken* as evaluated before *now*, so that the changed rule is evaluated even if no time passes."""
    earlier = min(taken.state.evaluated_at, now - timedelta(microseconds=1))
    return replace(taken, state=replace(taken.state, evaluated_at=earlier))


class ProjectRules:
    """The Rules port of one invocation."""

    def __init__(
        self, book: RuleBook, store: Store, clock: Clock, *, project: Project, principal: Principal, every: timedelta
    ) -> None:
        self._book = book
        self._store = store
        self._clock = clock
        self._project = project
        self._principal = principal
        self._every = every

    async def all(self) -> list[AlertRule]:
        """Return every rule, by name."""
        return await self._store.rules(self._project.id)

    async def standing(self, name: str) -> list[AlertState]:
        """Return where each thing that the rule watches stands."""
        found = await self._store.instances(rule_id(self._project.id, name))
        return [one.state for one in found if one.state is not None]

    async def put(self, spec: RuleSpec) -> AlertRule:
        """Add the rule, or change the one of its name; it is evaluated at the next tick."""
        rule = replace(spec, origin="slack").rule(
            id=rule_id(self._project.id, spec.name),
            project_id=self._project.id,
            every=self._every,
            created_by=self._principal.user_id,
        )
        details = {
            "name": rule.name,
            "check": rule.check,
            "levels": ", ".join(f"{level.severity} {level.threshold}" for level in rule.ladder.levels),
            "channel": rule.channel_id,
        }
        event = self._event("rule.put", rule.id, details)
        await self._book.put(rule, by=self._principal.user_id, project=self._project.name, audit=event)
        return rule

    async def remove(self, name: str) -> bool:
        """Remove the rule of that name; False if there is none."""
        gone = rule_id(self._project.id, name)
        event = self._event("rule.remove", gone, {"name": name})
        by = self._principal.user_id
        return await self._book.remove(
            gone, because="its rule was removed", by=by, project=self._project.name, audit=event
        )

    def _event(self, action: str, subject: str, details: dict[str, str]) -> AuditEvent:
        return AuditEvent(self._clock.now(), self._principal.user_id, action, subject, "done", details)


def rule_id(project_id: str, name: str) -> str:
    """Return the id of a project's rule *name*: the same for ever, so that a rule is changed and not doubled."""
    return hashlib.sha256(f"{project_id}:{name}".encode()).hexdigest()[:12]
