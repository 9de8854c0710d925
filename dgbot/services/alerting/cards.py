"""The message of an incident: where it stands now, and what people can do about it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from dgbot.domain.alerting.levels import Side
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import RECOVERED, AlertState, Incident, Phase
from dgbot.domain.alerting.telling import Told
from dgbot.domain.charts import Chart
from dgbot.domain.money import limit
from dgbot.domain.replies import (
    Button,
    Buttons,
    Line,
    Mention,
    Menu,
    Note,
    Part,
    Piece,
    Reply,
    Text,
    WebLink,
    plain,
    run_button,
)
from dgbot.plugin.check import Check
from dgbot.plugin.message_template import filled_in
from dgbot.services.alerting.telling import Telling

SNOOZES = (("1 hour", "1h"), ("4 hours", "4h"), ("Until tomorrow, 9:00", "tomorrow"), ("Until it changes", "change"))

A_MOMENT = timedelta(minutes=1)
"""So long ago is not now any more, where times are told to the minute."""

MOST_LABELS = 6
"""What of an alert's labels a button has room for."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def card(telling: Telling) -> Reply:
    """Return the message that shows where the incident stands now."""
    return _open_card(telling) if telling.state.fires else _closed_card(telling)


def _open_card(telling: Telling) -> Reply:
    parts: list[Part] = []
    if telling.rule.message:
        parts.append(Text(filled_in(telling.rule.message, _blanks(telling))))
    parts += [Text(one) for one in telling.detail if isinstance(one, str)]
    if telling.advice:
        parts.append(Text(telling.advice))
    if telling.rule.runbook:
        parts.append(Text(("Runbook: ", WebLink(telling.rule.runbook, telling.rule.runbook))))
    parts += [one for one in telling.detail if isinstance(one, Chart)]
    before = telling.at - telling.incident.since >= A_MOMENT
    since: tuple[Piece, ...] = (" · since ", telling.incident.since) if before else ()
    small = f"Rule {telling.rule.name} · {_way_out(telling)}"
    parts.append(Note((small, *since, " · as of ", telling.at, f" · {telling.incident.id}")))
    if kept := overlay(telling):
        parts.append(Note(kept))
    parts.append(Buttons(acts(telling)))
    return Reply(telling.headline, tuple(parts))


def _way_out(telling: Telling) -> str:
    """Say which value makes it better, and which one ends it."""
    if telling.ends:
        return f"closes when {telling.ends}"
    mildest = telling.rule.ladder[1]
    eases, recovers = (limit(level.clear_at, telling.unit) for level in (telling.level, mildest))
    return f"recovers at {recovers}" if telling.level == mildest else f"eases at {eases}, recovers at {recovers}"


def _closed_card(telling: Telling) -> Reply:
    incident = telling.incident
    worst = telling.amount(incident.worst)
    if incident.because == RECOVERED:
        top: Line = f"🟢 {telling.subject}: recovered, {telling.amount(telling.state.value)} (was {worst})"
    elif incident.closed_by:
        top = (f"⚪ {telling.subject}: closed, {incident.because} by ", Mention(incident.closed_by))
    else:
        top = f"⚪ {telling.subject}: closed, {incident.because}"
    extreme = "lowest" if telling.rule.ladder.side is Side.BELOW else "highest"
    closed_at = incident.closed_at or telling.at
    small = f"Rule {telling.rule.name} · lasted {telling.lasted} · {extreme} {worst} · closed "
    return Reply(top, (Note((small, closed_at, f" · {incident.id}")),))


def acts(telling: Telling) -> tuple[Button | Menu, ...]:
    """Return what people can do about what fires."""
    named, told = telling.incident.id, telling.told
    look_after = run_button("Acknowledge", f"alerts ack {named}", style="primary")
    wake = run_button("Wake", f"alerts wake {named}")
    snooze = Menu("Snooze", tuple((label, f"alerts snooze {named} --for {lasts}") for label, lasts in SNOOZES))
    return (
        *(() if told.ack else (look_after,)),
        *(() if told.snooze else (snooze,)),
        *((wake,) if told.ack or told.snooze else ()),
        run_button("Silence…", f"alerts silence {_matchers(telling)}"),
        run_button("Why?", f"alerts why {named}"),
    )


def _matchers(telling: Telling) -> str:
    """Return what picks this alert out of others, as it is typed: of what might not mean itself there, nothing."""
    labels = {"rule": telling.rule.name, "project": telling.project, **telling.labels}
    plain = {name: value for name, value in labels.items() if _PLAIN.fullmatch(value) and name != "unit"}
    if "project" in plain:
        plain.pop("project_id", None)
    return " ".join(f"{name}={value}" for name, value in [*plain.items()][:MOST_LABELS])


def _blanks(telling: Telling) -> dict[str, object]:
    return {
        "value": telling.amount(telling.state.value),
        "threshold": limit(telling.level.threshold, telling.unit),
        "project": telling.project,
        "rule": telling.rule.name,
        "since": f"{telling.incident.since:%d %b %H:%M} UTC",
        "labels": dict(telling.rule.labels),
    }


def overlay(telling: Telling) -> Line:
    """Say who looks after it and what keeps it quiet; empty if nobody and nothing does."""
    told = telling.told
    pieces: list[Piece] = []
    if told.ack is not None:
        pieces += ["Seen by ", Mention(told.ack.by), ", ", told.ack.at, ", quiet until ", told.ack.until]
    if told.snooze is not None:
        pieces += [" · " if pieces else "", "Snoozed by ", Mention(told.snooze.by)]
        pieces += [" until it changes"] if told.snooze.until is None else [" until ", told.snooze.until]
    kind, _, what = told.hushed.partition(":")
    if kind:
        named = {"silence": f"Silenced ({what})", "quiet-hours": "Quiet hours", "inhibited": "Something worse is told"}
        known = (telling.quiet,) if isinstance(telling.quiet, str) else telling.quiet
        pieces += [" · " if pieces else "", *(known if telling.quiet else (named.get(kind, kind),))]
    if told.flapping:
        pieces += [" · " if pieces else "", "Goes back and forth: until it is calmer, only what is critical is heard"]
    return tuple(pieces)


def tried_out(rule: AlertRule, rank: int, *, project: str, at: datetime, check: Check | None, mark: Line) -> Reply:
    """Return the message of *rule* as if it fired at the level of that *rank*, marked as a test by the line *mark*."""
    level = rule.ladder[rank]
    value = level.threshold + (level.threshold - level.clear_at)  # as far beyond its line as recovery is before it
    state = AlertState(at, at, Phase.FIRING, value=value, rank=rank, incident=Incident("test", at, value))
    shown = card(Telling(rule, state, Told(), project, at).worded(check))
    parts = (part for part in shown.parts if not isinstance(part, Buttons))  # there is nothing to answer
    return replace(shown, headline=f"TEST · {plain(shown.headline)}", parts=(Note(mark), *parts))
