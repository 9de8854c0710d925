"""The alert rules as a command sees them: those of one project, changed under the name of whoever asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, Store
from dgbot.plugin.context import Project
from dgbot.plugin.rule_spec import RuleSpec
from dgbot.services.alerting.rules import RuleBook, rule_id


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
        """Return every rule that watches the project, by name; of two of one name, people's own comes last."""
        found = await self._store.rules(self._project.id)
        mine = [rule for rule in found if rule.watches(self._project.id, self._project.name)]
        return sorted(mine, key=lambda rule: (rule.name, rule.origin == "slack"))

    async def standing(self, name: str) -> list[AlertState]:
        """Return where each thing that the rule watches stands."""
        rule = await self._named(name)
        found = await self._store.instances(rule.id) if rule else []
        mine = [one.state for one in found if one.labels.get("project_id") == self._project.id]
        return [state for state in mine if state is not None]

    async def put(self, spec: RuleSpec, *, before: AlertRule | None) -> AlertRule | None:
        """Add the rule, or let it take the place of *before*; it is evaluated at the next tick, and stays paused.

        None if somebody changed, added or removed it since it was as *before*.
        """
        spec = replace(spec, origin="slack", project="", paused_by=before.paused_by if before else "")
        rule = spec.rule(
            id=rule_id(self._project.id, spec.name),
            project_id=self._project.id,
            every=self._every,
            created_by=before.created_by if before else self._principal.user_id,
        )
        details = {
            "name": rule.name,
            "check": rule.check,
            "levels": ", ".join(f"{level.severity} {level.threshold}" for level in rule.ladder.levels),
            "channel": ", ".join(rule.channels),
        }
        event = self._event("rule.put", rule.id, details)
        by = self._principal.user_id
        done = await self._book.put(rule, before=before, by=by, project=self._project.name, audit=event)
        return rule if done else None

    async def remove(self, name: str) -> bool:
        """Remove the rule of that name; False if there is none."""
        gone = rule_id(self._project.id, name)
        event = self._event("rule.remove", gone, {"name": name})
        by = self._principal.user_id
        return await self._book.remove(
            gone, because="its rule was removed", by=by, project=self._project.name, audit=event
        )

    async def pause(self, name: str) -> bool:
        """Evaluate the rule of that name no more, and close what it told of; False if there is none."""
        return await self._pause(name, "rule.pause", self._principal.user_id)

    async def resume(self, name: str) -> bool:
        """Evaluate the rule of that name again; False if there is none."""
        return await self._pause(name, "rule.resume", "")

    async def test(self, name: str) -> bool:
        """Post what the rule of that name would say, marked as a test; False if there is none."""
        rule = await self._named(name)
        if rule is None:
            return False
        event = self._event("rule.test", rule.id, {"name": name, "channel": ", ".join(rule.channels)})
        await self._book.try_out(rule, by=self._principal.user_id, project=self._project.name, audit=event)
        return True

    async def _pause(self, name: str, action: str, paused_by: str) -> bool:
        by, project = self._principal.user_id, self._project.name
        while (rule := await self._named(name)) is not None:
            event = self._event(action, rule.id, {"name": name})
            paused = replace(rule, paused_by=paused_by)
            if await self._book.put(paused, before=rule, by=by, project=project, audit=event):
                return True
        return False

    async def _named(self, name: str) -> AlertRule | None:
        return {rule.name: rule for rule in await self.all()}.get(name)

    def _event(self, action: str, subject: str, details: dict[str, str]) -> AuditEvent:
        return AuditEvent(self._clock.now(), self._principal.user_id, action, subject, "done", details)
