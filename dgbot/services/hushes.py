"""What keeps notices back right now: what fires above them, silences, and quiet hours."""

from __future__ import annotations

from datetime import datetime

from dgbot.domain.alerting.hushing import Neighbour, inhibitor
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.ports import InstanceStore


class Hushes:
    """Looks once a round, and answers for each instance."""

    def __init__(self, store: InstanceStore) -> None:
        self._store = store
        self._standing: list[Neighbour] = []

    async def look(self, now: datetime) -> None:
        """Learn what stands in the way of words from *now* on."""
        self._standing = [
            Neighbour(one.rule_id, one.fingerprint, one.labels, one.severity, _failing(one.state))
            for one in await self._store.unwell()
        ]

    def of(self, rule: AlertRule, instance: Instance, state: AlertState) -> Hush:
        """Return what keeps back the words of *instance*, now in *state*."""
        own = Neighbour(rule.id, instance.fingerprint, instance.labels, severity_of(rule, state), _failing(state))
        return Hush(inhibited=inhibitor(own, self._standing))


def severity_of(rule: AlertRule, state: AlertState) -> Severity | None:
    """Return how bad it is; None when nothing fires."""
    return rule.ladder[state.rank].severity if state.fires and state.rank else None


def _failing(state: AlertState | None) -> Cause | None:
    return state.failing if state is not None and state.phase is Phase.ERROR else None
