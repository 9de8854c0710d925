"""Where alert rules are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.evaluated import Evaluated
from dgbot.domain.alerting.rules import AlertRule, DueRule, Instance
from dgbot.domain.audit import AuditEvent


class RuleStore(Protocol):
    """Alert rules, and when each is due."""

    async def rules(self, project_id: str | None = None) -> list[AlertRule]:
        """Return every rule of a project, with those that watch several ones, by name; without *project_id* all."""

    async def rule(self, rule_id: str) -> AlertRule | None:
        """Return one rule."""

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
        """Let *rule* take the place of *before*, or add it, with what that changes of its instances.

        False, and nothing is kept, if the rule is not as *before* (None: not there) any more, or if its instances are
        others than those that were *seen* when *changed* was worked out.
        """

    async def remove_rule(
        self, rule_id: str, *, seen: Sequence[Instance] = (), closed: Sequence[Evaluated] = (), audit: AuditEvent
    ) -> bool:
        """Remove a rule and its instances; False if there is none, or they are others than those that were *seen*."""

    async def due_rules(self, now: datetime) -> list[DueRule]:
        """Return the rules that are to be evaluated by now, longest due first."""

    async def postpone_rule(self, due: DueRule, due_at: datetime) -> None:
        """Let a rule be due at *due_at* next, unless it was changed, or evaluated to the end, since it was *due*."""
