"""How it came to an incident, in order: what was evaluated and answered, and which silences began and ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dgbot.domain.alerting.chronicle import Chronicle
from dgbot.domain.alerting.hushing import Silence, matched_labels
from dgbot.domain.alerting.labels import fit
from dgbot.domain.replies import Mention
from dgbot.plugin.alerts import Reason
from dgbot.services.alerting.reasons import Link, chain, leading


def links(found: Chronicle) -> Iterator[Link]:
    """Yield a link for each evaluation and each click, from when it was pending."""
    unit = found.rule.unit if found.rule else ""
    return chain([*leading(found.before), *found.entries], unit=unit)


def in_order(found: Chronicle) -> list[Link | Reason]:
    """Return the links, and lines on silences, by time."""
    told = list[Link | Reason]()
    last = found.entries[-1].at if found.entries else None
    for one, ended in silences(found):
        matchers = " ".join(map(str, one.matchers))
        told.append(Reason(one.begins, (f"silence {one.id} by ", Mention(one.by), f": {matchers} ({one.comment})")))
        if last is not None and (over := ended or one.ends) <= last:
            told.append(Reason(over, f"silence {one.id} {'was ended' if ended else 'is over'}"))
    return sorted([*told, *links(found)], key=lambda one: one.at)


def silences(found: Chronicle) -> Iterator[tuple[Silence, datetime | None]]:
    """Yield the silences that kept something of it back, or could have, with when somebody ended each."""
    named = {entry.because for entry in found.entries}
    for one, ended in found.silences:
        fits = f"silence:{one.id}" in named
        if found.rule is not None and found.labels:
            rule, severities = found.rule, [level.severity for level in found.rule.ladder.levels]
            labels = (matched_labels(rule, found.labels, project=found.project, severity=s) for s in severities)
            fits = fits or any(fit(one.matchers, each) for each in labels)
        if fits:
            yield one, ended
