"""What readings mean for the instances of a rule: for old ones that are missing, too, and for new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dgbot.domain.alerting.labels import fingerprint
from dgbot.domain.alerting.outcomes import Empty, Fail, Gone, Outcome
from dgbot.domain.alerting.rules import Instance
from dgbot.services.alerting.measuring import Reading, Readings

ABSENT_FOR = 2
"""Evaluations in which a thing is missing while others are there, after which it is no more."""


Known = Mapping[str, Sequence[Instance]]
"""The instances of a rule by the project that they are in."""


def findings(
    rule_id: str, known: Mapping[str, Instance], readings: Readings, *, gone: str
) -> Iterator[tuple[Instance, Reading]]:
    """Yield every instance with what was found about it; *gone* is why one of several is there no more."""
    if readings.failed is not None:
        alone = {"project_id": readings.project.id}
        for instance in known.values() or [Instance(rule_id, fingerprint(alone), alone)]:
            yield instance, Reading(instance.labels, _blind(instance, readings.failed), instance.detail)
        return
    for mark, reading in readings.by_fingerprint.items():
        yield known.get(mark) or Instance(rule_id, mark, reading.labels), reading
    for mark, instance in known.items():
        if mark not in readings.by_fingerprint:
            others = readings.listed or bool(readings.by_fingerprint)
            yield instance, Reading(instance.labels, _absent(instance, gone, among_others=others), instance.detail)


def _blind(instance: Instance, failed: Fail | Empty | Gone) -> Outcome:
    """Return what a check that found nothing at all means: what is gone is so only after it was missed for long."""
    state = instance.state
    if not isinstance(failed, Gone) or (state is not None and (state.blind or state.gone)):
        return failed
    return Empty(failed.reason)


def _absent(instance: Instance, gone: str, *, among_others: bool) -> Outcome:
    missed = instance.state.misses + 1 if instance.state else 1
    return Gone(gone) if among_others and missed >= ABSENT_FOR else Empty()


def by_project(instances: Iterable[Instance]) -> Known:
    """Return *instances* by the id of their project."""
    found: dict[str, list[Instance]] = {}
    for one in instances:
        found.setdefault(one.labels.get("project_id", ""), []).append(one)
    return found
