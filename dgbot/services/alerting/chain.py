"""Why an alert spoke or kept quiet: its history, a sentence for each evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from dgbot.domain.alerting.history import Entry
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.alerting.states import Row
from dgbot.domain.alerting.telling import Act
from dgbot.domain.money import said

WORDS = {
    Row.BORN: "watched from here on",
    Row.FIRED: "fired",
    Row.PENDS: "beyond its line, and not for long enough yet",
    Row.STILL_PENDS: "still beyond its line, and not for long enough",
    Row.HELD: "fired, for it was beyond its line for long enough",
    Row.CALMED: "good again before it fired",
    Row.FROZEN: "no value, so the time does not count",
    Row.STILL_FIRES: "still fires",
    Row.WORSENED: "got worse",
    Row.EASED: "got better, and still fires",
    Row.RESOLVED: "recovered",
    Row.RECOVERS: "recovers, and is kept open for a while",
    Row.IN_BETWEEN: "between its line and recovery",
    Row.RELAPSED: "bad again before it was closed",
    Row.STILL_RECOVERS: "recovers still",
    Row.RECOVERED: "recovered for long enough",
    Row.CLOSED: "good again",
    Row.REOPENED: "fired again soon after it recovered",
    Row.AGAIN: "bad again, long after the last time",
    Row.NO_DATA: "no data for too long",
    Row.MISSED: "no value",
    Row.DATA_BACK: "data came back",
    Row.MISSING: "what it watched is no more",
    Row.FAILED: "measuring failed",
    Row.MENDED: "measuring works again",
    Row.FAILED_ONCE: "measuring failed once",
    Row.RESTARTED: "the bot had not looked for a while, which does not count",
    Row.CLOCK_BACK: "the clock was set back",
    Row.EDITED: "its rule was changed",
    Row.ENDED: "its rule was paused or removed",
    Row.GOOD: "good",
}

_SAID = {
    Act.OPEN: "told",
    Act.EDIT: "message edited",
    Act.REPLY: "told in its thread",
    Act.BROADCAST: "told in its thread and the channel",
    Act.ESCALATE: "told to the next in line",
}
_KEPT = {
    "silence": "silence",
    "quiet-hours": "quiet hours",
    "inhibited": "something worse is told of",
    "snooze": "snoozed by",
    "acknowledgement": "acknowledged by",
    "flapping": "it flaps",
}
_LEADS_TO = frozenset({Row.FROZEN, Row.NO_DATA, Row.DATA_BACK, Row.FAILED, Row.MENDED, Row.FAILED_ONCE, Row.MISSED})


@dataclass(frozen=True, slots=True)
class Link:
    """One evaluation or click: which transitions, at what *value*, in words, and what was said of it or not."""

    at: datetime
    rows: tuple[str, ...]
    value: Decimal | None
    what: str
    said: tuple[str, ...]


def chain(entries: Sequence[Entry], before: Sequence[Entry], rule: AlertRule | None) -> Iterator[Link]:
    """Yield a link for each moment of an incident's *entries*, and for those of *before* that led to it."""
    for (at, rows), together in groupby([*_leading(before), *entries], key=lambda one: (one.at, one.rows)):
        lines = list(together)
        words = ", ".join(_row(row) for row in rows) or "somebody answered"
        value = lines[0].value
        shown = "" if value is None else f" at {said(value, rule.unit if rule else '')}"
        yield Link(at, rows, value, f"{words}{shown}", tuple(_told(one, rule) for one in lines if one.act))


def _leading(before: Iterable[Entry]) -> list[Entry]:
    """Return the end of *before* in which it was pending already."""
    leading = list[Entry]()
    for entry in before:
        if Row.PENDS in entry.rows:
            leading = [entry]
        elif leading and set(entry.rows) <= _LEADS_TO:
            leading.append(entry)
        else:
            leading = []
    return leading


def _row(row: str) -> str:
    known = {one.value: words for one, words in WORDS.items()}
    return known.get(row, row)


def _told(entry: Entry, rule: AlertRule | None) -> str:
    act, why = entry.act or Act.EDIT, entry.why or ""
    if entry.because:
        kind, _, what = entry.because.partition(":")
        because = f"{_KEPT.get(kind, kind)} {what if kind != 'inhibited' else f'({what})'}".strip()
        return f"not {_SAID[act]} ({why}): {because}"
    where = f" in {rule.channel_id}" if rule is not None and rule.channel_id and act is Act.OPEN else ""
    return f"{_SAID[act]}{where} ({why})"
