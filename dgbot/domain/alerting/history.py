"""What happened to an instance, line by line, said or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dgbot.domain.alerting.states import Row, Step
from dgbot.domain.alerting.telling import Act, Speech, Why


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the transitions and the *value* that led to it, and what was posted, or kept back *because* of what.

    Without *act* nothing was to be said. *by* is the user whose answer it was, or who closed the incident by
    changing, pausing or removing its rule.
    """

    at: datetime
    incident_id: str
    rows: tuple[str, ...]
    value: Decimal | None
    act: Act | None = None
    why: Why | None = None
    because: str = ""
    by: str = ""


QUIET = frozenset({Row.GOOD, Row.STILL_FIRES, Row.IN_BETWEEN, Row.STILL_PENDS, Row.STILL_RECOVERS, Row.CLOSED})
"""Transitions that are no news and leave no line by themselves."""


def entries(step: Step, speech: Speech, now: datetime) -> Iterator[Entry]:
    """Yield a line for everything that was said or kept back, or one for a transition of which nothing was said."""
    incident = step.state.incident
    told_of = incident.id if incident else ""
    by = incident.closed_by if incident is not None and incident.closed_at == now else ""
    rows = tuple(row.value for row in step.rows)
    for post in speech.posts:
        yield Entry(now, told_of, rows, step.state.value, post.act, post.why, by=by)
    for one in speech.withheld:
        yield Entry(now, told_of, rows, step.state.value, one.act, one.why, one.because, by)
    if not speech.posts and not speech.withheld and set(step.rows) - QUIET:
        yield Entry(now, told_of, rows, step.state.value, by=by)
