"""What becomes of an instance when people change its rule, pause it, or take it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dgbot.domain.alerting.evaluating import Criteria, resolved
from dgbot.domain.alerting.levels import Ladder
from dgbot.domain.alerting.states import AlertState, Phase, Row, Step


def revised(state: AlertState, before: Criteria, rule: Criteria, *, by: str, now: datetime) -> Step:
    """Return where *state* stands under a *rule* that took the place of *before*, judged by its last value.

    What still breaches keeps firing, unless the new rule wants to wait longer: then it pends, and what was posted is
    closed. What does not is closed; *by* is the user who changed the rule, empty if it was none. Where nothing that
    decides was changed, nothing is judged.
    """
    if before == rule:
        return Step(state, (Row.EDITED,))
    if not state.fires:
        return Step(replace(state, breaches=()), (Row.EDITED,))
    known = replace(state, breaches=tuple(b for b in state.breaches if b.rank in rule.ladder.ranks))
    worst = _worst(state, before.ladder, rule.ladder)
    if not worst:
        return Step(resolved(known, now, "its rule was changed", by=by), (Row.EDITED,))
    if _waits_longer(before, rule, state.rank, worst):
        closed = resolved(known, now, "its rule was changed and waits longer", by=by)
        return Step(replace(closed, phase=Phase.PENDING, breaches=known.breaches), (Row.EDITED,))
    incident = state.opened.at_rank(worst, now, was=state.rank)
    return Step(replace(known, rank=worst, incident=incident), (Row.EDITED,))


def _worst(state: AlertState, before: Ladder, ladder: Ladder) -> int:
    """Return the rank at which the last value stands; between firing and recovery it goes on under the same lines."""
    if state.value is None:
        return 0
    standing = ladder.standing(state.value, up_to=state.rank) if before.lines == ladder.lines else 0
    return max([standing, *ladder.breached(state.value)])


def _waits_longer(before: Criteria, rule: Criteria, was: int, now: int) -> bool:
    old, new = before.ladder[was].hold, rule.ladder[now].hold
    return new.lasts > old.lasts or new.evaluations > old.evaluations


def ended(state: AlertState, *, because: str, now: datetime, by: str = "") -> Step:
    """Return *state* closed, *because* its rule is paused or gone, *by* a user."""
    if not state.fires:
        return Step(replace(state, phase=Phase.OK, beneath=None, breaches=()), (Row.ENDED,))
    return Step(resolved(state, now, because, by=by), (Row.ENDED,))
