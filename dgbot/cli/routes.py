"""What ``dgbot alerts route`` reads and prints."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.mentions import read_calls
from dgbot.domain.alerting.rules import AlertRule, EscalationStep
from dgbot.domain.replies import plain
from dgbot.plugin.check import Check
from dgbot.plugin.params import write_duration
from dgbot.services.alerting.routing import Hearing


class BadLabels(Exception):
    """Labels that can't be read; the message says what would fit."""


def read_labels(text: str) -> dict[str, str]:
    """Return ``kind=balance,severity=critical`` as a mapping, or raise BadLabels."""
    labels: dict[str, str] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([a-z_][a-z0-9_]*)\s*=\s*(.*?)\s*", part)
        if found is None:
            raise BadLabels(f"--labels: {part.strip()!r} is no label such as kind=balance; separate several by commas.")
        if found[1] in labels:
            raise BadLabels(f"--labels: {found[1]} stands there twice.")
        labels[found[1]] = found[2]
    return labels


def refuse_unknown(labels: Labels, rules: Sequence[AlertRule], checks: Mapping[str, Check]) -> None:
    """Raise BadLabels for a severity, a kind or a rule that there is not."""
    there_are = {"severity": [*Severity], "kind": sorted(checks), "rule": sorted({one.name for one in rules})}
    for label, values in there_are.items():
        value = labels.get(label)
        if value is not None and value not in values:
            near = difflib.get_close_matches(value, values, n=1)
            fits = f"did you mean {near[0]}?" if near else f"there are {', '.join(values)}."
            raise BadLabels(f"--labels: {value!r} is no {label}; {fits}")


def lines_of(rules: Sequence[AlertRule], rule: AlertRule, hearings: Sequence[Hearing]) -> Iterator[str]:
    """Yield who hears of *rule*, a line each; one that is otherwise in one project than in the others says in which."""
    otherwise = not rule.of_many and any(one.name == rule.name for one in rules if one is not rule)
    for one in hearings:
        yield _line(one, f" in {rule.project_id}" if otherwise else "")


def _line(one: Hearing, where: str) -> str:
    when = f" ({one.severity})" if one.severity else ""
    calls = f" calls {_called(one.mention)}" if one.mention else ""
    later = "".join(f", after {write_duration(step.after)} {_elsewhere(step)}" for step in one.later)
    return f"{one.rule}{where}{when}: {one.channel_id}{calls}{later}"


def _elsewhere(step: EscalationStep) -> str:
    calls = f"calls {_called(step.mention)}" if step.mention else ""
    return " ".join(filter(None, (step.channel_id, calls)))


def _called(mention: str) -> str:
    return " ".join(plain((call,)) for call in read_calls(mention))
