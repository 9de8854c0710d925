"""One evaluation of one rule: a pure function from where it stood and what was found to where it stands.

The table of transitions is in docs/alert-states.md. A value decides; its absence never does: without one the clocks of
``for`` and of ``keep firing`` stand still, and what fires keeps firing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.domain.alerting.levels import Ladder
from dgbot.domain.alerting.outcomes import Cause, Empty, Fail, Gone, Outcome, Value, judged
from dgbot.domain.alerting.states import RECOVERED, AlertState, Breach, Incident, Phase, Row, Step
from dgbot.domain.alerting.turning_back import SKEW, TOO_FAR, turned_back

LONG_GAP = 2
"""So many intervals without an evaluation are an outage, in which no clock of a rule runs on."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What decides: the lines of *ladder*, and how patient the rule is with values and with their absence."""

    ladder: Ladder
    every: timedelta
    keep_firing: timedelta = timedelta()
    no_data_after: timedelta | None = None
    error_after: int = 2
    max_age: timedelta = timedelta.max
    reopen_within: timedelta = timedelta(minutes=30)

    @property
    def patience(self) -> timedelta:
        """How long values may be missing before that is told."""
        return 3 * self.every if self.no_data_after is None else self.no_data_after


def step(state: AlertState | None, outcome: Outcome, now: datetime, rule: Criteria, *, incident_id: str) -> Step:
    """Return where the instance stands after *outcome*, and which transitions led there.

    *state* is None before the first evaluation. *incident_id* names the incident that this evaluation may open.
    *now* is the slot's time; earlier than the last evaluation it counts as that one's.
    """
    first = state is None
    state = state or AlertState(good_at=now, evaluated_at=now)
    if state.evaluated_at - now > TOO_FAR:
        state = turned_back(state, now)
    if state.evaluated_at - now > SKEW:
        return Step(state, (Row.CLOCK_BACK,))
    now = max(now, state.evaluated_at)
    found = judged(outcome, now, max_age=rule.max_age)
    if isinstance(found, Value):
        measured = replace(state, unit=found.unit or state.unit, gone=False)
        after = _seen(measured, found.amount, now, rule, incident_id, first=first)
    elif isinstance(found, Empty):
        after = _missed(state, found, now, rule)
    elif isinstance(found, Fail):
        after = _failed(state, found.cause, rule)
    else:
        after = _gone(state, found, now)
    return replace(after, state=replace(after.state, evaluated_at=now))


def _seen(state: AlertState, value: Decimal, now: datetime, rule: Criteria, new_id: str, *, first: bool) -> Step:
    back, resumed = _resumed(state, now, rule)
    breaches = _breaches(resumed.breaches, value, now, rule.ladder)
    known = replace(
        resumed, breaches=breaches, value=value, good_at=now, misses=0, failures=0, failing=None, beneath=None
    )
    held = max((b.rank for b in breaches if _is_held(b, now, rule.ladder)), default=0)
    if known.fires:
        after = _while_firing(known, value, held, now, rule)
    elif breaches and _may_reopen(known, now, rule):
        after = _reopened(known, value, held or breaches[0].rank, now, rule)
    elif held:
        after = _fired(known, value, held, now, new_id)
    elif breaches:
        row = Row.STILL_PENDS if known.phase is Phase.PENDING else Row.PENDS
        again = (Row.AGAIN,) if known.phase is Phase.RESOLVED else ()
        after = Step(replace(known, phase=Phase.PENDING), (*again, row))
    else:
        after = _calm(known, now, rule, first=first)
    return replace(after, rows=(*back, *after.rows))


def _resumed(state: AlertState, now: datetime, rule: Criteria) -> tuple[tuple[Row, ...], AlertState]:
    """Return what was beneath a time without values, its clocks moved on by the length of it."""
    unseen = state.blind or state.misses or state.failures
    outage = now - state.evaluated_at > LONG_GAP * rule.every
    if not unseen and not outage:
        return (), state
    gap = now - state.good_at
    resumed = replace(
        state,
        phase=state.underneath,
        breaches=tuple(replace(breach, since=breach.since + gap) for breach in state.breaches),
        recovers_since=state.recovers_since and state.recovers_since + gap,
    )
    back = {Phase.NO_DATA: (Row.DATA_BACK,), Phase.ERROR: (Row.MENDED,)}.get(state.phase, ())
    return ((*back, Row.RESTARTED) if outage else back), resumed


def _breaches(before: Sequence[Breach], value: Decimal, now: datetime, ladder: Ladder) -> tuple[Breach, ...]:
    running = {breach.rank: breach for breach in before}
    return tuple(
        replace(running[rank], count=running[rank].count + 1) if rank in running else Breach(rank, now)
        for rank in ladder.breached(value)
    )


def _is_held(breach: Breach, now: datetime, ladder: Ladder) -> bool:
    hold = ladder[breach.rank].hold
    return now - breach.since >= hold.lasts and breach.count >= hold.evaluations


