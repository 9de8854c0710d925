"""Which channels hear of an alert with given labels, if it fires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.rules import AlertRule


@dataclass(frozen=True, slots=True)
class Hearing:
    """*channel_id* hears of *rule* at once; *later* hear, after so long, of what nobody acknowledged."""

    rule: str
    channel_id: str
    later: tuple[tuple[timedelta, str], ...] = ()


def hearings(rules: Iterable[AlertRule], labels: Labels) -> list[Hearing]:
    """Return who hears of an alert with *labels*, a rule each; *labels* that are left out may be anything.

    ``rule``, ``kind``, ``project`` and ``severity`` are those of the alert. Any other label has to be the rule's, if
    the rule has it, and is one of the thing that it watches if not.
    """
    return [
        Hearing(rule.name, rule.channel_id, _later(rule) if labels.get("severity") == Severity.CRITICAL else ())
        for rule in rules
        if _may_be(rule, labels)
    ]


def _may_be(rule: AlertRule, labels: Labels) -> bool:
    severities = {level.severity for level in rule.ladder.levels}
    of_alert: Mapping[str, bool] = {
        "rule": labels.get("rule") in {None, rule.name},
        "kind": labels.get("kind") in {None, rule.check},
        "project": "project" not in labels or rule.watches(labels["project"], labels["project"]),
        "severity": labels.get("severity") in {None, *severities},
    }
    own = all(rule.labels.get(name, value) == value for name, value in labels.items() if name not in of_alert)
    return own and all(of_alert.values())


def _later(rule: AlertRule) -> tuple[tuple[timedelta, str], ...]:
    return tuple((step.after, step.channel_id) for step in rule.escalation)
