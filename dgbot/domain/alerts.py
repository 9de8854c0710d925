"""When a number becomes news."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

HYSTERESIS = Decimal("0.10")
"""A rule recovers at its threshold plus this share of it, so that a value near the line is told once."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Fire while *check* measures less than *threshold*; recover at *clear_at* and above.

    *origin* is ``settings``, ``slack`` or ``plugin``; *params* are the check's own; amounts are in the check's unit.
    """

    id: str
    name: str
    check: str
    project_id: str
    channel_id: str
    threshold: Decimal
    clear_at: Decimal
    every: timedelta
    origin: str
    created_by: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Incident:
    """From first firing to close; *lowest* is the worst value seen in it."""

    id: str
    since: datetime
    lowest: Decimal


@dataclass(frozen=True, slots=True)
class AlertState:
    """What a rule remembers between evaluations; *revision* grows with every save (compare-and-set)."""

    rule_id: str
    incident: Incident | None = None
    last_value: Decimal | None = None
    last_good_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured value in *unit*, such as 42.10 ``usd``."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The check could not measure; *reason* is a sentence for people."""

    reason: str


Outcome = Sample | Failure


class Change(StrEnum):
    """What happened to an incident."""

    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change worth telling: one message when it opened, one edit of it when it closed."""

    change: Change
    incident: Incident
    sample: Sample


@dataclass(frozen=True, slots=True)
class Step:
    """The state after an evaluation, and what must be told."""

    state: AlertState
    transition: Transition | None = None


def step(state: AlertState, outcome: Outcome, now: datetime, rule: AlertRule) -> Step:
    """Return the state after *outcome* and what must be told; the caller does both.

    A failure is neither good nor bad: it changes nothing. The trigger is strict (``<``), recovery is ``>=``.
    """
    if isinstance(outcome, Failure):
        return Step(state)
    seen = dataclasses.replace(state, last_value=outcome.value, last_good_at=now)
    if (incident := state.incident) is None:
        if outcome.value >= rule.threshold:
            return Step(seen)
        opened = Incident(f"{rule.id}-{now:%Y%m%dT%H%M%S%f}", now, outcome.value)
        return Step(dataclasses.replace(seen, incident=opened), Transition(Change.OPENED, opened, outcome))
    incident = dataclasses.replace(incident, lowest=min(incident.lowest, outcome.value))
    if outcome.value < rule.clear_at:
        return Step(dataclasses.replace(seen, incident=incident))
    return Step(dataclasses.replace(seen, incident=None), Transition(Change.CLOSED, incident, outcome))
