"""The words of a file of tests: its entries as people write them, times, and posts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dgbot.cli.alert_rules import Span, span
from dgbot.cli.forecasts import YEARS
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.states import Phase
from dgbot.domain.alerting.telling import Act, Why
from dgbot.services.alerting.rehearsal.expecting import Wanted
from dgbot.services.alerting.rehearsal.performance import SUMMARY, TROUBLE
from dgbot.settings.quiet import WEEKDAYS, Weekday

ACTS = (*Act, TROUBLE, SUMMARY)
KEPT = ("silence", "quiet-hours", "inhibited", "snooze", "acknowledgement", "flapping")
"""Why something is not posted."""

WHYS: dict[str, tuple[str, ...]] = {TROUBLE: ("told", "changed", "over"), SUMMARY: ("changed",)}


class Entry(BaseModel):
    """What people write; a word that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _start(value: object) -> object:
    return _read_start(str(value))


def _posts(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError("posts is a list, such as [open fired], or [] for none")  # noqa: TRY004  # pydantic's
    return tuple(_wanted(one) for one in value)


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _reasons(value: object) -> object:
    for one in value if isinstance(value, list) else [value]:
        if one not in KEPT:
            raise ValueError(f"{one!r} keeps nothing back; {', '.join(KEPT)} do")
    return _texts(value)


def _quiet(value: object) -> object:
    return {"hours": value} if isinstance(value, str) else value


def _hours(value: object) -> object:
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", str(value), re.ASCII)
    try:
        return tuple(time.fromisoformat(part) for part in found.groups()) if found else _no_hours(value)
    except ValueError:
        return _no_hours(value)


def _no_hours(value: object) -> object:
    raise ValueError(f"{value!r} are no quiet hours; 22:00-08:00 would fit")


class SeriesEntry(Entry):
    """What a kind of rule finds of one thing of *project*; *labels* tell it from others."""

    kind: str
    values: str
    project: str = "acme-prod"
    labels: dict[str, str] = {}


class QuietEntry(Entry):
    """Quiet hours of *channels*: those of all rules if none are named. They begin on *weekdays*."""

    hours: Annotated[tuple[time, time], BeforeValidator(_hours)]
    channels: tuple[str, ...] = ()
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS
    critical: Literal["through", "wait"] = "through"


class Expectation(Entry):
    """What has to be at a moment; the posts are all that there are."""

    at: str
    state: Phase | None = None
    level: Severity | Literal["none"] | None = None
    posts: Annotated[tuple[Wanted, ...], BeforeValidator(_posts)] = ()
    rule: str = ""
    project: str = ""
    kept_back: Annotated[tuple[str, ...], BeforeValidator(_reasons)] = ()


class RehearsalEntry(Entry):
    """One test, played by itself."""

    name: Annotated[str, Field(min_length=1)]
    start: Annotated[tuple[datetime, Any], BeforeValidator(_start)]
    interval: Span = timedelta(minutes=15)
    series: Annotated[tuple[SeriesEntry, ...], Field(min_length=1)]
    people: tuple[dict[str, str], ...] = ()
    expect: Annotated[tuple[Expectation, ...], Field(min_length=1)]
    rules: str | list[dict[str, Any]] | None = None
    quiet: Annotated[QuietEntry | None, BeforeValidator(_quiet)] = None
    edits: Literal["asserted", "any"] = "asserted"
    operators: str = "operators"


class RehearsalFile(Entry):
    """A whole file; *rules* are those of every test that has none of its own."""

    rules: str | list[dict[str, Any]] | None = None
    tests: Annotated[tuple[RehearsalEntry, ...], Field(min_length=1)]


def since(text: str) -> timedelta:
    """Return a time after the start, such as ``1h30m`` or ``0m``; raises ValueError."""
    found = span(text)
    if not isinstance(found, timedelta):
        raise ValueError(f"{text!r} is no time; 1h30m after the start, or 2026-03-08T03:30, would fit")  # noqa: TRY004
    return found


def _read_start(text: str) -> tuple[datetime, ZoneInfo]:
    local, _, name = text.partition(" ")
    try:
        zone = ZoneInfo(name.strip() or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone such as America/New_York") from None
    return local_time(local, zone), zone


def local_time(text: str, zone: ZoneInfo) -> datetime:
    """Return a local time of *zone* in UTC; the first of two, where the clocks are set back, but for an offset."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; 2026-03-08T00:00 America/New_York would fit") from None
    if given.year not in YEARS:
        raise ValueError(f"{text!r} is out of range; years from {YEARS[0]} to {YEARS[-1]} fit")
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    at = given.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != given:
        raise ValueError(f"{text} is left out in {zone.key}: the clocks are set forward then")
    return at


def _wanted(given: object) -> Wanted:
    """Return one of ``posts``: ``open fired``, or an act with why and what else is known of it."""
    if isinstance(given, str):
        act, _, why = given.partition(" ")
        given = {act: why}
    if not isinstance(given, dict):
        raise ValueError("a post is a text such as open fired, or {open: fired, contains: ...}")  # noqa: TRY004
    acts = [name for name in given if name in ACTS]
    if len(acts) != 1:
        raise ValueError(f"a post is one of {', '.join(ACTS)}, not {', '.join(given) or 'nothing'}")
    act, known = acts[0], ("contains", "mention", "in", "rule", "project")
    if strange := [name for name in given if name != act and name not in known]:
        cut = "; a text with a comma in it needs quotes" if given[strange[0]] in {"", None} else ""
        raise ValueError(f"{strange[0]!r} is nothing that is known of a post; {', '.join(known)} are{cut}")
    why, whys = str(given[act]).strip(), WHYS.get(act, tuple(Why))
    if why and why not in whys:
        raise ValueError(f"{why!r} is no reason of a post; {', '.join(whys)} would fit")
    parts = _texts(given.get("contains", []))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("contains is a text or a list of texts")
    one = {name: str(given.get(name, "")) for name in ("mention", "in", "rule", "project")}
    return Wanted(act, why, tuple(parts), one["mention"], one["in"], one["rule"], one["project"])
