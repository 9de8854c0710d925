"""What keeps notices back right now: what fires above them, silences, and quiet hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.hushing import QuietRoute, Silence, matched_labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Hush, Told
from dgbot.domain.ports import InstanceStore, SilenceStore
from dgbot.domain.ports.rules import RuleStore
from dgbot.domain.replies import Line, Mention
from dgbot.plugin.check import Check
from dgbot.services.alerting.inhibitors import Inhibitors, is_refused


class HushStore(InstanceStore, SilenceStore, RuleStore, Protocol):
    """What has to be known to tell what keeps notices back."""


class Hushes:
    """Looks once a round, and answers for each instance.

    With *puts_off*, what quiet hours have put off stays so after their end: somebody else tells all of it together.
    """

    def __init__(
        self,
        store: HushStore,
        checks: Mapping[str, Check],
        quiet: Sequence[QuietRoute] = (),
        *,
        puts_off: bool = False,
    ) -> None:
        self._store = store
        self._checks = checks
        self._quiet = {route.hours.name: route for route in quiet}
        self._puts_off = puts_off
        self._inhibitors = Inhibitors((), {}, checks)
        self._silences: dict[str, Silence] = {}
        self._now: datetime | None = None

    async def look(self, now: datetime) -> list[Instance]:
        """Learn what stands in the way of words at *now*; return the instances that are anything but fine."""
        unwell = await self._store.unwell()
        speak = [one for one in unwell if one.severity is Severity.CRITICAL or (one.state and is_refused(one.state))]
        found = [await self._store.rule(rule_id) for rule_id in dict.fromkeys(one.rule_id for one in speak)]
        self._inhibitors = Inhibitors(speak, {rule.id: rule for rule in found if rule is not None}, self._checks)
        self._silences = {one.id: one for one in await self._store.silences(now)}
        self._now = now
        return unwell

    def of(self, rule: AlertRule, instance: Instance, state: AlertState, *, project: str) -> Hush:
        """Return what keeps back the words of *instance*, now in *state*, which is about the *project* of that name."""
        severity = severity_of(rule, state)
        above = self._inhibitors.above(
            rule,
            instance,
            state,
            severity,
            channels=lambda: self._channels(rule, instance, severity, project),
            quiet=lambda theirs, other: self._is_quiet(theirs, other, project),
        )
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

    def _is_quiet(self, rule: AlertRule, one: Instance, project: str) -> bool:
        """Whether nobody would hear a word about *one* now, whatever is above it."""
        if self._silence(rule, one, one.severity, project):
            return True
        through = rule.through_quiet_hours and one.severity is Severity.CRITICAL
        return not through and bool(self._muted(rule, one, one.severity, project))

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
