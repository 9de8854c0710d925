"""How an incident reads: the message that shows where it stands, and the lines that follow in its thread."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Level, Severity, Side
from dgbot.domain.alerting.mentions import read_calls
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import RECOVERED, AlertState, Incident, Phase
from dgbot.domain.alerting.telling import LOUD, Post, Told, Why
from dgbot.domain.charts import Chart
from dgbot.domain.money import said, told_apart
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
from dgbot.domain.spans import in_words
from dgbot.plugin.check import Check, Detail
from dgbot.plugin.message_template import filled_in

MARKS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟡", Severity.INFO: "🟡"}

SNOOZES = (("1 hour", "1h"), ("4 hours", "4h"), ("Until tomorrow, 9:00", "tomorrow"), ("Until it changes", "change"))

MOST_LABELS = 6
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""What of an alert's labels a button has room for."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message about an instance says: the rule, where it stands, what was told, and of which project.

    *says* puts the value into words, such as ``{value} left``; *advice* is what to do while it fires; *about* names
    the thing in the project that it is about, where there are several; *quiet* what keeps it quiet, and until when.
    *labels* tell it apart from others of its rule and project.
    """

    rule: AlertRule
    state: AlertState
    told: Told
    project: str
    at: datetime
    says: str = "{value}"
    advice: str = ""
    about: str = ""
    quiet: Line = ""
    labels: Labels = field(default_factory=dict[str, str])
    detail: tuple[Detail, ...] = ()

    @property
    def incident(self) -> Incident:
        """The incident that is told of."""
        return self.state.opened

    @property
    def level(self) -> Level:
        """The level that fires, or the mildest when none does any more."""
        return self.rule.ladder[max(self.state.rank, 1)]

    @property
    def subject(self) -> str:
        """What it is about, such as ``acme-prod``."""
        return f"{self.project} · {self.about}" if self.about else self.project

    @property
    def unit(self) -> str:
        """The unit in which it is measured."""
        return self.state.unit or self.rule.unit

    def amount(self, value: Decimal | None) -> str:
        """Return *value* in its unit."""
        return "an unknown value" if value is None else said(value, self.unit)


def card(telling: Telling) -> Reply:
    """Return the message that shows where the incident stands now."""
    return _open_card(telling) if telling.state.fires else _closed_card(telling)


def follow(telling: Telling, post: Post) -> Reply:
    """Return what *post* says in the thread of the message, or elsewhere when it escalates."""
    if not telling.state.fires:
        return Reply(_ended(telling), tuple(Text(one) for one in telling.detail if isinstance(one, str)))
    now, line = _against_line(telling)
    mark = MARKS[telling.level.severity]
    ahead = tuple(Text(one) for one in telling.detail[:1] if isinstance(one, str) and post.act in LOUD)
    match post.why:
        case Why.WORSE:
            return Reply(f"{mark} Now {now}, {telling.rule.ladder.side} {line}.", ahead)
        case Why.EASED:
            return Reply(f"{mark} Better: {now}, still {telling.rule.ladder.side} {line}.")
        case Why.REOPENED:
            return Reply(f"{mark} Again: {now}, {telling.rule.ladder.side} {line}.")
        case Why.FLAPPING:
            changes = len(telling.told.flips)
            return Reply(
                f"{mark} It changed {changes} times in a day; until it is calmer, only the message above is edited. "
                "A larger distance between firing and recovery would calm it."
            )
        case Why.ACK_OVER:
            return Reply(
                f"{mark} Still {now}, {telling.rule.ladder.side} {line}; nobody looks after it any more.", ahead
            )
        case Why.SNOOZE_OVER:
            return Reply(f"{mark} Still {now}, {telling.rule.ladder.side} {line}; the snooze is over.", ahead)
        case _:
            lasted = _lasted(telling.at - telling.incident.since)
            still = f"{mark} {telling.subject}: still {now}, {telling.rule.ladder.side} {line}, for {lasted}"
            nobody = "; nobody looks after it" if post.why is Why.ESCALATION else ""
            return Reply(f"{still}{nobody}.", ahead)


