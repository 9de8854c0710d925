"""What is said after an evaluation: every change of where an instance stands, unless something keeps it back.

What keeps a notice back is asked in this order: inhibition, silence, quiet hours, snooze, acknowledgement, flapping.
What was posted as firing is always closed, by an edit, which nobody hears.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting import wishes
from dgbot.domain.alerting.levels import Ladder, Severity
from dgbot.domain.alerting.scene import Manner, Scene
from dgbot.domain.alerting.states import RECOVERED, Row, Step
from dgbot.domain.alerting.telling import LOUD, Act, Hush, Post, Speech, Told, Why, Withheld

FLAPS_FROM, CALM_BELOW, FLAPS_WITHIN = 5, 2, timedelta(hours=24)
"""An instance that changed so often in a day flaps, until it changes less."""

_AGAIN = frozenset({Why.FIRED, Why.REOPENED})
"""What is not said of a warning that flaps."""

_STILL_DUE = frozenset({Why.REPEAT, Why.ESCALATION})
"""What was kept back is said as soon as nothing keeps it back any more."""

_FLIPS = (Row.FIRED, Row.HELD, Row.REOPENED, Row.RESOLVED, Row.RECOVERED)


def speak(told: Told, step: Step, *, hush: Hush, now: datetime, ladder: Ladder, manner: Manner) -> Speech:
    """Return what is said after *step*, and what is kept back and why; the same input always gives the same words."""
    scene = Scene(step, hush, now, ladder, manner)
    counted = _counted(told, scene)
    scene = replace(scene, flaps_now=counted.flapping and not told.flapping)
    if step.state.fires:
        speech = _firing(counted, scene)
    elif counted.open:
        speech = _closing(counted, scene)
    else:
        speech = Speech(counted)
    return replace(speech, told=replace(speech.told, hushed=hush.reason))


def _counted(told: Told, scene: Scene) -> Told:
    recent = tuple(at for at in told.flips if scene.now - at < FLAPS_WITHIN)
    flips = (*recent, scene.now) if scene.did(*_FLIPS) else recent
    flapping = len(flips) >= FLAPS_FROM or (told.flapping and len(flips) >= CALM_BELOW)
    return replace(told, flips=flips, flapping=flapping)


def _firing(told: Told, scene: Scene) -> Speech:
    if told.incident_id != scene.incident.id:
        broken, told = "", wishes.begun(told, scene)
        wished = wishes.opening(told, scene)
    else:
        because, broken = wishes.over(told, scene), wishes.broken(told, scene)
        told = replace(wishes.awake(told, scene), open=True)
        wished = wishes.continuing(told, because, scene)
    posts, withheld = list[Post](), list[Withheld]()
    for act, why in wished:
        if act is Act.REPLY and not told.anchor:
            continue
        if because_of := _kept_back(told, act, why, scene):
            if (note := f"{why}: {because_of}") not in told.noted:
                withheld.append(Withheld(act, why, because_of))
                told = replace(told, noted=(*told.noted, note) if act in LOUD else told.noted)
            told = _owing(told, act, why, because_of, scene)
        else:
            told, post = _said(told, act, why, scene)
            posts.append(replace(post, broken=broken) if act is Act.BROADCAST else post)
    return Speech(told, tuple(posts), tuple(withheld))


def _kept_back(told: Told, act: Act, why: Why, scene: Scene) -> str:
    """Return why this is not said now; empty if it is."""
    if act in {Act.BROADCAST, Act.REPLY} and why in _AGAIN and told.flapping and not scene.critical:
        return "flapping"
    if act not in LOUD:
        return f"snooze:{told.snooze.by}" if why is Why.VALUE and told.snooze is not None else ""
    heard = scene.critical and scene.manner.through_quiet_hours
    if reason := (replace(scene.hush, muted="") if heard else scene.hush).reason:
        return reason
    if told.snooze is not None:
        return f"snooze:{told.snooze.by}"
    return f"acknowledgement:{told.ack.by}" if why in _STILL_DUE and told.ack is not None else ""


def _owing(told: Told, act: Act, why: Why, because: str, scene: Scene) -> Told:
    """Return *told* after something was kept back, so that it is wanted no more; what is still due, is."""
    if act is Act.EDIT:
        return replace(told, edited_at=scene.now)
    if why in _STILL_DUE:
        return told
    return replace(told, rank=scene.state.rank, repeats_from=scene.now, owed=because == scene.hush.reason)


def _said(told: Told, act: Act, why: Why, scene: Scene) -> tuple[Told, Post]:
    step = told.escalated + 1 if act is Act.ESCALATE else told.elsewhere if act is Act.EDIT else 0
    post = Post(act, why, told.anchor or scene.incident.id, told.said + 1, step)
    told = replace(told, anchor=post.anchor, said=post.number)
    if act is Act.ESCALATE:
        told = replace(told, escalated=step, elsewhere=max(told.elsewhere, step))
    if act in {Act.OPEN, Act.EDIT}:
        told = replace(told, edited_at=scene.now, edited_value=scene.state.value)
    if act in LOUD:
        told = replace(told, notified_at=scene.now, owed=False, noted=())
    if act in {Act.OPEN, Act.BROADCAST, Act.REPLY}:
        told = replace(told, rank=scene.state.rank, repeats_from=scene.now)
    return told, post


def _closing(told: Told, scene: Scene) -> Speech:
    """Close what was posted; what nobody was told of ends unheard."""
    ended = Told(
        told.anchor,
        told.incident_id,
        flips=told.flips,
        flapping=told.flapping,
        said=told.said,
        places=told.places,
        under=told.under,
    )
    if not told.anchor:
        return Speech(ended, (), (Withheld(Act.OPEN, Why.RESOLVED, told.hushed),))
    edit = Post(Act.EDIT, Why.RESOLVED, told.anchor, told.said + 1, told.elsewhere)
    if scene.incident.because != RECOVERED:  # people did it, or it is no more: that is no news to shout
        return Speech(replace(ended, said=edit.number), (edit,))
    was_critical = scene.ladder[told.rank].severity is Severity.CRITICAL
    word = Act.BROADCAST if was_critical or told.ack is None else Act.REPLY
    why = Why.FLAPPING if scene.flaps_now else Why.RESOLVED
    if because := _unheard(told, scene):
        return Speech(replace(ended, said=edit.number), (edit,), (Withheld(word, why, because),))
    heard = Post(word, why, told.anchor, told.said + 2)
    return Speech(replace(ended, said=heard.number), (edit, heard))


def _unheard(told: Told, scene: Scene) -> str:
    """Return why a close is only seen."""
    if reason := scene.hush.reason:
        return reason
    if told.snooze is not None and not wishes.has_run_out(told.snooze, scene.now):
        return f"snooze:{told.snooze.by}"
    return "flapping" if told.flapping and not scene.flaps_now else ""
