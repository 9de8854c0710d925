"""What would be said of an instance that fires, if nothing kept it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dgbot.domain.alerting.scene import Scene
from dgbot.domain.alerting.states import Phase, Row
from dgbot.domain.alerting.telling import Acknowledgement, Act, Snooze, Told, Why

Wish = tuple[Act, Why]


def begun(told: Told, scene: Scene) -> Told:
    """Return *told* at the beginning of the scene's incident; a message that flaps goes on telling of the next one."""
    anchor = told.anchor if told.flapping and not scene.flaps_now else ""
    flaps = told.flapping
    kept = told if anchor else Told()
    return Told(
        anchor,
        scene.incident.id,
        open=True,
        flips=told.flips,
        flapping=flaps,
        said=told.said,
        places=tuple(replace(one, called=0) for one in kept.places),
        under=kept.under,
    )


def opening(told: Told, scene: Scene) -> list[Wish]:
    """Return how an incident is told of first."""
    if told.anchor:
        return [(Act.EDIT, Why.FLAPPING), (Act.BROADCAST, Why.FIRED)]
    return _opened(told, Why.FLAPPING if scene.flaps_now else Why.FIRED)


def over(told: Told, scene: Scene) -> Why | None:
    """Return which reason to keep quiet has ended by itself, so that it is told at once that it still fires."""
    if told.snooze is not None and has_run_out(told.snooze, scene.now):
        return Why.SNOOZE_OVER
    if told.ack is not None and has_run_out(told.ack, scene.now):
        return Why.ACK_OVER
    return Why.HUSH_OVER if told.owed and not scene.hush.reason else None


def awake(told: Told, scene: Scene) -> Told:
    """Return *told* without what has run out of what people said, or was about something less bad or long over."""
    return replace(
        told,
        rank=min(told.rank, scene.state.rank),
        escalated=told.escalated if scene.critical else 0,
        ack=None if told.ack is None or _has_ended(told.ack, scene) else told.ack,
        snooze=None if told.snooze is None or _has_ended(told.snooze, scene) else told.snooze,
    )


def broken(told: Told, scene: Scene) -> str:
    """Return who had acknowledged it, or snoozed it, and hears now that it is worse; empty if nobody had."""
    overlays = [one for one in (told.ack, told.snooze) if one is not None and one.rank < scene.state.rank]
    return overlays[0].by if overlays else ""


def _has_ended(overlay: Acknowledgement | Snooze, scene: Scene) -> bool:
    if overlay.until is None:
        return overlay.rank != scene.state.rank
    return overlay.rank < scene.state.rank or has_run_out(overlay, scene.now)


def has_run_out(overlay: Acknowledgement | Snooze, now: datetime) -> bool:
    """Whether its time is over; one until something changes has none."""
    return overlay.until is not None and now >= overlay.until


def continuing(told: Told, because: Why | None, scene: Scene) -> list[Wish]:
    """Return what there is to say in an incident that was told of; *because* names a quiet that is over."""
    if not told.anchor:
        worse = scene.state.rank > told.rank
        news = worse or told.hushed != scene.hush.reason or not told.hushed
        return _opened(told, because or (Why.WORSE if worse else Why.FIRED)) if news else []
    return [*_news(told, because, scene), *_escalation(told, scene)]


def _opened(told: Told, why: Why) -> list[Wish]:
    """Return a message of its own; of what flaps, its thread says that."""
    return [(Act.OPEN, why), *([(Act.REPLY, Why.FLAPPING)] if told.flapping else [])]


def _news(told: Told, because: Why | None, scene: Scene) -> list[Wish]:
    if scene.flaps_now:
        return [(Act.EDIT, Why.FLAPPING), (Act.BROADCAST, Why.FLAPPING)]
    if scene.did(Row.REOPENED):
        return [(Act.EDIT, Why.REOPENED), (Act.BROADCAST if scene.critical else Act.REPLY, Why.REOPENED)]
    if scene.state.rank > told.rank:
        return [(Act.EDIT, Why.WORSE), (Act.BROADCAST, Why.WORSE)]
    if because is not None:
        return [(Act.EDIT, because), (Act.BROADCAST, because)]
    if scene.did(Row.EASED):
        return [(Act.EDIT, Why.EASED), (Act.REPLY, Why.EASED)]
    again: list[Wish] = [(Act.BROADCAST, Why.REPEAT)] if _repeat_is_due(told, scene) else []
    if scene.did(Row.EDITED) or told.hushed != scene.hush.reason:
        return [*again, (Act.EDIT, Why.STANDING)]
    if _edit_is_due(told, scene) and (not again or told.noted):  # what is kept back says no value
        return [*again, (Act.EDIT, Why.VALUE)]
    return again


def _repeat_is_due(told: Told, scene: Scene) -> bool:
    pause = scene.manner.repeat.get(scene.severity)
    waited = scene.now - told.repeats_from if told.repeats_from else None
    return scene.state.phase is Phase.FIRING and pause is not None and waited is not None and waited >= pause


def _edit_is_due(told: Told, scene: Scene) -> bool:
    value = scene.state.value
    if value is None or told.edited_at is None or scene.now - told.edited_at < scene.manner.edit_every:
        return False
    shown = told.edited_value
    return shown is None or abs(value - shown) > scene.manner.edit_share * abs(shown)


def _escalation(told: Told, scene: Scene) -> list[Wish]:
    steps = scene.manner.escalate_after
    if not scene.critical or scene.state.phase is not Phase.FIRING or told.escalated >= len(steps):
        return []
    due = scene.now - scene.severe_since >= steps[told.escalated]
    return [(Act.ESCALATE, Why.ESCALATION)] if due else []
