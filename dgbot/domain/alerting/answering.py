"""What people say to an alert: they look after it, or want to hear of it later. Neither changes where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting.states import AlertState
from dgbot.domain.alerting.telling import Acknowledgement, Act, Post, Snooze, Speech, Told, Why

ACK_LASTS, LONGEST_ACK = timedelta(hours=24), timedelta(days=3660)
"""How long somebody looks after an alert who does not say so, and how long at most, whatever its rule says."""


class NothingFires(Exception):
    """There is nothing to acknowledge or to snooze; *closed_at* says since when, if there was an incident."""

    def __init__(self, closed_at: datetime | None) -> None:
        super().__init__("Nothing fires.")
        self.closed_at = closed_at


class SeenAlready(Exception):
    """Somebody looks after it already."""

    def __init__(self, ack: Acknowledgement) -> None:
        super().__init__(f"{ack.by} looks after it.")
        self.ack = ack


class AwakeAlready(Exception):
    """Nobody looks after it, and nobody has snoozed it."""


def acknowledge(told: Told, state: AlertState, *, by: str, now: datetime, lasts: timedelta = ACK_LASTS) -> Speech:
    """Let *by* look after the incident: no repeats and no escalation until it is worse, closed, or *lasts* is over.

    Raises NothingFires, and SeenAlready while somebody does.
    """
    _check(state)
    if told.ack is not None and now < told.ack.until and told.incident_id == state.opened.id:
        raise SeenAlready(told.ack)
    return _shown(replace(told, ack=Acknowledgement(by, now, state.rank, now + min(lasts, LONGEST_ACK))), state)


def snooze(told: Told, state: AlertState, *, by: str, now: datetime, until: datetime | None) -> Speech:
    """Say nothing of the incident before *until* (None: before its level changes), unless it gets worse or closes.

    Raises NothingFires.
    """
    _check(state)
    return _shown(replace(told, snooze=Snooze(by, now, state.rank, until)), state)


def wake(told: Told, state: AlertState) -> Speech:
    """Take back an acknowledgement and a snooze; raises NothingFires, and AwakeAlready if there is neither."""
    _check(state)
    if told.ack is None and told.snooze is None:
        raise AwakeAlready
    return _shown(replace(told, ack=None, snooze=None), state)


def _check(state: AlertState) -> None:
    if not state.fires:
        raise NothingFires(state.incident.closed_at if state.incident else None)


def _shown(told: Told, state: AlertState) -> Speech:
    """Return *told* and the edit that shows it, if there is a message."""
    if not told.anchor or told.incident_id != state.opened.id:
        return Speech(told)
    edit = Post(Act.EDIT, Why.STANDING, told.anchor, told.said + 1, told.elsewhere)
    return Speech(replace(told, said=edit.number), (edit,))
