"""Which alert speaks for another: a worse one about the same thing that people heard of wherever this one is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.plugin.check import Check

REFUSED = "refused"
"""Stands where the id of an alert would, for a rule that the key may not measure."""

Quiet = Callable[[AlertRule, Instance], bool]
"""Tells whether something else keeps an instance of a rule quiet now."""


class Inhibitors:
    """What may speak for others among the instances that are *unwell*, found by what they are about.

    Of two alerts at most one is kept quiet: a critical one never is, and nothing else speaks for another.
    """

    def __init__(self, unwell: Iterable[Instance], rules: Mapping[str, AlertRule], checks: Mapping[str, Check]) -> None:
        self._rules, self._checks = rules, checks
        self._critical = defaultdict[tuple[str, str], list[Instance]](list)
        self._refused: dict[str, tuple[datetime, str]] = {}
        for one in unwell:
            if (rule := rules.get(one.rule_id)) is None or one.state is None:
                continue
            if one.severity is Severity.CRITICAL:
                self._critical[self._about(rule), one.fingerprint].append(one)
            if is_refused(one.state):
                project_id, failed = one.labels.get("project_id", ""), (one.state.evaluated_at, rule.name)
                self._refused[project_id] = max(failed, self._refused.get(project_id, failed))

    def above(
        self,
        rule: AlertRule,
        one: Instance,
        state: AlertState,
        severity: Severity | None,
        *,
        channels: Callable[[], Collection[str]],
        quiet: Quiet,
    ) -> str:
        """Return which rule says already what *one* would, with the id of its alert; empty if none does.

        *one* is in *state*, and would be told in *channels*. A key that is refused speaks for what it kept from being
        measured since.
        """
        if severity in {None, Severity.CRITICAL}:
            return ""
        for other in self._critical.get((self._about(rule), one.fingerprint), ()):
            speaks = self._rules[other.rule_id]
            if other.state and heard_in(other).issuperset(channels()) and not quiet(speaks, other):
                return f"{speaks.name}/{other.state.opened.id}"
        failed_at, name = self._refused.get(one.labels.get("project_id", ""), (None, ""))
        if failed_at is not None and state.good_at < failed_at and not is_refused(state):
            return f"{name}/{REFUSED}"
        return ""

    def _about(self, rule: AlertRule) -> str:
        check = self._checks.get(rule.check)
        return check.subject if check is not None else rule.check


def is_refused(state: AlertState) -> bool:
    """Whether the key may not measure it."""
    return state.phase is Phase.ERROR and state.failing is Cause.AUTH


def heard_in(one: Instance) -> frozenset[str]:
    """Return the channels that heard how bad *one* is; none while the word about that is kept back."""
    state, told = one.state, one.told
    if state is None or not state.fires or not told.anchor or told.incident_id != state.opened.id:
        return frozenset()
    if told.owed or told.rank < state.rank:
        return frozenset()
    return frozenset(place.channel_id for place in told.places)
