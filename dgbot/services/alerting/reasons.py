"""The history of an incident in words: what happened, what was said of it, and what was kept back because of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.states import Row
from dgbot.domain.alerting.telling import Act, Why
from dgbot.domain.money import said
from dgbot.domain.replies import Line, Mention, Piece
from dgbot.plugin.alerts import Reason
from dgbot.services.alerting.inhibitors import REFUSED

ROWS: Mapping[str, str] = {
    Row.BORN: "first value, and it is good",
    Row.FIRED: "beyond the line",
    Row.PENDS: "beyond the line, and has to stay there before it is news",
    Row.STILL_PENDS: "still beyond the line, not for long enough",
    Row.HELD: "beyond the line for long enough",
    Row.CALMED: "good again before it was news",
    Row.FROZEN: "the time without values does not count",
    Row.STILL_FIRES: "still beyond the line",
    Row.WORSENED: "got worse",
    Row.EASED: "got better, and is still beyond a line",
    Row.RESOLVED: "recovered",
    Row.RECOVERS: "good again; the alert is kept open for a while",
    Row.IN_BETWEEN: "better, and not recovered",
    Row.RELAPSED: "was not good for long enough",
    Row.STILL_RECOVERS: "good, not for long enough",
    Row.RECOVERED: "good for long enough",
    Row.CLOSED: "good",
    Row.REOPENED: "bad again soon after, so the same alert goes on",
    Row.AGAIN: "bad again",
    Row.NO_DATA: "no data for too long",
    Row.MISSED: "no value",
    Row.DATA_BACK: "data is back",
    Row.MISSING: "what it watched is no more",
    Row.FAILED: "can't be measured",
    Row.MENDED: "can be measured again",
    Row.FAILED_ONCE: "could not be measured",
    Row.RESTARTED: "the bot did not run for a while, which does not count",
    Row.CLOCK_BACK: "the clock was set back",
    Row.EDITED: "its rule was changed",
    Row.ENDED: "its rule was paused or removed",
    Row.GOOD: "good",
    "A01": "acknowledged",
    "A03": "snoozed",
    "woken": "woken",
}

_SAID = {
    Act.OPEN: "told in a message of its own",
    Act.EDIT: "shown in its message",
    Act.REPLY: "said in its thread",
    Act.BROADCAST: "told in its thread and in the channel",
    Act.ESCALATE: "told elsewhere, for nobody had acknowledged it",
}

_WHAT = {
    Why.REPEAT: "that it still fires",
    Why.ESCALATION: "that nobody has acknowledged it",
    Why.ACK_OVER: "that nobody looks after it any more",
    Why.SNOOZE_OVER: "that the snooze is over",
    Why.HUSH_OVER: "that it still fires",
    Why.FLAPPING: "that it goes back and forth",
    Why.VALUE: "its new value",
    Why.STANDING: "how it stands",
}

_KEPT = {
    "inhibited": "something worse says it already",
    "flapping": "it goes back and forth",
    "acknowledgement": "acknowledged by ",
    "snooze": "snoozed by ",
    "silence": "silence ",
    "quiet-hours": "quiet hours ",
}


_LEADS_TO = frozenset({Row.FROZEN, Row.NO_DATA, Row.DATA_BACK, Row.FAILED, Row.MENDED, Row.FAILED_ONCE, Row.MISSED})


@dataclass(frozen=True, slots=True)
class Link:
    """One evaluation or click in the *incident_id*: which transitions at what *value*, and *by* whom, if by anybody.

    *what* says so in words, *told* what was said of it or kept back, a line each.
    """

    at: datetime
    incident_id: str
    rows: tuple[str, ...]
    value: Decimal | None
    by: str
    what: Line
    told: tuple[Line, ...]


def reason(link: Link) -> Reason:
    """Return *link* as one line."""
    told = [piece for line in link.told for piece in ("; ", *((line,) if isinstance(line, str) else line))]
    what = (link.what,) if isinstance(link.what, str) else link.what
    return Reason(link.at, (*what, *((" → ", *told[1:]) if told else ())))


def chain(entries: Iterable[Entry], *, unit: str) -> Iterator[Link]:
    """Yield a link for each evaluation and each click among *entries*, whose values are in *unit*."""
    for (at, incident_id, rows, by), together in groupby(entries, key=lambda e: (e.at, e.incident_id, e.rows, e.by)):
        lines = list(together)
        told = tuple(line for line in map(_told, lines) if line)
        yield Link(at, incident_id, rows, lines[0].value, by, _happened(lines[0], unit), told)


def leading(before: Iterable[Entry]) -> Sequence[Entry]:
    """Return the end of *before*, the lines before an incident, in which it was pending already."""
    led = list[Entry]()
    for entry in before:
        if Row.PENDS in entry.rows:
            led = [entry]
        elif led and set(entry.rows) <= _LEADS_TO:
            led.append(entry)
        else:
            led = []
    return led


def kept_back(because: str) -> Line:
    """Say what kept a notice back, from how it is stored, such as ``snooze:U123``."""
    kind, _, what = because.partition(":")
    if kind in {"acknowledgement", "snooze"}:
        return (_KEPT[kind], Mention(what))
    if kind == "inhibited" and "/" in what:
        rule, _, alert = what.rpartition("/")
        return (f"{rule} says it already" + ("" if alert == REFUSED else f" (alert {alert})"),)
    return (_KEPT.get(kind, kind) + (what if kind in {"silence", "quiet-hours"} else ""),)


def _happened(entry: Entry, unit: str) -> tuple[Piece, ...]:
    rows = "; ".join(filter(None, (ROWS.get(row, row) for row in entry.rows)))
    happened = rows or ("what keeps it quiet has changed" if entry.act else "")
    by: tuple[Piece, ...] = (" by ", Mention(entry.by)) if entry.by else ()
    return (" · ".join(filter(None, (_amount(entry.value, unit), happened))), *by)


def _told(entry: Entry) -> tuple[Piece, ...]:
    if entry.because:
        return (f"not told{_about(entry.why)}: ", *kept_back(entry.because))
    if entry.act is None:
        return ()
    first = entry.act is Act.OPEN and entry.why is Why.HUSH_OVER  # nobody had heard of it before
    plain = first or entry.act is Act.ESCALATE
    return (_SAID[entry.act] + ("" if plain else _about(entry.why)),)


def _about(why: Why | None) -> str:
    what = _WHAT.get(why, "") if why else ""
    return f" ({what})" if what else ""


def _amount(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    return said(value, unit) if unit else f"{value}"