def calling(reply: Reply, mention: str) -> Reply:
    """Return *reply* so that it calls whom *mention* names; as it is for an empty one."""
    if not mention:
        return reply
    calls: list[Piece] = [piece for call in read_calls(mention) for piece in (call, " ")]
    if reply.parts:
        return replace(reply, parts=(Text(tuple(calls[:-1])), *reply.parts))
    said = (reply.headline,) if isinstance(reply.headline, str) else reply.headline
    return replace(reply, headline=(*calls, *said))


def headline(telling: Telling) -> str:
    """Say in a line what fires, and how bad it is."""
    now, line = _against_line(telling)
    return f"{MARKS[telling.level.severity]} {telling.subject}: {now}, {telling.rule.ladder.side} {line}"


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
    recovers = telling.amount(telling.level.clear_at)
    parts.append(Note((f"Rule {telling.rule.name} · recovers at {recovers} · checked ", telling.at)))
    if kept := overlay(telling):
        parts.append(Note(kept))
    parts.append(Buttons(acts(telling)))
    return Reply(headline(telling), tuple(parts))


def acts(telling: Telling) -> tuple[Button | Menu, ...]:
    """Return what people can do about what fires."""
    named, told = telling.incident.id, telling.told
    look_after = run_button("Acknowledge", f"alerts ack {named}", style="primary")
    wake = run_button("Wake", f"alerts wake {named}")
    snooze = Menu("Snooze", tuple((label, f"alerts snooze {named} --for {lasts}") for label, lasts in SNOOZES))
    return (
        *(() if told.ack else (look_after,)),
        wake if told.snooze else snooze,
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
        "threshold": telling.amount(telling.level.threshold),
        "project": telling.project,
        "rule": telling.rule.name,
        "since": f"{telling.incident.since:%d %b %H:%M} UTC",
        "labels": dict(telling.rule.labels),
    }


def tried_out(rule: AlertRule, *, by: str, project: str, at: datetime, check: Check | None) -> Reply:
    """Return the message of *rule* as if it fired at its mildest level, marked as a test of *by*."""
    level = rule.ladder[1]
    value = level.threshold + (level.threshold - level.clear_at)  # as far beyond its line as recovery is before it
    state = AlertState(at, at, Phase.FIRING, value=value, rank=1, incident=Incident("test", at, value))
    says, advice = (check.says, check.advice) if check else ("{value}", "")
    shown = card(Telling(rule, state, Told(), project, at, says, advice))
    note = Note(("TEST by ", Mention(by), ": nothing fires, and nothing was changed."))
    parts = (part for part in shown.parts if not isinstance(part, Buttons))  # there is nothing to answer
    return replace(shown, headline=f"TEST · {plain(shown.headline)}", parts=(note, *parts))


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
    lasted = _lasted(closed_at - incident.since)
    return Reply(top, (Note((f"Rule {telling.rule.name} · lasted {lasted} · {extreme} {worst} · closed ", closed_at)),))


def _ended(telling: Telling) -> Line:
    incident = telling.incident
    lasted = _lasted((incident.closed_at or telling.at) - incident.since)
    worst, now = telling.amount(incident.worst), telling.amount(telling.state.value)
    return f"🟢 Recovered after {lasted}: {now}, was {worst} at worst."


def overlay(telling: Telling) -> Line:
    """Say who looks after it and what keeps it quiet; empty if nobody and nothing does."""
    told = telling.told
    pieces: list[Piece] = []
    if told.ack is not None:
        pieces += ["Seen by ", Mention(told.ack.by), ", ", told.ack.at]
    if told.snooze is not None:
        pieces += [" · " if pieces else "", "Snoozed by ", Mention(told.snooze.by)]
        pieces += [" until it changes"] if told.snooze.until is None else [" until ", told.snooze.until]
    kind, _, what = told.hushed.partition(":")
    if kind:
        named = {"silence": f"Silenced ({what})", "quiet-hours": "Quiet hours", "inhibited": "Something worse is told"}
        known = (telling.quiet,) if isinstance(telling.quiet, str) else telling.quiet
        pieces += [" · " if pieces else "", *(known if telling.quiet else (named.get(kind, kind),))]
    return tuple(pieces)


def _against_line(telling: Telling) -> tuple[str, str]:
    if telling.state.value is None:
        return telling.amount(None), telling.amount(telling.level.threshold)
    now, line = told_apart(telling.state.value, telling.level.threshold, telling.unit)
    return telling.says.replace("{value}", now), line


def _lasted(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else in_words(timedelta(days=minutes // 1440))
