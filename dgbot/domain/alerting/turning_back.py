"""What is known of an instance after the clock was ahead of the time: nothing of it is from later than now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Told

SKEW = timedelta(minutes=5)
"""A clock that was set back by more than this skips the evaluation."""

TOO_FAR = timedelta(hours=3)
"""A clock that was set back by more than this was wrong before: what it said then counts as now."""


def turned_back(state: AlertState, now: datetime) -> AlertState:
    """Return *state* with every moment that is still to come moved to *now*."""
    incident = state.incident and replace(
        state.incident,
        since=min(state.incident.since, now),
        closed_at=state.incident.closed_at and min(state.incident.closed_at, now),
        reached=tuple(min(at, now) for at in state.incident.reached),
    )
    return replace(
        state,
        good_at=min(state.good_at, now),
        evaluated_at=min(state.evaluated_at, now),
        breaches=tuple(replace(one, since=min(one.since, now)) for one in state.breaches),
        recovers_since=state.recovers_since and min(state.recovers_since, now),
        incident=incident,
    )


def told_by(told: Told, now: datetime) -> Told:
    """Return *told* with nothing said later than *now*; what people asked for lasts as long as they said."""
    ack, snooze = told.ack, told.snooze
    if ack is not None and ack.at > now:
        ack = replace(ack, at=now, until=now + (ack.until - ack.at))
    if snooze is not None and snooze.at > now:
        snooze = replace(snooze, at=now, until=snooze.until and now + (snooze.until - snooze.at))
    return replace(
        told,
        notified_at=told.notified_at and min(told.notified_at, now),
        repeats_from=told.repeats_from and min(told.repeats_from, now),
        edited_at=told.edited_at and min(told.edited_at, now),
        flips=tuple(at for at in told.flips if at <= now),
        ack=ack,
        snooze=snooze,
    )