def _may_reopen(state: AlertState, now: datetime, rule: Criteria) -> bool:
    last = state.incident
    if last is None or last.closed_at is None or last.because != RECOVERED:
        return False
    return now - last.closed_at <= rule.reopen_within


def _fired(state: AlertState, value: Decimal, rank: int, now: datetime, new_id: str) -> Step:
    incident = Incident(new_id, now, value, reached=(now,) * rank)
    after = replace(state, phase=Phase.FIRING, rank=rank, incident=incident, recovers_since=None)
    again = (Row.AGAIN,) if state.phase is Phase.RESOLVED else ()
    return Step(after, (*again, Row.HELD if state.phase is Phase.PENDING else Row.FIRED))


def _reopened(state: AlertState, value: Decimal, rank: int, now: datetime, rule: Criteria) -> Step:
    worst = rule.ladder.worse(state.opened.worst, value)
    open_again = replace(
        state.opened,
        reopened=state.opened.reopened + 1,
        worst=worst,
        closed_at=None,
        because="",
        closed_by="",
        reached=(now,) * rank,
    )
    return Step(replace(state, phase=Phase.FIRING, rank=rank, incident=open_again), (Row.REOPENED,))


def _while_firing(state: AlertState, value: Decimal, held: int, now: datetime, rule: Criteria) -> Step:
    incident = replace(state.opened, worst=rule.ladder.worse(state.opened.worst, value))
    standing = max(held, rule.ladder.standing(value, up_to=state.rank))
    if not standing:
        return _recovering(replace(state, incident=incident), now, rule)
    if standing > state.rank:
        row = Row.WORSENED
    elif standing < state.rank:
        row = Row.EASED
    elif state.phase is Phase.RECOVERING:
        row = Row.RELAPSED
    else:
        row = Row.STILL_FIRES if standing in rule.ladder.breached(value) else Row.IN_BETWEEN
    incident = incident.at_rank(standing, now, was=state.rank)
    return Step(replace(state, phase=Phase.FIRING, rank=standing, incident=incident, recovers_since=None), (row,))


def _recovering(state: AlertState, now: datetime, rule: Criteria) -> Step:
    since = state.recovers_since or now
    if now - since >= rule.keep_firing:
        row = Row.RECOVERED if state.phase is Phase.RECOVERING else Row.RESOLVED
        return Step(resolved(state, now, RECOVERED), (row,))
    row = Row.STILL_RECOVERS if state.phase is Phase.RECOVERING else Row.RECOVERS
    return Step(replace(state, phase=Phase.RECOVERING, recovers_since=since), (row,))


def resolved(state: AlertState, now: datetime, because: str, *, by: str = "") -> AlertState:
    """Return *state* with its incident closed; *because* is told, and the user *by* whom."""
    closed = state.incident and replace(state.incident, closed_at=now, because=because, closed_by=by)
    return replace(state, phase=Phase.RESOLVED, beneath=None, rank=0, breaches=(), recovers_since=None, incident=closed)


def _calm(state: AlertState, now: datetime, rule: Criteria, *, first: bool) -> Step:
    incident = state.incident if _may_reopen(state, now, rule) else None
    row = {Phase.PENDING: Row.CALMED, Phase.RESOLVED: Row.CLOSED}.get(state.phase, Row.GOOD)
    return Step(replace(state, phase=Phase.OK, incident=incident), (Row.BORN if first else row,))


def _missed(state: AlertState, empty: Empty, now: datetime, rule: Criteria) -> Step:
    if empty.early and not state.fires and state.underneath is not Phase.PENDING:
        back, resumed = _resumed(state, now, rule)
        return Step(replace(resumed, good_at=now, misses=0, failures=0, failing=None, beneath=None), back)
    unseen = replace(state, misses=state.misses + 1, failures=0)
    if state.phase is Phase.NO_DATA:
        return Step(unseen)
    if now - state.good_at >= rule.patience:
        return Step(replace(unseen, phase=Phase.NO_DATA, beneath=state.underneath, failing=None), (Row.NO_DATA,))
    return Step(unseen, (Row.FROZEN if state.phase is Phase.PENDING else Row.MISSED,))


def _failed(state: AlertState, cause: Cause, rule: Criteria) -> Step:
    unseen = replace(state, failures=state.failures + 1)
    known = state.phase is Phase.ERROR and state.failing is cause
    if known or not (cause is Cause.AUTH or unseen.failures >= rule.error_after):
        rows = (Row.FAILED_ONCE,) if not known else ()
        return Step(unseen, (*rows, Row.FROZEN) if state.phase is Phase.PENDING else rows)
    return Step(replace(unseen, phase=Phase.ERROR, beneath=state.underneath, failing=cause), (Row.FAILED,))


def _gone(state: AlertState, gone: Gone, now: datetime) -> Step:
    rows = () if state.gone and not state.blind else (Row.MISSING,)
    ended = resolved(state, now, gone.reason) if state.fires else replace(state, phase=Phase.OK, beneath=None)
    return Step(replace(ended, breaches=(), gone=True), rows)
