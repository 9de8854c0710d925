"""The alert rules as a command sees them: those of one project, changed under the name of whoever asked."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

from dgbot.domain.alerts import HYSTERESIS, AlertRule
from dgbot.domain.audit import AuditEvent
from dgbot.domain.identity import Principal
from dgbot.domain.ports import Clock, RuleStore


class ProjectRules:
    """The Rules port of one invocation."""

    def __init__(
        self, store: RuleStore, clock: Clock, *, project_id: str, principal: Principal, every: timedelta
    ) -> None:
        self._store = store
        self._clock = clock
        self._project_id = project_id
        self._principal = principal
        self._every = every

    async def all(self) -> list[AlertRule]:
        """Return every rule, by name."""
        return await self._store.rules(self._project_id)

    async def put(self, *, name: str, check: str, threshold: Decimal, channel_id: str) -> AlertRule:
        """Add a rule that watches *check*, or change the one of that name; it is evaluated at the next tick."""
        rule = AlertRule(
            id=rule_id(self._project_id, name),
            name=name,
            check=check,
            project_id=self._project_id,
            channel_id=channel_id,
            threshold=threshold,
            clear_at=threshold * (1 + HYSTERESIS),
            every=self._every,
            origin="slack",
            created_by=self._principal.user_id,
        )
        details = {"name": name, "check": check, "threshold": str(threshold), "channel": channel_id}
        await self._store.put_rule(rule, audit=self._event("rule.put", rule.id, details))
        return rule

    async def remove(self, name: str) -> bool:
        """Remove the rule of that name; False if there is none."""
        gone = rule_id(self._project_id, name)
        return await self._store.remove_rule(gone, audit=self._event("rule.remove", gone, {"name": name}))

    def _event(self, action: str, subject: str, details: dict[str, str]) -> AuditEvent:
        return AuditEvent(self._clock.now(), self._principal.user_id, action, subject, "done", details)


def rule_id(project_id: str, name: str) -> str:
    """Return the id of a project's rule *name*: the same for ever, so that a rule is changed and not doubled."""
    return hashlib.sha256(f"{project_id}:{name}".encode()).hexdigest()[:12]
