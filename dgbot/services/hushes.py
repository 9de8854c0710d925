"""What keeps notices back right now: what fires above them, silences, and quiet hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.hushing import Neighbour, Silence, inhibitor, matched_labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.telling import Hush
from dgbot.domain.ports import InstanceStore, SilenceStore
from dgbot.domain.replies import Line, Mention


class HushStore(InstanceStore, SilenceStore, Protocol):
    """What has to be known to tell what keeps notices back."""


class Hushes:
    """Looks once a round, and answers for each instance."""

    def __init__(self, store: HushStore) -> None:
        self._store = store
        self._standing: dict[str, list[Neighbour]] = {}
        self._silences: dict[str, Silence] = {}
        self._now: datetime | None = None

    async def look(self, now: datetime) -> list[Instance]:
        """Learn what stands in the way of words at *now*; return the instances that are anything but fine."""
        unwell = await self._store.unwell()
        standing = defaultdict[str, list[Neighbour]](list)
        for one in unwell:
            neighbour = Neighbour(one.rule_id, one.fingerprint, one.labels, one.severity, _failing(one.state))
            standing[one.labels.get("project_id", "")].append(neighbour)
        self._standing = standing
        self._silences = {one.id: one for one in await self._store.silences(now)}
        self._now = now
        return unwell

    def of(self, rule: AlertRule, instance: Instance, state: AlertState, *, project: str) -> Hush:
        """Return what keeps back the words of *instance*, now in *state*, which is about the *project* of that name."""
        severity = severity_of(rule, state)
        own = Neighbour(rule.id, instance.fingerprint, instance.labels, severity, _failing(state))
        above = inhibitor(own, self._standing.get(instance.labels.get("project_id", ""), ()))
        return Hush(inhibited=above, silenced=self._silence(rule, instance, severity, project))

    def explained(self, hushed: str) -> Line:
        """Say what keeps it quiet, from how that is stored, such as ``silence:7f3a``; empty if there is no more to say.

        Knows the silences of the last look.
        """
        kind, _, what = hushed.partition(":")
        if kind == "silence" and (silence := self._silences.get(what)) is not None:
            return ("Silenced by ", Mention(silence.by), " until ", silence.ends, f": {silence.comment}")
        return ""

    def _silence(self, rule: AlertRule, instance: Instance, severity: Severity | None, project: str) -> str:
        """Return the id of the silence that fits and lasts longest; empty if none does."""
        if not self._silences or self._now is None:
            return ""
        labels = matched_labels(rule, instance.labels, project=project, severity=severity)
        return next((one.id for one in reversed(self._silences.values()) if one.holds(labels, self._now)), "")


def severity_of(rule: AlertRule, state: AlertState) -> Severity | None:
    """Return how bad it is; None when nothing fires."""
    return rule.ladder[state.rank].severity if state.fires and state.rank else None


def _failing(state: AlertState | None) -> Cause | None:
    return state.failing if state is not None and state.phase is Phase.ERROR else None
