"""What an evaluation finds at a moment of a script: one outcome for each thing that its rule watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from dgbot.domain.alerting.labels import Labels, fingerprint
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.outcomes import Cause, Empty, Fail, Gone, Outcome, Value
from dgbot.domain.alerting.rules import AlertRule, Instance
from dgbot.domain.alerting.states import AlertState, Phase
from dgbot.services.alerting.findings import ABSENT_FOR
from dgbot.services.alerting.rehearsal.notation import Missing, Point, Stale
from dgbot.services.alerting.rehearsal.script import Script

REASONS = {
    Cause.AUTH: "Deepgram refused the bot's key.",
    Cause.RATE: "Deepgram is asked too often.",
    Cause.NET: "Deepgram could not be reached.",
    Cause.API: "Deepgram answered with an error.",
    Cause.BUG: "The check broke.",
}


def found(
    script: Script, rule: AlertRule, instances: Mapping[tuple[str, str], Instance], now: datetime
) -> Iterator[tuple[Instance, Outcome]]:
    """Yield each thing that *rule* watches with what is found of it, as the monitor would; new things, too."""
    at = (now - script.start) // script.interval
    watched = [one for one in script.series if one.check == rule.check and rule.watches(one.project, one.project)]
    check = script.checks.get(rule.check)
    gone = check.gone if check else ""
    points = [(one, one.points[at] if at < len(one.points) else Stale()) for one in watched]
    for series, point in points:
        labels = {**series.labels, "project_id": series.project}
        mark = fingerprint(labels)
        known = instances.get((rule.id, mark))
        if not isinstance(point, Stale):
            yield known or Instance(rule.id, mark, labels), _outcome(point, now)
        elif known is not None:
            yield known, _absent(known, gone)


def labels_of(rule: AlertRule, own: Labels, severity: Severity | None) -> Labels:
    """Return the labels that matchers look at: those of the rule, the *own* ones of the thing, and what both are."""
    known = {"rule": rule.name, "kind": rule.check, "project": project_of(own), "severity": severity or ""}
    return {**rule.labels, **own, **known}


def project_of(labels: Labels) -> str:
    """Return the project of the thing with *labels*."""
    return labels.get("project_id", "")


def failing(state: AlertState | None) -> Cause | None:
    """Return why nobody knows the value, if it is for a failure."""
    return state.failing if state is not None and state.phase is Phase.ERROR else None


def _outcome(point: Point, now: datetime) -> Outcome:
    if isinstance(point, Cause):
        return Fail(point, REASONS[point])
    return Empty() if isinstance(point, Missing | Stale) else Value(point, now)


def _absent(known: Instance, gone: str) -> Outcome:
    missed = known.state.misses + 1 if known.state else 1
    return Gone(gone) if missed >= ABSENT_FOR else Empty()
