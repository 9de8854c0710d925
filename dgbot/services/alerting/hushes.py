"""What keeps notices back right now: what fires above them, silences, and quiet hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.hushing import Neighbour, QuietRoute, Silence, inhibitor, matched_labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.domain.alerting.telling import Hush, Told
from dgbot.domain.ports import InstanceStore, SilenceStore
from dgbot.domain.replies import Line, Mention


class HushStore(InstanceStore, SilenceStore, Protocol):
    """What has to be known to tell what keeps notices back."""


class Hushes:
    """Looks once a round, and answers for each instance.

    With *puts_off*, what quiet hours have put off stays so after their end: somebody else tells all of it together.
    """

    def __init__(self, store: HushStore, quiet: Sequence[QuietRoute] = (), *, puts_off: bool = False) -> None:
        self._store = store
        self._quiet = {route.hours.name: route for route in quiet}
        self._puts_off = puts_off
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
        silenced = self._silence(rule, instance, severity, project)
        return Hush(inhibited=above, silenced=silenced, muted=self._muted(rule, instance, severity, project))

    def put_off_by(self, told: Told) -> QuietRoute | None:
        """Return the quiet hours that kept the last word back; None if none did, or nobody would have heard it."""
        kind, _, name = told.hushed.partition(":")
        return self._quiet.get(name) if kind == "quiet-hours" and told.owed else None

    def explained(self, hushed: str) -> Line:
        """Say what keeps it quiet, from how that is stored, such as ``silence:7f3a``; empty if there is no more to say.

        Knows the silences of the last look.
        """
        kind, _, what = hushed.partition(":")
        if kind == "silence" and (silence := self._silences.get(what)) is not None:
            return ("Silenced by ", Mention(silence.by), " until ", silence.ends, f": {silence.comment}")
        if kind == "quiet-hours" and (route := self._quiet.get(what)) is not None and self._now is not None:
            return ("Quiet hours until ", route.hours.ends_after(self._now))
        return ""

    def _channels(self, rule: AlertRule, instance: Instance, severity: Severity | None, project: str) -> list[str]:
        """Return who would hear a word: where it would be told now, or where it was told if nothing fires any more."""
        heard = [one.channel_id for one in hearers(rule, instance.labels, project=project, severity=severity)]
        return heard or [one.channel_id for one in instance.told.places] or list(rule.channels)

    def _muted(self, rule: AlertRule, instance: Instance, severity: Severity | None, project: str) -> str:
        """Return the quiet hours in which everybody is who would hear it; empty as long as one of them is awake."""
        if self._now is None or not self._quiet:
            return ""
        channels = self._channels(rule, instance, severity, project)
        off = self.put_off_by(instance.told) if self._puts_off else None
        if off is not None and all(off.covers(one, severity) for one in channels):
            return off.hours.name
        named = [self._hours_of(one, severity, self._now) for one in channels]
        return named[0] if named and all(named) else ""

    def _hours_of(self, channel_id: str, severity: Severity | None, now: datetime) -> str:
        return next((name for name, one in self._quiet.items() if one.holds(channel_id, severity, now)), "")

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
