"""Which channels hear of an alert with given labels, if it fires."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule, EscalationStep

OWN = frozenset({"rule", "kind", "project", "severity"})
"""Labels that every alert has; any other one is the rule's, or one of the thing that it watches."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """A channel hears of *rule* at once, and *mention* is called; *later* hear if nobody looks after it for so long.

    *severity* is that of the alert, if who hears depends on it and nobody said which; else empty.
    """

    rule: str
    channel_id: str
    mention: str = ""
    later: tuple[EscalationStep, ...] = ()
    severity: str = ""


def hearings(rules: Iterable[AlertRule], labels: Labels) -> list[Hearing]:
    """Return who hears of an alert with *labels*; those that are left out are empty, but the severity may be any.

    ``rule``, ``kind``, ``project`` and ``severity`` are those of the alert. Any other label has to be the rule's, if
    the rule has it, and is one of the thing that it watches if not.
    """
    return [one for rule in rules if _may_be(rule, labels) for one in _of_rule(rule, labels)]


def _of_rule(rule: AlertRule, labels: Labels) -> list[Hearing]:
    """Ask for each severity that it may have what the monitor asks when it fires; one answer if all are the same."""
    own = {name: value for name, value in labels.items() if name not in OWN}
    project = labels.get("project", "" if rule.of_many else rule.project_id)
    asked = labels.get("severity")
    severities = dict.fromkeys(level.severity for level in rule.ladder.levels)
    heard = {
        severity: [
            Hearing(rule.name, one.channel_id, one.mention, rule.escalation if severity is Severity.CRITICAL else ())
            for one in hearers(rule, own, project=project, severity=severity)
        ]
        for severity in severities
        if asked in {None, severity}
    }
    if asked is None and any(each != next(iter(heard.values())) for each in heard.values()):
        return [replace(one, severity=severity) for severity, each in heard.items() for one in each]
    return next(iter(heard.values()))


def looked_at(rules: Iterable[AlertRule], labels: Labels) -> list[str]:
    """Return the labels that routes of such an alert look at, and that *labels* leave out: the way may depend on them.

    The severity is none of them: each one is told of.
    """
    left_out = set[str]()
    for rule in rules:
        if _may_be(rule, labels) and not rule.channel_id:
            known = {*labels, *rule.labels, "rule", "kind", "severity", *(() if rule.of_many else ("project",))}
            left_out |= {matcher.label for route in rule.routes for matcher in route.matchers} - known
    return sorted(left_out)


def _may_be(rule: AlertRule, labels: Labels) -> bool:
    severities = {level.severity for level in rule.ladder.levels}
    of_alert = (
        labels.get("rule") in {None, rule.name},
        labels.get("kind") in {None, rule.check},
        "project" not in labels or rule.watches(labels["project"], labels["project"]),
        labels.get("severity") in {None, *severities},
    )
    own = all(rule.labels.get(name, value) == value for name, value in labels.items() if name not in OWN)
    return own and all(of_alert)
