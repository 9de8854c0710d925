"""`RuleStore` on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dgbot.adapters.storage import rules
from dgbot.adapters.storage.stores.unit_store import UnitStore
from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.audit import AuditEvent


class SqlRules(UnitStore):
    """Alert rules, and when each is due."""

    async def rules(self, project_id: str | None = None) -> list[AlertRule]:
        """Return every rule of a project, with those that watch several ones, by name; without *project_id* all."""
        return await self._run(lambda connection: rules.rules(connection, project_id))

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""
        return await self._run(lambda connection: rules.rule(connection, rule_id))

    async def put_rule(
        self,
        rule: AlertRule,
        *,
        before: AlertRule | None = None,
        due_at: datetime,
        seen: Sequence[Instance] = (),
        changed: Sequence[Evaluated] = (),
        audit: AuditEvent,
    ) -> bool:
        """Let *rule* take the place of *before*; False if somebody changed that, or the instances that were *seen*."""
        return await self._run(lambda connection: rules.put(connection, rule, before, due_at, seen, changed, audit))

    async def remove_rule(
        self, rule_id: str, *, seen: Sequence[Instance] = (), closed: Sequence[Evaluated] = (), audit: AuditEvent
    ) -> bool:
        """Remove a rule and its instances; False if there is none, or they are others than those that were *seen*."""
        return await self._run(lambda connection: rules.remove(connection, rule_id, seen, closed, audit))

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now, longest due first."""
        return await self._run(lambda connection: rules.due(connection, now))

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next, unless it was changed, or evaluated to the end, since it was *due*."""
        await self._run(lambda connection: rules.postpone(connection, due, due_at))
