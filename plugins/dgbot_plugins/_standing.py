"""Where a rule stands, as a mark and a few words: green only where a value was seen, and is good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dgbot import AlertRule, AlertState, Mention, Piece, Severity, said

Worded = Callable[[Decimal, str], str]
"""Says a value in its unit, such as ``$42 left``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The coloured *mark* of a rule, and *says* where it stands."""

    mark: str
    says: tuple[Piece, ...]


def standing_of(rule: AlertRule, states: Sequence[AlertState], worded: Worded) -> Standing:
    """Return where the worst of what *rule* watches stands."""
    if rule.paused_by:
        return Standing("⚪", ("paused by ", Mention(rule.paused_by)))
    if firing := [state for state in states if state.fires]:
        return _firing(rule, firing, states)
    if blind := [state for state in states if state.blind]:
        return Standing("🟡", (*_of(blind, states), "can't be measured since ", _earliest(blind)))
    if states and all(state.gone for state in states):
        return Standing("⚪", ("what it watches is no more",))
    if waiting := [state for state in states if state.breaches]:
        return _waiting(rule, waiting, states, worded)
    if doubtful := [state for state in states if _beyond(rule, state)]:
        was = _value(rule, doubtful[0], said)
        return Standing("⏳", (*_of(doubtful, states), f"was {was} ", doubtful[0].good_at, ", not checked again yet"))
    unknown = [state for state in states if state.value is None]
    if unknown and all(map(_is_early, unknown)):
        seen = max(state.evaluated_at for state in unknown)
        return Standing("⏳", (*_of(unknown, states), "too little to go by yet, checked ", seen))
    if len(unknown) == len(states):
        return Standing("⏳", ("not checked yet",))
    if unknown:
        return Standing("⏳", (*_of(unknown, states), "not checked yet"))
    return Standing("🟢", (_value(rule, states[0], worded) if len(states) == 1 else f"none of {len(states)} fires",))


def checked(states: Sequence[AlertState]) -> bool:
    """Whether anything that a rule watches was ever seen."""
    return any(state.value is not None for state in states)


def too_early(states: Sequence[AlertState]) -> bool:
    """Whether what a rule watches was looked at, and has too little to go by for any value yet."""
    return bool(states) and all(map(_is_early, states))


def _is_early(state: AlertState) -> bool:
    """Whether the last evaluation was fine though it had no value, as those of forecasts are at first."""
    return state.value is None and not state.misses and not state.failures and not state.blind


def _firing(rule: AlertRule, firing: Sequence[AlertState], states: Sequence[AlertState]) -> Standing:
    worst = max(firing, key=lambda state: state.rank)
    mark = "🔴" if rule.ladder[max(worst.rank, 1)].severity is Severity.CRITICAL else "🟡"
    count = "firing" if len(states) == 1 else f"{len(firing)} of {len(states)} fire"
    blind = [state for state in firing if state.blind]
    unseen: tuple[Piece, ...] = (", can't be measured since ", _earliest(blind)) if blind else ()
    return Standing(mark, (f"{count} since ", min(state.opened.since for state in firing), *unseen))


def _waiting(rule: AlertRule, waiting: Sequence[AlertState], states: Sequence[AlertState], worded: Worded) -> Standing:
    """Tell of the first one that is going to fire, if it stays as bad as it is."""
    first = min(waiting, key=lambda state: _due(rule, state)[0])
    due, more = _due(rule, first)
    since = min(breach.since for breach in first.breaches)
    until: tuple[Piece, ...] = (", waits until ", due) if due > first.evaluated_at else ()
    checks: tuple[Piece, ...] = (f", waits for {more} more check{'s' * (more > 1)}",) if more and not until else ()
    value = _value(rule, first, worded)
    return Standing("⏳", (*_of(waiting, states), f"{value}, {rule.ladder.side} since ", since, *(until or checks)))


def _due(rule: AlertRule, state: AlertState) -> tuple[datetime, int]:
    """Return when what waits is news at the earliest, and how many more evaluations it takes until then."""
    holds = [(breach, rule.ladder[breach.rank].hold) for breach in state.breaches]
    return min((breach.since + hold.lasts, max(0, hold.evaluations - breach.count)) for breach, hold in holds)


def _beyond(rule: AlertRule, state: AlertState) -> bool:
    """Whether its last value is from before the rule was changed, or went on: a newer one would have fired."""
    return state.value is not None and bool(rule.ladder.breached(state.value))


def _value(rule: AlertRule, state: AlertState, worded: Worded) -> str:
    return "not checked yet" if state.value is None else worded(state.value, state.unit or rule.unit)


def in_unit(value: Decimal, unit: str) -> str:
    """Say *value* of any kind."""
    return f"{said(value, unit)} now"


def _earliest(states: Sequence[AlertState]) -> datetime:
    return min(state.good_at for state in states)


def _of(some: Sequence[AlertState], states: Sequence[AlertState]) -> tuple[Piece, ...]:
    return () if len(states) == 1 else (f"{len(some)} of {len(states)}: ",)
